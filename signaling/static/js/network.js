/** Notices that the network went or came back, also where the browser does not say so. */

const QUIET_MS = 20_000;
const PROBE_LIMIT_MS = 5_000;

/**
 * @param {object} hooks
 * @param {() => void} hooks.back the network, or the person, is back: try now
 * @param {() => void} hooks.gone the connection is as good as dead
 * @param {() => number} hooks.heardAt when the server was last heard on it
 * @returns {() => void} stops watching
 */
export function watchNetwork({ back, gone, heardAt }) {
  const watching = new AbortController();
  const { signal } = watching;
  window.addEventListener("online", back, { signal });
  window.addEventListener("offline", gone, { signal });
  document.addEventListener("visibilitychange", () => document.hidden || back(), { signal });
  // The server's pings are invisible to a page: a socket that has been quiet for long is asked after on another way.
  const timer = setInterval(async () => {
    if (performance.now() - heardAt() > QUIET_MS && !(await probe("/livez")) && !signal.aborted) gone();
  }, QUIET_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
  return () => watching.abort();
}

/**
 * Ask the server something small, on another way than the socket.
 *
 * @param {string} path
 * @returns {Promise<number>} the answer's status, 0 where none came; a page in between (a hotel's sign-in) is none
 */
export async function probe(path) {
  const signal = AbortSignal.timeout(PROBE_LIMIT_MS); // outside of what is caught: a fault here is no network's
  const answer = await fetch(path, { cache: "no-store", redirect: "error", signal }).catch(() => null);
  return answer?.status ?? 0;
}
