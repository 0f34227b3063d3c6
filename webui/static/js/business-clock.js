/** The business clock, by which hours and calls back go: the real time, but in a demonstration where it is set. */

const page = globalThis.document?.documentElement;

/** Name of the event of the document that tells that the clock was set. */
export const SET = "business-clock-set";

/** By how many milliseconds it is ahead of the real time. */
export const offsetMs = () => Number(page?.dataset?.businessOffset ?? 0);

/** Let the page go by an offset. @param {number} ms */
export function adopt(ms) {
  if (!page || ms === offsetMs()) return;
  page.dataset.businessOffset = String(ms);
  document.dispatchEvent(new Event(SET));
}
