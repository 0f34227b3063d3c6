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
    if (performance.now() - heardAt() > QUIET_MS && !(await isReachable()) && !signal.aborted) gone();
  }, QUIET_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
  return () => watching.abort();
}

async function isReachable() {
  try {
    await fetch("/livez", { cache: "no-store", signal: AbortSignal.timeout(PROBE_LIMIT_MS) });
    return true;
  } catch {
    return false;
  }
}
