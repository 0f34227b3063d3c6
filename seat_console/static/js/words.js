/** The words for states, reasons, modes, verdicts and outcomes: one place, so that a thing has one name on screen. */
/** @import { SeatView } from "#signaling/messages.d.ts" */
/** @import { Standing } from "#seat_console/checklist.js" */
import { gettext } from "#webui/i18n.js";

/** @type {Record<string, () => string>} */
const STATES = {
  offline: () => gettext("Offline"),
  idle: () => gettext("Ready"),
  reserved: () => gettext("Ringing"),
  serving: () => gettext("In a call"),
  wrap_up: () => gettext("Wrap-up"),
  paused: () => gettext("Break"),
  missed: () => gettext("Missed"),
};

/** @type {Record<string, () => string>} */
const REASONS = {
  missed: () => gettext("Did not answer"),
  break: () => gettext("Short break"),
  meal: () => gettext("Meal"),
  window: () => gettext("Serving at the window"),
  training: () => gettext("Training"),
  supervisor: () => gettext("Set by the supervisor"),
  other: () => gettext("Other reason"),
  signed_out: () => gettext("Signed out"),
  seat_lost: () => gettext("The page was lost"),
};

/** @type {Record<string, () => string>} */
const MODES = {
  consult: () => gettext("Consult"),
  coach: () => gettext("Coach"),
  handle: () => gettext("Handle"),
};

/** @type {Record<string, () => string>} */
const PRIORITIES = {
  sos: () => gettext("SOS"),
  returning: () => gettext("Dropped call coming back"),
  appointment: () => gettext("Appointment"),
  priority: () => gettext("Priority person"),
};

/** @type {Record<string, () => string>} */
const CHANNELS = {
  booth: () => gettext("Booth"),
  pc: () => gettext("PC"),
  native: () => gettext("Booth device"),
  hall: () => gettext("Hall"),
};

/** @type {Record<string, () => string>} */
const VERDICTS = {
  good: () => gettext("In order"),
  blurred: () => gettext("Blurred, take again"),
  wrong: () => gettext("Wrong document"),
};

/** @type {Record<Standing, () => string>} */
const STANDINGS = {
  missing: () => gettext("Missing"),
  arrived: () => gettext("To be checked"),
  good: () => gettext("In order"),
  blurred: () => gettext("Take again"),
  wrong: () => gettext("Wrong document"),
  covered: () => gettext("Not needed"),
};

/** @type {Record<string, () => string>} */
const OUTCOMES = {
  answered: () => gettext("Answered"),
  prechecked: () => gettext("Pre-checked, not yet submitted"),
  accepted: () => gettext("Accepted (documents received)"),
  accepted_deferred: () => gettext("Accepted with documents to follow"),
  correction: () => gettext("Correction notice"),
  rejected: () => gettext("Not accepted"),
  referred: () => gettext("Referred to a window or department"),
  appointment: () => gettext("Appointment needed"),
  escalated: () => gettext("Referred to unresolved cases"),
  abandoned: () => gettext("Citizen left"),
  interrupted: () => gettext("Cut off (technical)"),
};

/** The outcomes in the catalogue's order. */
export const OUTCOME_KEYS = Object.keys(OUTCOMES);

/** Why an agent may go on break; `missed` and `supervisor` are not his to choose. */
export const BREAK_REASONS = ["break", "meal", "window", "training", "other"];

/**
 * @param {Record<string, () => string>} table
 * @returns {(key: string) => string}
 */
const from = (table) => (key) => table[key]?.() ?? (key ? gettext("Not named") : ""); // never a program's own word

export const stateWord = from(STATES);
export const reasonWord = from(REASONS);
export const modeWord = from(MODES);
export const channelWord = from(CHANNELS);
export const verdictWord = from(VERDICTS);
export const standingWord = from(STANDINGS);
export const outcomeWord = from(OUTCOMES);

/** Empty for a normal ticket. @param {string} priority */
export const priorityWord = (priority) => PRIORITIES[priority]?.() ?? "";

/**
 * The state as colour, icon and word name it: a missed seat is not on break of its own will.
 * @param {Pick<SeatView, "state" | "reason">} seat
 */
export function stateKey(seat) {
  return seat.state === "paused" && seat.reason === "missed" ? "missed" : seat.state;
}
