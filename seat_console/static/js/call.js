/** The session as the seat's page holds it: its view, and how it ended; pure. */
/** @import { SessionEventFrame, SessionView } from "#signaling/messages.d.ts" */
import { apply as applyEvent, complete } from "#signaling/session.js";

/**
 * @typedef {object} Ending how the session ended, null while it goes on
 * @property {{ outcome: string, receipt: string, notice: ReadonlyArray<string> } | null} ended
 */
/** @typedef {SessionView & Ending} Call */

/**
 * A call as its snapshot tells it.
 * @param {SessionView} session
 * @returns {Call}
 */
export function begin(session) {
  return withEnding(complete(session));
}

/**
 * Apply one numbered event; an event that is in the call already changes nothing.
 * @param {Call} call
 * @param {SessionEventFrame} event
 * @returns {Call}
 */
export function apply(call, event) {
  const view = applyEvent(call, event);
  return view === call ? call : withEnding(view);
}

/** @param {SessionView} view @returns {Call} */
function withEnding(view) {
  const { state, outcome = "", about, notice = [] } = view;
  return { ...view, ended: state === "closed" ? { outcome, receipt: about.receipt, notice } : null };
}
