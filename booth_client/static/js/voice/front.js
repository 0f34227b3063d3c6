/** What is said of the first face: the invitation, whether it is open, an item's guide, what went wrong; pure. */
import { materialNotes } from "#booth_client/words.js";
import { offsetMs } from "#webui/business-clock.js";
import { describeError } from "#webui/i18n.js";

/** @import { Facts } from "#booth_client/facts.js" */
/** @import { Reading } from "#booth_client/welcome.js" */
/** @import { Part } from "#booth_client/voice/queue.js" */
/** @import { GuideView } from "#signaling/messages.d.ts" */

/** @param {Reading} front @returns {Part[]} */
export function welcomeParts(front) {
  return [...demonstrationParts(), ...frontParts(front)];
}

/** That the time is a demonstration's, where it is set. @returns {Part[]} */
function demonstrationParts() {
  const aheadMs = offsetMs();
  return aheadMs ? [{ id: "demo.time", params: { when: Date.now() + aheadMs } }] : [];
}

/** @param {Reading} front @returns {Part[]} */
function frontParts({ fault, guide, facts, seats }) {
  if (fault) return faultParts(fault.code, fault.params);
  if (guide) return guideParts(guide);
  const find = { id: "welcome.find" };
  if (facts && !facts.open_now) return [...closedParts(facts.next_open), find];
  return [
    { id: "welcome.call" },
    { id: "welcome.free" },
    ...hoursParts(facts),
    { id: "welcome.language" },
    ...fewParts(seats),
    { id: "welcome.priority" },
    find,
  ];
}

/** That it is open, and how many wait. @param {Pick<Facts, "waiting"> | null | undefined} facts @returns {Part[]} */
function hoursParts(facts) {
  if (!facts) return [];
  const { waiting: n } = facts;
  const open = { id: "hours.open" };
  if (typeof n !== "number") return [open];
  return [open, n === 0 ? { id: "hours.none" } : n === 1 ? { id: "hours.one" } : { id: "hours.many", params: { n } }];
}

/** @param {unknown} next ISO 8601, where an opening is known @returns {Part[]} */
function closedParts(next) {
  const opens = typeof next === "string" ? Date.parse(next) : Number.NaN;
  const when = Number.isNaN(opens) ? { id: "closed.unknown" } : { id: "closed.opens", params: { when: opens } };
  return [{ id: "closed.now" }, when, { id: "closed.then" }];
}

/** That few or no staff know the language that is chosen. @param {string | undefined} seats @returns {Part[]} */
export function fewParts(seats) {
  if (seats === "few") return [{ id: "few.some" }];
  return seats === "none" ? [{ id: "few.none" }] : [];
}

/** What a search found. @param {number} n @returns {Part} */
export const foundPart = (n) => (n ? { id: "find.some", params: { n } } : { id: "find.none" });

/** @param {string} code @param {Record<string, unknown>} params @returns {Part[]} */
export function faultParts(code, params) {
  if (code === "closed_now") return closedParts(params.next_open);
  if (code === "never_served") return [{ id: "fault.never_served" }];
  if (code === "offline") return [{ id: "net.offline" }];
  if (code.endsWith("unavailable")) return [{ id: "fault.unavailable" }];
  return [{ id: "fault.notice" }, { text: describeError(code, params) }];
}

/** @param {GuideView} guide @returns {Part[]} */
function guideParts(guide) {
  const { name, promised_days: days, average_min: minutes, modes, materials } = guide;
  const isDoneAtOnce = !days && modes.includes("handle");
  return [
    { id: "guide.about" },
    { text: name },
    ...(days ? [{ id: "guide.days", params: { n: days } }] : []),
    ...(isDoneAtOnce ? [{ id: "guide.done" }] : []),
    ...(minutes ? [{ id: "guide.minutes", params: { n: minutes } }] : []),
    { id: "guide.fee" },
    { id: "guide.modes" },
    ...modes.map((mode) => ({ id: `guide.${mode}` })),
    ...(materials.length ? [{ id: "guide.materials" }] : []),
    ...materials.map((material) => ({ text: [material.name, ...materialNotes(material)].join(", ") })),
    { id: "guide.start" },
  ];
}
