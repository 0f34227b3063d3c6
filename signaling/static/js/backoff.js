/** How long to wait before the next try: short at first, then steady, for ever, never in step with others. */

const STEPS_S = [0, 0.3, 1.2, 2.7, 5];
const JITTER = 0.3;
const DRAIN_SPREAD_MS = 2000;

/**
 * @param {number} tries tries that have failed in a row
 * @param {() => number} [random]
 * @returns {number} milliseconds
 */
export function delay(tries, random = Math.random) {
  const step = STEPS_S[Math.min(tries, STEPS_S.length - 1)] ?? 5;
  return Math.round(step * 1000 * (1 + JITTER * random()));
}

/**
 * A stopping node sends everybody away at once; they come back spread out.
 *
 * @param {() => number} [random]
 */
export function drainDelay(random = Math.random) {
  return Math.round(DRAIN_SPREAD_MS * random());
}
