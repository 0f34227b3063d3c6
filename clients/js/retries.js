/** Decides whether a call is tried again, and waits until then. */

const FIRST_PAUSE_S = 0.5;
const LONGEST_PAUSE_S = 30;
/** A server that asks for a longer pause is not waited for, except by the feed. */
const PATIENCE_S = 120;
const TOO_MANY = 429;
const OUT_OF_REACH = [502, 503, 504];

/**
 * Wait until the next try; throw the problem where there is none.
 * @param {import("./refused.js").Refused | import("./refused.js").Away} problem
 * @param {number} attempt
 * @param {{ mayRepeat: boolean, attempts: number, signal: AbortSignal | undefined }} bounds
 */
export async function pauseBeforeNext(problem, attempt, { mayRepeat, attempts, signal }) {
  const isRefusal = "status" in problem;
  const askedS = isRefusal ? problem.retryAfterS : null;
  // A request over the limit was not begun: every operation may be asked again.
  const isWorthIt = isRefusal
    ? problem.status === TOO_MANY || (mayRepeat && OUT_OF_REACH.includes(problem.status))
    : mayRepeat;
  const isTooLong = (askedS ?? 0) > PATIENCE_S && attempts !== Number.POSITIVE_INFINITY;
  if (!isWorthIt || attempt >= attempts || isTooLong) throw problem;
  const longestS = Math.min(FIRST_PAUSE_S * 2 ** Math.min(attempt - 1, 10), LONGEST_PAUSE_S);
  await pause(askedS ?? longestS * (0.5 + Math.random() / 2), signal);
}

/**
 * @param {number} seconds
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<void>}
 */
function pause(seconds, signal) {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, seconds * 1000);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
