/** The names of things a citizen reads, each a whole sentence or word of the catalogue. */
import { gettext, ngettext } from "#webui/i18n.js";

/** @import { Visit } from "#booth_client/visit.js" */
/** @import { MaterialView, TicketView, Verdict, WaitRange } from "#signaling/messages.d.ts" */

/** @type {Record<string, () => string>} */
const MODES = {
  consult: () => gettext("Ask questions"),
  coach: () => gettext("Fill in together"),
  handle: () => gettext("Get it done"),
};

/** @type {Record<string, () => string>} */
const MODE_NOTES = {
  consult: () => gettext("Staff explain what to bring and how it goes."),
  coach: () => gettext("Staff go through the forms and documents with you, step by step."),
  handle: () => gettext("Staff check your documents and take your application if all is in order."),
};

/** @type {Record<string, () => string>} */
const OUTCOMES = {
  answered: () => gettext("Your question was answered."),
  prechecked: () => gettext("Your documents were checked and can be handed in."),
  accepted: () => gettext("We have your application."),
  accepted_deferred: () => gettext("We have your application. Please send the missing documents later."),
  correction: () => gettext("Some documents are missing or need to be corrected."),
  rejected: () => gettext("We could not take your application. If you disagree, call {hotline}."),
  referred: () => gettext("Another office deals with this. The staff have told you where to go."),
  appointment: () => gettext("This needs an appointment. The staff have told you the time and place."),
  escalated: () =>
    gettext("This was recorded as something that did not get done. Use your receipt number to ask, or call {hotline}."),
  abandoned: () => gettext("The call ended early."),
  interrupted: () => gettext("The call was cut off. You can come back any time we are open."),
};

/** What was asked for was done, or taken in, as far as a call can. */
const DONE = new Set(["answered", "prechecked", "accepted", "accepted_deferred"]);
/** Something is still to be done, by the person or by an office. */
const GOES_ON = new Set(["correction", "referred", "appointment", "escalated"]);

/** @type {Record<string, () => string>} */
const WIDENED = {
  district: () => gettext("To shorten your wait, staff of other districts may answer now as well."),
  language: () =>
    gettext("To shorten your wait, someone who speaks another language may answer. You can ask them to type."),
  skill: () =>
    gettext("To shorten your wait, general staff may answer now. If they cannot do it, they will tell you who can."),
  seat: () => gettext("The person you spoke to is busy; a colleague may answer now."),
};

/** How a ticket stands that has no result, by its state. @type {Record<string, () => string>} */
const STANDINGS = {
  waiting: () => gettext("Still in the queue. There is no result yet."),
  serving: () => gettext("The call is going on. There is no result yet."),
  redirected: () => gettext("Your number is now in another queue. Do not take a new one."),
  over: () => gettext("This number is over, and nothing was done. Please take a new one."),
};
/** @type {Record<string, string>} */
const STANDING_OF = {
  held: "waiting",
  scheduled: "waiting",
  reserved: "waiting",
  abandoned: "over",
  expired: "over",
  no_show: "over",
};

/** Why a call came back to the line, as its citizen is told. @type {Record<string, () => string>} */
const RETURNED = {
  signed_out: () =>
    gettext("The member of staff had to leave. You keep your old place; a colleague answers as soon as one is free."),
  seat_lost: () =>
    gettext(
      "The member of staff lost the connection. You keep your old place; a colleague answers as soon as one is free.",
    ),
};

/** @type {Record<Verdict, () => string>} */
const VERDICTS = {
  good: () => gettext("OK"),
  blurred: () => gettext("Not clear: please take it again"),
  wrong: () => gettext("Wrong document"),
};

/** @param {Record<string, () => string>} table @param {string} key */
const from = (table, key) => table[key]?.() ?? "";

/** @param {string} mode */
export const modeName = (mode) => from(MODES, mode);
/** @param {string} mode */
export const modeNote = (mode) => from(MODE_NOTES, mode);
/** @param {string} outcome */
export const outcomeName = (outcome) => from(OUTCOMES, outcome);
/** @param {string} outcome */
export const isDone = (outcome) => DONE.has(outcome);
/** What stands above a result: thanks where something was done, else no more than is true. @param {string} outcome */
export function goodbyeTitle(outcome) {
  if (DONE.has(outcome)) return gettext("Thank you, and goodbye");
  if (GOES_ON.has(outcome)) return gettext("Not finished yet");
  return outcome === "rejected" ? gettext("This could not be done") : gettext("The call has ended");
}
/** @param {string} relaxed */
export const widenedNote = (relaxed) => from(WIDENED, relaxed);
/** @param {string} state of a ticket without a result */
export const standingName = (state) => STANDINGS[STANDING_OF[state] ?? state]?.() ?? gettext("There is no result yet.");
/** @param {string} why */
export const returnedNote = (why) => RETURNED[why]?.() ?? gettext("Your call is passed on. You keep your old place.");
/** @param {Verdict} verdict */
export const verdictName = (verdict) => from(VERDICTS, verdict);

