/** A refusal or failure told by the server: a stable code and its facts, no prose. */

export class ServiceFault extends Error {
  /**
   * @param {string} code
   * @param {Record<string, unknown>} [params]
   * @param {string} [retry] what the server says may be done: `same_id`, `new_id` or `no`; empty where none answered
   */
  constructor(code, params = {}, retry = "") {
    super(code);
    this.name = "ServiceFault";
    this.code = code;
    this.params = params;
    this.retry = retry;
  }
}

/**
 * Return anything that was thrown as a code and its params.
 *
 * @param {unknown} problem
 * @returns {ServiceFault}
 */
export function asFault(problem) {
  return problem instanceof ServiceFault ? problem : new ServiceFault("service_error");
}
