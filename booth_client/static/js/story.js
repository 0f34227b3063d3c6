/** What the page knows of its visit: snapshots and numbered events folded into one value; pure. */

/** @import { DocumentView, ServerFrame, SessionClosed, SessionView, TicketView } from "#signaling/messages.d.ts" */
/** @typedef {{ outcome: string, receipt: string, summary: string, notice: readonly string[] }} Closing */
/**
 * @typedef {object} Story
 * @property {boolean} asked the button was pressed
 * @property {TicketView | null} ticket
 * @property {SessionView | null} session
 * @property {Closing | null} closing
 * @property {boolean} hungUp
 * @property {{ request: string, material: string } | null} still asked for by the agent
 * @property {number} rated the level given, 0 before
 * @property {string} over why this page's connection ended, if it did
 */
/** @typedef {"welcome" | "taking" | "waiting" | "held" | "scheduled" | "ringing" | "call" | "goodbye" | "ended" | "superseded"} Screen */

/** @type {Story} */
export const BEGINNING = {
  asked: false,
  ticket: null,
  session: null,
  closing: null,
  hungUp: false,
  still: null,
  rated: 0,
  over: "",
};

/**
 * @param {Story} story
 * @param {ServerFrame} frame
 * @returns {Story}
 */
export function apply(story, frame) {
  switch (frame.type) {
    case "ticket_taken":
    case "ticket":
      return withTicket(story, frame.ticket);
    case "session":
      return { ...story, session: frame.session, closing: story.closing ?? closingOf(frame.session) };
    case "still_requested":
      return { ...story, still: { request: frame.request, material: frame.material ?? "" } };
    case "still_answered":
      return story.still?.request === frame.request ? { ...story, still: null } : story;
    case "hung_up":
      return { ...story, hungUp: true };
    case "session_closed":
      return { ...inSession(story, () => ({ state: "closed" })), closing: fromEvent(frame), still: null };
    case "chatted":
      return inSession(story, ({ chat }) => ({
        chat: [...chat, { by: frame.by, text: frame.text, at_ms: frame.at_ms }],
      }));
    case "document_stored":
      return inSession(story, ({ documents }) => ({ documents: withDocument(documents, frame.document) }));
    case "verdict_given":
      return inSession(story, ({ documents }) => ({
        documents: documents.map((document) =>
          document.document === frame.document
            ? { ...document, verdict: frame.verdict, note: frame.note ?? "" }
            : document,
        ),
      }));
    case "session_moved":
      return inSession(story, () => ({
        state: /** @type {SessionView["state"]} */ (frame.state),
        citizen_here: frame.citizen_here,
        seat_here: frame.seat_here,
      }));
    default:
      return story;
  }
}

/** @param {Story} story @param {TicketView} ticket @returns {Story} */
function withTicket(story, ticket) {
  const isBackInLine = ["waiting", "held", "reserved", "scheduled"].includes(ticket.state);
  return isBackInLine
    ? { ...story, asked: true, ticket, session: null, closing: null, hungUp: false, still: null }
    : { ...story, asked: true, ticket };
}

/**
 * @param {Story} story
 * @param {(session: SessionView) => Partial<SessionView>} change
 * @returns {Story}
 */
function inSession(story, change) {
  return story.session ? { ...story, session: { ...story.session, ...change(story.session) } } : story;
}

/** @param {readonly DocumentView[]} documents @param {DocumentView} document */
function withDocument(documents, document) {
  return [...documents.filter((other) => other.document !== document.document), document];
}

/** @param {SessionClosed} frame @returns {Closing} */
function fromEvent({ outcome, receipt, summary = "", notice = [] }) {
  return { outcome, receipt, summary, notice };
}

/** @param {SessionView} session @returns {Closing | null} */
function closingOf(session) {
  if (session.state !== "closed") return null;
  const { outcome = "", summary = "", notice = [] } = session;
  return { outcome, receipt: session.about.receipt, summary, notice };
}

/** The server's word that a ticket is not known any more; `session_not_found` is only said of a frame that came late. */
const FORGOTTEN = /^(bad_token|token_expired|ticket_not_found)$/;

/**
 * Whether the ticket must be taken again by its stub. Not at the goodbye: it is over, and the receipt must stay.
 *
 * @param {Story} story
 * @param {ServerFrame} frame
 */
export function isForgotten(story, frame) {
  return frame.type === "error" && !frame.id && FORGOTTEN.test(frame.code) && !story.closing;
}

/**
 * Which face the page shows.
 *
 * @param {Story} story
 * @returns {Screen}
 */
export function screenOf(story) {
  if (story.over) return "superseded";
  if (story.closing || story.hungUp) return "goodbye";
  if (story.session) return "call";
  switch (story.ticket?.state) {
    case undefined:
      return story.asked ? "taking" : "welcome";
    case "held":
    case "scheduled":
    case "waiting":
      return story.ticket.state;
    case "reserved":
    case "serving":
      return "ringing";
    case "done":
      return "goodbye";
    default:
      return "ended";
  }
}
