/** Errors that a caller meets: no answer, a refusal, an answer that cannot be read. */

/** @typedef {{ status: number, ok: boolean, headers: Headers, bytes: Uint8Array<ArrayBuffer> }} Reply an answer, read whole */

/** The base of all errors of this package. */
export class CloudWindowError extends Error {
  name = this.constructor.name;
}

/** No answer came: no connection, or none in time. */
export class Away extends CloudWindowError {}

/** The server answered in a shape that its interface does not have. */
export class Unreadable extends CloudWindowError {}

/** A web-hook is unsigned, signed by no secret of ours, or too old or new. */
export class BadSignature extends CloudWindowError {}

/** The server refused: `code` is stable, `params` are its facts, `request` names the request in the server's log. */
export class Refused extends CloudWindowError {
  /**
   * @param {number} status
   * @param {string} code empty where it was no server of ours that answered
   * @param {Record<string, import("./index.d.ts").Param>} params
   * @param {number | null} retryAfterS
   * @param {string} request
   */
  constructor(status, code, params, retryAfterS, request) {
    const facts = Object.entries(params).map(([name, value]) => ` ${name}=${value}`);
    super(`${status} ${code || "without a code"}${facts.join("")}`);
    this.status = status;
    this.code = code;
    this.params = params;
    this.retryAfterS = retryAfterS;
    this.request = request;
  }
}

/** The server gave no token; `code` is the `error` of RFC 6749, 5.2, such as `invalid_client`. */
export class TokenRefused extends Refused {}

/**
 * Return the JSON object of an answer; an empty one where it has none.
 * @param {Reply} reply
 * @returns {Record<string, unknown>}
 */
export function readObject(reply) {
  try {
    const said = JSON.parse(new TextDecoder().decode(reply.bytes));
    return typeof said === "object" && said !== null && !Array.isArray(said) ? said : {};
  } catch {
    return {};
  }
}

/**
 * Return the error of an answer that is none of success.
 * @param {Reply} answer
 */
export function refusalOf(answer) {
  const { code, params, error } = readObject(answer);
  const after = answer.headers.get("retry-after") ?? "";
  const Kind = typeof error === "string" ? TokenRefused : Refused;
  return new Kind(
    answer.status,
    typeof code === "string" ? code : "",
    typeof params === "object" && params !== null ? /** @type {Record<string, string>} */ (params) : {},
    /^[0-9]+$/.test(after) ? Number(after) : null,
    answer.headers.get("x-request-id") ?? "",
  );
}
