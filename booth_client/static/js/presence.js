/** Notices that nobody stands at a booth any more: on every face the person is asked in time, and then forgotten. */

/** @import { Screen } from "#booth_client/story.js" */
/**
 * @typedef {object} Patience
 * @property {number} askS untouched for so many seconds, somebody is asked whether they are there
 * @property {number} answerS so many seconds later they are taken to be gone
 */
/** @typedef {"away" | "here" | "asked" | "gone"} Presence `away`: nothing on the screen is anybody's */

/**
 * How long each face may stand untouched. Where the place is kept anyway the screen is soon free for the next person;
 * in a call a voice counts as a touch.
 *
 * @type {Readonly<Record<Screen, Patience>>}
 */
export const PATIENCE = {
  welcome: { askS: 40, answerS: 20 },
  taking: { askS: 40, answerS: 20 },
  waiting: { askS: 180, answerS: 60 },
  held: { askS: 30, answerS: 20 },
  scheduled: { askS: 30, answerS: 20 },
  ringing: { askS: 60, answerS: 30 },
  call: { askS: 300, answerS: 60 },
  goodbye: { askS: 70, answerS: 20 },
  ended: { askS: 20, answerS: 20 },
  superseded: { askS: 20, answerS: 20 },
};

/**
 * Say whether somebody is there, and for how many seconds they may still answer.
 *
 * @param {Screen} screen
 * @param {number} idleMs since the last sign of life
 * @param {boolean} isUsed somebody has changed something on the first face
 * @returns {{ presence: Presence, leftS: number }}
 */
export function presenceOf(screen, idleMs, isUsed) {
  if (screen === "welcome" && !isUsed) return { presence: "away", leftS: 0 };
  const { askS, answerS } = PATIENCE[screen];
  const idleS = idleMs / 1000;
  if (idleS < askS) return { presence: "here", leftS: askS - idleS };
  const leftS = Math.ceil(askS + answerS - idleS);
  return leftS > 0 ? { presence: "asked", leftS } : { presence: "gone", leftS: 0 };
}
