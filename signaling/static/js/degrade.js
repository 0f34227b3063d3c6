/** What to give up when the network is too small: papers' rhythm, then the face's size, then the face; never the voice. */

/** @import { Quality } from "#signaling/quality.js" */
/** @import { Slot } from "#signaling/messages.d.ts" */
/** @typedef {{ scale?: number, maxFramerate?: number, active?: boolean }} Limits */

/** @type {ReadonlyArray<Partial<Record<Slot, Limits>>>} */
export const LEVELS = [
  {},
  { document_camera: { maxFramerate: 3 }, screen: { maxFramerate: 3 } },
  { document_camera: { maxFramerate: 3 }, screen: { maxFramerate: 3 }, camera: { scale: 2, maxFramerate: 15 } },
  { document_camera: { maxFramerate: 2 }, screen: { maxFramerate: 2 }, camera: { active: false } },
];
const WORSE_AFTER = 2;
const BETTER_AFTER = 5;

/** @typedef {{ level: number, bad: number, good: number }} Standing */

/** @type {Standing} */
export const FULL = { level: 0, bad: 0, good: 0 };

/**
 * The next level after one more reading: down after two bad ones, up after five good ones, a step at a time.
 *
 * @param {Standing} standing
 * @param {Quality} quality
 * @returns {Standing}
 */
export function next(standing, quality) {
  const bad = quality.score <= 2 ? standing.bad + 1 : 0;
  const good = quality.score >= 4 ? standing.good + 1 : 0;
  if (bad >= WORSE_AFTER) return { level: Math.min(LEVELS.length - 1, standing.level + 1), bad: 0, good: 0 };
  if (good >= BETTER_AFTER) return { level: Math.max(0, standing.level - 1), bad: 0, good: 0 };
  return { level: standing.level, bad, good };
}
