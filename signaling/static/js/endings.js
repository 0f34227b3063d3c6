/** Which closed connections are over for good, and why. */

/** @type {Record<number, string>} */
const BY_CLOSE_CODE = { 4001: "superseded", 4002: "signed_out" };
const FATAL =
  /^(bad_token|token_expired|unsupported_version|sign_in_required|bad_booth_proof|bad_origin|not_allowed|seat_taken)$/;

/** @param {number} code how the socket was closed @param {string} fault the last error that was about no command @returns {string} nothing where it is worth another try */
export function endOf(code, fault) {
  return BY_CLOSE_CODE[code] ?? (FATAL.test(fault) ? fault : "");
}
