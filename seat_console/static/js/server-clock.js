/** The server's time on this page, and one beat a second for everything that ticks. */

let offsetMs = 0;
/** @type {Set<() => void>} */
const listeners = new Set();
let timer = 0;

/** Set by `welcome`: deadlines are the server's, and a clerk's PC may be minutes off. */
export function setServerTime(/** @type {number} */ serverMs) {
  offsetMs = serverMs - Date.now();
}

export function now() {
  return Date.now() + offsetMs;
}

/**
 * Call `listener` every second until the returned function is called.
 * @param {() => void} listener
 */
export function onBeat(listener) {
  listeners.add(listener);
  timer ||= window.setInterval(() => {
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.clearInterval(timer);
    timer = 0;
  };
}