const STILL = /^still-\d{14}\.\w+$/;

/** A file by the name its owner gave it; a picture taken here has none that says anything. @param {string} name */
export const fileName = (name) => (STILL.test(name) ? gettext("Photo of a document") : name);

/** The usual reasons of a bad rating, which the catalogue keeps in Chinese; others are shown as they are. */
/** @type {Record<string, () => string>} */
const REASONS = {
  服务态度差: () => gettext("Unfriendly"),
  没有一次性告知: () => gettext("Not told everything at once"),
  等待时间过长: () => gettext("Waited too long"),
  "音视频不清楚/中断": () => gettext("Sound or picture was bad"),
  材料要求与指南不一致: () => gettext("Asked for other documents than listed"),
  办理超时: () => gettext("Later than promised"),
  推诿扯皮: () => gettext("Sent from office to office"),
  其他: () => gettext("Something else"),
};
/** @param {string} reason */
export const reasonName = (reason) => REASONS[reason]?.() ?? reason;

/** The five levels of 好差评, best first. @type {ReadonlyArray<[level: number, name: () => string]>} */
export const LEVELS = [
  [5, () => gettext("Very satisfied")],
  [4, () => gettext("Satisfied")],
  [3, () => gettext("Fairly satisfied")],
  [2, () => gettext("Dissatisfied")],
  [1, () => gettext("Very dissatisfied")],
];

/** @param {number} place counted from 1 @param {boolean} isServed somebody who could help is at a desk */
export function placeWords(place, isServed) {
  if (place <= 1) return isServed ? gettext("You are next") : gettext("Nobody is ahead of you");
  return ngettext("{n} person is ahead of you", "{n} people are ahead of you", place - 1);
}

/** @param {WaitRange} wait */
export function waitWords({ low_s = null, high_s = null }) {
  if (low_s === null || high_s === null) return gettext("We cannot tell yet how long it will take.");
  const low = Math.floor(low_s / 60);
  const high = Math.max(1, Math.ceil(high_s / 60));
  if (high <= 1) return gettext("Expected wait: less than a minute");
  if (low >= high) return gettext("Expected wait: about {high} minutes", { high });
  if (low < 1) return gettext("Expected wait: {high} minutes or less", { high });
  return gettext("Expected wait: {low} to {high} minutes", { low, high });
}

/** Whether somebody has waited so long that the ways on are laid open. @param {Visit} visit */
export function isLongWait({ screen, skewMs, story: { ticket } }) {
  if (screen !== "waiting" || !ticket) return false;
  return waitedMs(ticket, skewMs) > ticket.callback_after_s * 1000;
}

/** @param {TicketView} ticket @param {number} skewMs how far the server's clock is ahead */
export function waitedMs(ticket, skewMs) {
  const sinceMs = ticket.waiting_since_ms ?? ticket.taken_ms; // a node of the release before says only the latter
  return Math.max(0, Date.now() + skewMs - sinceMs);
}

/** @param {TicketView} ticket */
export function waitLine(ticket) {
  if (ticket.able_seats === 0)
    return gettext("Nobody who can help is here right now. We keep your place and call you when someone is.");
  // Somebody able is signed in, and would be ringing if free: on a break for long, "you are next" alone reads as broken.
  const isUnknown = ticket.wait.low_s == null || ticket.wait.high_s == null;
  return isUnknown
    ? gettext("Those who can help are busy or on a break. We cannot tell yet how long it will take.")
    : waitWords(ticket.wait);
}

/** What a citizen should know of a material beside its name. @param {MaterialView} material */
export function materialNotes(material) {
  return [
    material.original ? gettext("original needed") : "",
    material.electronic ? gettext("electronic version accepted") : "",
    material.deferrable ? gettext("can follow later") : "",
    material.signature ? gettext("to be signed") : "",
    material.alternative ? gettext("one of these is enough") : "",
    material.conditional ? gettext("only in some cases (staff will say)") : "",
  ].filter(Boolean);
}
