/** What the page knows of its visit: its ticket, its session, and which face follows from both; pure. */
import { apply as applyEvent, complete, isSessionEvent } from "#signaling/session.js";

/** @import { ConsentView, ServerFrame, SessionView, TicketView } from "#signaling/messages.d.ts" */
/** @typedef {Partial<Record<"service" | "sound" | "picture" | "recording" | "face", boolean>>} Consented */
/** @typedef {{ outcome: string, receipt: string, summary: string, notice: readonly string[], version: number }} Closing */
/**
 * @typedef {object} Story
 * @property {boolean} asked the button was pressed
 * @property {TicketView | null} ticket
 * @property {SessionView | null} session
 * @property {Closing | null} closing
 * @property {boolean} hungUp
 * @property {{ request: string, material: string } | null} still asked for by the agent
 * @property {Consented} consents what was agreed to or refused; what is not there was not answered yet
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
  consents: {},
  rated: 0,
  over: "",
};

const ASKED = /** @type {const} */ (["service", "sound", "picture"]);

/** Whether all that is asked of consent was answered: a page that is reloaded in between asks again. @param {Story} story */
export const isConsentSaid = ({ consents }) => ASKED.every((kind) => consents[kind] !== undefined);

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
      return withSession(story, complete(frame.session));
    default:
      return story.session && isSessionEvent(frame) ? withSession(story, applyEvent(story.session, frame)) : story;
  }
}

/**
 * What the page shows of a session follows from its view alone, so that a reload shows the same.
 *
 * @param {Story} story
 * @param {SessionView} session
 * @returns {Story}
 */
function withSession(story, session) {
  const still = session.stills.find((each) => !each.why);
  return {
    ...story,
    session,
    closing: closingOf(session) ?? story.closing,
    consents: { ...story.consents, ...saidIn(session.consents) },
    hungUp: session.hung_up,
    still: still ? { request: still.request, material: still.material } : null,
  };
}

/** @param {Story} story @param {TicketView} ticket @returns {Story} */
function withTicket(story, ticket) {
  const consents = { ...story.consents, ...saidIn(ticket.consents) };
  const isBackInLine = ["waiting", "held", "reserved", "scheduled"].includes(ticket.state);
  return isBackInLine
    ? { ...story, asked: true, ticket, consents, session: null, closing: null, hungUp: false, still: null }
    : { ...story, asked: true, ticket, consents };
}

/** @param {ReadonlyArray<ConsentView> | undefined} views a node of the release before sends none @returns {Consented} */
function saidIn(views = []) {
  return Object.fromEntries(views.map(({ kind, given }) => [kind, given]));
}

/** @param {SessionView} session @returns {Closing | null} */
function closingOf(session) {
  if (session.state !== "closed") return null;
  const { outcome = "", summary = "", notice = [], version = 1 } = session;
  return { outcome, receipt: session.about.receipt, summary, notice, version };
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
