/** The session as the seat's page holds it: a snapshot, changed by numbered events; pure. */
/** @import { DocumentView, SessionEventFrame, SessionView } from "#signaling/messages.d.ts" */

/**
 * What the page knows beyond the snapshot: stills under way, and how the session ended.
 * @typedef {object} Extra
 * @property {Readonly<Record<string, { material: string, why: string }>>} stills asked for and not yet here, by request
 * @property {boolean} hungUp the citizen said goodbye
 * @property {{ outcome: string, receipt: string, notice: ReadonlyArray<string> } | null} ended
 */
/** @typedef {SessionView & Extra} Call */

/**
 * A call as its snapshot tells it. A call that is on the screen already keeps what no snapshot carries.
 * @param {SessionView} session
 * @param {Call | null} [before]
 * @returns {Call}
 */
export function begin(session, before = null) {
  const same = before !== null && before.session === session.session;
  return {
    ...session,
    stills: same ? before.stills : {},
    hungUp: same ? before.hungUp : false,
    ended: (same ? before.ended : null) ?? endOf(session),
  };
}

/** How a call ended that was closed before this page was (re)loaded. @param {SessionView} session */
function endOf({ state, outcome = "", about, notice = [] }) {
  return state === "closed" ? { outcome, receipt: about.receipt, notice } : null;
}

/**
 * Apply one numbered event; an event that is in the call already changes nothing.
 * @param {Call} call
 * @param {SessionEventFrame} event
 * @returns {Call}
 */
export function apply(call, event) {
  if (event.seq <= call.seq) return call;
  return { ...changed(call, event), seq: event.seq };
}

/**
 * @param {Call} call
 * @param {SessionEventFrame} event
 * @returns {Call}
 */
function changed(call, event) {
  switch (event.type) {
    case "chatted":
      return { ...call, chat: [...call.chat, { by: event.by, text: event.text, at_ms: event.at_ms }] };
    case "document_stored":
      return { ...call, documents: withDocument(call.documents, event.document) };
    case "verdict_given":
      return { ...call, documents: call.documents.map((each) => judged(each, event)) };
    case "still_requested":
      return { ...call, stills: { ...call.stills, [event.request]: { material: event.material, why: "" } } };
    case "still_answered":
      return { ...call, stills: answered(call.stills, event.request, event.why) };
    case "session_moved":
      return {
        ...call,
        state: /** @type {SessionView["state"]} */ (event.state),
        citizen_here: event.citizen_here,
        seat_here: event.seat_here,
      };
    case "notes_kept":
      return { ...call, notes: event.text };
    case "hung_up":
      return { ...call, hungUp: true };
    case "session_closed":
      return {
        ...call,
        state: "closed",
        ended: { outcome: event.outcome, receipt: event.receipt, notice: event.notice },
      };
  }
}

/**
 * @param {ReadonlyArray<DocumentView>} documents
 * @param {DocumentView} document
 */
function withDocument(documents, document) {
  return [...documents.filter((each) => each.document !== document.document), document];
}

/**
 * @param {DocumentView} document
 * @param {{ document: string, verdict: DocumentView["verdict"], note: string }} event
 */
function judged(document, event) {
  return document.document === event.document ? { ...document, verdict: event.verdict, note: event.note } : document;
}

/**
 * A still that came is no longer awaited; one that failed stays, with the reason, until the next is asked for.
 * @param {Extra["stills"]} stills
 * @param {string} request
 * @param {string} why
 */
function answered(stills, request, why) {
  const { [request]: asked, ...others } = stills;
  return why ? { ...others, [request]: { material: asked?.material ?? "", why } } : others;
}
