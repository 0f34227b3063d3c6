/** What is said of a face, sentence by sentence: all that stands on it now, for who cannot read it; pure. */
import { isConsentSaid } from "#booth_client/story.js";
import { welcomeParts } from "#booth_client/voice/front.js";
import { fileName, isDone } from "#booth_client/words.js";

/** @import { Visit } from "#booth_client/visit.js" */
/** @import { Reading } from "#booth_client/welcome.js" */
/** @import { Part } from "#booth_client/voice/queue.js" */
/** @import { SessionView, TicketView, WaitRange } from "#signaling/messages.d.ts" */

/** Outcomes that have a sentence of their own. */
const OUTCOMES =
  /^(answered|prechecked|accepted|accepted_deferred|correction|rejected|referred|appointment|escalated|abandoned|interrupted)$/;
const WIDENED = /^(district|language|skill|seat)$/;

/** @param {Visit} visit @param {Reading} front @param {boolean} isLong @returns {Part[]} */
export function faceParts(visit, front, isLong) {
  const { ticket, session, hungUp, closing } = visit.story;
  switch (visit.screen) {
    case "welcome":
      return welcomeParts(front);
    case "taking":
      return [{ id: visit.hasStopped ? "taking.stopped" : "taking.number" }];
    case "waiting":
      return ticket ? [...waitingParts(ticket, isLong), ...consentParts(visit.story)] : [];
    case "held":
      return [{ id: "held.until", params: { time: ticket?.held_until_ms } }, ...sharedParts(visit)];
    case "scheduled":
      return [{ id: "scheduled.at", params: { time: ticket?.callback_at_ms } }, ...sharedParts(visit)];
    case "ringing":
      return [{ id: "ring.through" }, ...consentParts(visit.story)];
    case "call":
      return session ? [...callParts(session), ...consentParts(visit.story)] : [];
    case "goodbye":
      return goodbyeParts(visit, closing, hungUp);
    case "ended":
      return endedParts(visit, ticket?.state ?? "");
    case "superseded":
      return [{ id: "superseded.here" }];
    default:
      return [];
  }
}

/** @param {TicketView} ticket @returns {Part[]} */
export function placeParts({ about, place, able_seats: able, wait }) {
  return [
    { id: "wait.number", params: { number: about.number } },
    able === 0
      ? { id: "wait.nobody" }
      : place <= 1
        ? { id: "wait.next" }
        : place === 2
          ? { id: "wait.one" }
          : { id: "wait.ahead", params: { n: place - 1 } },
    ...(able === 0 ? [] : [rangePart(wait)]),
  ];
}

/** @param {WaitRange} wait @returns {Part} */
function rangePart({ low_s = null, high_s = null }) {
  if (low_s === null || high_s === null) return { id: "wait.unknown" };
  const low = Math.floor(low_s / 60);
  const high = Math.max(1, Math.ceil(high_s / 60));
  if (high <= 1) return { id: "wait.soon" };
  if (low >= high) return { id: "wait.about", params: { high } };
  if (low < 1) return { id: "wait.within", params: { high } };
  return { id: "wait.range", params: { low, high } };
}

/** @param {string} relaxed @returns {Part[]} */
export const widenedParts = (relaxed) => (WIDENED.test(relaxed) ? [{ id: `wait.${relaxed}` }] : []);

/** @param {string} why the ticket came back to the line @returns {Part[]} */
export const returnedParts = (why) =>
  why ? [{ id: /^(signed_out|seat_lost)$/.test(why) ? `back.${why}` : "back.passed" }] : [];

/** The ways out of a long wait, in their order on the screen. @param {TicketView} ticket @returns {Part[]} */
export function longParts({ callback_times_ms: times }) {
  const ids = ["long.sorry", "long.stay", ...(times.length ? ["long.callback"] : []), "long.hold", "long.leave"];
  return ids.map((id) => ({ id }));
}

/** @param {TicketView} ticket @param {boolean} isLong @returns {Part[]} */
function waitingParts(ticket, isLong) {
  const end = isLong ? longParts(ticket) : [{ id: "wait.stay" }];
  const back = returnedParts(ticket.returned ?? "");
  return [...back, ...placeParts(ticket), ...ticket.widened.flatMap(widenedParts), ...end];
}

