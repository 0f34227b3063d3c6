/** The floor as the wallboard holds it: a snapshot changed by deltas, and what is worked out of it; pure. */
/** @import { LaneView, SeatState, SeatView, WallboardDelta, WallboardView } from "#signaling/messages.d.ts" */

/** A wait longer than this is an alert (seconds); the same bound as "answered within 60 s". */
export const LONG_WAIT_S = 60;

/** From what a supervisor must look at first to what rests. @type {ReadonlyArray<SeatState>} */
export const STATE_ORDER = ["reserved", "serving", "wrap_up", "idle", "paused", "offline"];

/** @typedef {{ district: string, skill: string, state: string, text: string }} Filter */
/** @type {Filter} */
export const ALL = { district: "", skill: "", state: "", text: "" };

/**
 * Apply a delta; null when it does not follow what the page has, and a snapshot is needed.
 * @param {WallboardView} wall
 * @param {WallboardDelta} delta
 * @returns {WallboardView | null}
 */
export function apply(wall, delta) {
  if (delta.rev <= wall.rev) return wall;
  if (delta.rev_from !== wall.rev) return null;
  const seats = new Map(wall.seats.map((each) => [each.seat, each]));
  for (const each of delta.seats) seats.set(each.seat, each);
  const booths = new Set([...wall.booths_online, ...delta.booths_online]);
  for (const each of delta.booths_gone ?? []) booths.delete(each);
  const { type: _type, rev_from: _from, booths_gone: _gone, ...numbers } = delta;
  return { ...wall, ...numbers, seats: [...seats.values()], booths_online: [...booths] };
}

/**
 * The seats that pass the filter, by state, then by how long they have been in it.
 * @param {ReadonlyArray<SeatView>} seats
 * @param {Filter} filter
 */
export function shown(seats, filter) {
  const text = filter.text.trim().toLowerCase();
  return seats
    .filter((each) => !filter.district || each.district === filter.district)
    .filter((each) => !filter.skill || each.skills.includes(filter.skill))
    .filter((each) => !filter.state || each.state === filter.state)
    .filter((each) => !text || `${each.seat} ${each.name} ${each.ticket_number}`.toLowerCase().includes(text))
    .sort((a, b) => rank(a) - rank(b) || a.since_ms - b.since_ms || a.seat.localeCompare(b.seat));
}

/** @param {SeatView} seat */
function rank(seat) {
  return isMissed(seat) ? -1 : STATE_ORDER.indexOf(seat.state);
}

/**
 * A seat that let a reservation ring out.
 * @param {SeatView} seat
 */
export function isMissed(seat) {
  return seat.state === "paused" && seat.reason === "missed";
}

/**
 * How many seats are in each state.
 * @param {ReadonlyArray<SeatView>} seats
 * @returns {Record<SeatState, number>}
 */
export function byState(seats) {
  const counts = { offline: 0, idle: 0, reserved: 0, serving: 0, wrap_up: 0, paused: 0 };
  for (const each of seats) counts[each.state] += 1;
  return counts;
}

/**
 * Answered within 60 s today, in whole per cent of the answered; null before the first.
 * @param {WallboardView} wall
 */
export function serviceLevel(wall) {
  return wall.answered_today ? Math.round((100 * wall.answered_in_60_s_today) / wall.answered_today) : null;
}

/**
 * Lanes with somebody waiting, longest wait first, each with its ready and its signed-in seats.
 * @param {WallboardView} wall
 * @returns {Array<LaneView & { ready: number, signedIn: number }>}
 */
export function lanes(wall) {
  return wall.lanes
    .filter((each) => each.waiting > 0)
    .map((lane) => {
      const able = wall.seats.filter((seat) => seat.skills.includes(lane.skill));
      const signedIn = able.filter((seat) => seat.state !== "offline").length;
      return { ...lane, ready: able.filter((seat) => seat.state === "idle").length, signedIn };
    })
    .sort((a, b) => a.oldest_ms - b.oldest_ms);
}

/** @typedef {{ kind: "long_wait" | "nobody_ready" | "missed" | "many_missed", about: string, sinceMs: number }} Alert */

/** So many missed seats are named; more are counted. */
const MISSED_NAMED = 3;

/**
 * What a supervisor must hear of: a wait over the bound, a skill with waiting and no ready seat, missed seats.
 * `about` is the skill, the seat's name, or how many seats.
 * @param {WallboardView} wall
 * @param {number} nowMs server time
 * @returns {Alert[]}
 */
export function alerts(wall, nowMs) {
  const waiting = lanes(wall);
  const late = waiting.filter((each) => nowMs - each.oldest_ms > LONG_WAIT_S * 1000).slice(0, 1);
  const empty = new Map(waiting.filter((each) => each.ready === 0).map((each) => [each.skill, each]));
  return [
    ...late.map((each) => told("long_wait", each.skill, each.oldest_ms)),
    ...[...empty.values()].map((each) => told("nobody_ready", each.skill, each.oldest_ms)),
    ...missed(wall.seats.filter(isMissed)),
  ];
}

/**
 * @param {SeatView[]} seats
 * @returns {Alert[]}
 */
function missed(seats) {
  if (seats.length <= MISSED_NAMED) return seats.map((each) => told("missed", each.name, each.since_ms));
  return [told("many_missed", String(seats.length), Math.min(...seats.map((each) => each.since_ms)))];
}

/**
 * @param {Alert["kind"]} kind
 * @param {string} about
 * @param {number} sinceMs
 * @returns {Alert}
 */
function told(kind, about, sinceMs) {
  return { kind, about, sinceMs };
}