/** The question of consent, while it is not answered. @param {Visit["story"]} story @returns {Part[]} */
export const consentParts = (story) =>
  isConsentSaid(story) ? [] : ["consent.asks", "consent.kept", "consent.safe", "consent.choose"].map((id) => ({ id }));

/** @param {string} paper @param {string} verdict @param {string} note @returns {Part[]} */
export function verdictParts(paper, verdict, note) {
  return [{ id: "verdict.paper" }, { text: paper }, { id: `verdict.${verdict}` }, ...(note ? [{ text: note }] : [])];
}

/** At a booth others come meanwhile: what brings one back. @param {Visit} visit @returns {Part[]} */
const sharedParts = ({ keep }) => (keep.isBooth ? [{ id: "held.shared" }] : []);

/** The receipt taken along; a booth's code is for one's own phone. @param {Visit} visit @param {string | undefined} receipt @returns {Part[]} */
const takenParts = ({ keep }, receipt) =>
  receipt ? [{ id: "receipt.photo" }, ...(keep.isBooth ? [{ id: "receipt.scan" }] : [])] : [];

/** @param {SessionView} session @returns {Part[]} */
function callParts(session) {
  const judged = session.documents.filter((document) => document.verdict);
  const last = session.chat.filter((line) => line.by === "seat").at(-1);
  return [
    { id: "call.connected" },
    ...(session.guide?.materials.length && !judged.length ? [{ id: "papers.needed" }] : []),
    ...judged.flatMap((document) => verdictParts(paperName(session, document), document.verdict ?? "", document.note)),
    ...(last ? lineParts(last.text) : []),
  ];
}

/** What a paper is called: its material's name, else its file's. @param {SessionView} session @param {{ material: string, name: string }} document */
export const paperName = (session, { material, name }) =>
  session.guide?.materials.find(({ key }) => key === material)?.name ?? fileName(name);

/** @param {string} text @returns {Part[]} */
export const lineParts = (text) => [{ id: "chat.theirs" }, { text }];

/** @param {Visit} visit @param {import("#booth_client/story.js").Closing | null} closing @param {boolean} hungUp @returns {Part[]} */
function goodbyeParts(visit, closing, hungUp) {
  if (!closing) return [{ id: hungUp ? "goodbye.pending" : "goodbye.ended" }];
  const { outcome, summary, notice, receipt, version = 1 } = closing;
  const known = OUTCOMES.test(outcome) ? `outcome.${outcome}` : outcome ? "outcome.other" : "goodbye.ended";
  return [
    ...(version > 1 ? [{ id: "goodbye.corrected" }] : []),
    { id: known },
    ...(notice.length ? [{ id: "missing.lead" }, { text: notice.join(", ") }, { id: "missing.then" }] : []),
    ...(summary ? [{ id: "goodbye.more" }, { text: summary }] : []),
    ...takenParts(visit, receipt),
    { id: visit.story.rated ? "goodbye.rated" : "goodbye.rate" },
    { id: "goodbye.finish" },
    ...(isDone(outcome) ? [{ id: "goodbye.thanks" }] : []),
  ];
}

/** @param {Visit} visit @param {string} state @returns {Part[]} */
function endedParts(visit, state) {
  const head = state === "abandoned" ? "ended.left" : state === "redirected" ? "ended.passed" : "ended.expired";
  return [
    { id: head },
    ...(state === "redirected" ? [] : [{ id: "ended.again" }]),
    ...takenParts(visit, visit.story.ticket?.about.receipt),
  ];
}

/** The faces on which a number brings the place or the result back. */
const NUMBERED = ["waiting", "held", "scheduled", "goodbye", "ended"];

/** That number, only when it is asked for: twenty signs are a burden. @param {Visit} visit @returns {Part[]} */
export function receiptParts({ screen, story: { closing, ticket } }) {
  const receipt = NUMBERED.includes(screen) ? closing?.receipt || ticket?.about.receipt : "";
  return receipt ? [{ id: "receipt.number", params: { receipt } }] : [];
}
