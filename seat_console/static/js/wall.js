/** The floor as the wallboard holds it: a snapshot changed by deltas, and what is worked out of it; pure. */
/** @import { LaneView, SeatState, SeatView, WallboardDelta, WallboardView } from "#signaling/messages.d.ts" */

/** A wait longer than this is an alert (seconds); the same bound as "answered within 60 s". */
export const LONG_WAIT_S = 60;

/** From what a supervisor must look at first to what rests. @type {ReadonlyArray<SeatState>} */
export const STATE_ORDER = ["reserved", "serving", "wrap_up", "idle", "paused", "offline"];

/** What one may look for; `missed` is a break of its own kind. */
export const STATE_KEYS = ["missed", ...STATE_ORDER];

/** @typedef {{ district: string, skill: string, state: string, text: string, order: string }} Filter */
/** @type {Filter} */
export const ALL = { district: "", skill: "", state: "", text: "", order: "" };

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
 * The seats that pass the filter, in its order: by state and then by time, longest in a state first, or by seat.
 * @param {ReadonlyArray<SeatView>} seats
 * @param {Filter} filter
 */
export function shown(seats, filter) {
  const text = filter.text.trim().toLowerCase();
  const found = seats.filter(
    (each) =>
      (!filter.district || each.district === filter.district) &&
      (!filter.skill || each.skills.includes(filter.skill)) &&
      (!filter.state || stateOf(each) === filter.state) &&
      (!text || `${each.seat} ${each.name} ${each.ticket_number}`.toLowerCase().includes(text)),
  );
  return found.sort(ORDERS[filter.order] ?? byStateAndTime);
}

/** @typedef {(a: SeatView, b: SeatView) => number} Order */
/** @type {Order} */
const bySeat = (a, b) => (a.seat < b.seat ? -1 : Number(a.seat > b.seat));
/** @type {Order} */
const byTime = (a, b) => a.since_ms - b.since_ms || bySeat(a, b);
/** @type {Order} */
const byStateAndTime = (a, b) => rank(a) - rank(b) || byTime(a, b);
/** Nobody knows since when a seat is offline: those come last. @type {Order} */
const longest = (a, b) => Number(a.state === "offline") - Number(b.state === "offline") || byTime(a, b);

/** @type {Record<string, Order>} */
export const ORDERS = { "": byStateAndTime, longest, seat: bySeat };

/** @param {SeatView} seat */
export function stateOf(seat) {
  return isMissed(seat) ? "missed" : seat.state;
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
 * How many seats are in each state; the missed ones are counted apart from the other breaks.
 * @param {ReadonlyArray<SeatView>} seats
 */
export function byState(seats) {
  /** @type {Record<SeatState | "missed", number>} */
  const counts = { missed: 0, offline: 0, idle: 0, reserved: 0, serving: 0, wrap_up: 0, paused: 0 };
  for (const each of seats) counts[stateOf(each)] += 1;
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
  const able = bySkill(wall.seats);
  return wall.lanes
    .filter((each) => each.waiting > 0)
    .map((lane) => ({ ...lane, ...(able.get(lane.skill) ?? { ready: 0, signedIn: 0 }) }))
    .sort((a, b) => a.oldest_ms - b.oldest_ms);
}

/**
 * The languages that nobody who is signed in speaks: a citizen who asks for one waits long, or is answered in another.
 * @param {ReadonlyArray<SeatView>} seats
 * @param {ReadonlyArray<string>} languages ids of all that can be asked for
 */
export function unspoken(seats, languages) {
  const here = seats.filter(({ state }) => state !== "offline");
  if (!here.length) return []; // nobody is there at all: that is told elsewhere
  const spoken = new Set(here.flatMap((seat) => seat.languages));
  return languages.filter((each) => !spoken.has(each));
}

/** The seats here and ready of each skill, counted in one go. @param {ReadonlyArray<SeatView>} seats */
function bySkill(seats) {
  /** @type {Map<string, { ready: number, signedIn: number }>} */
  const counts = new Map();
  for (const { skills, state } of seats) {
    if (state === "offline") continue;
    for (const skill of skills) {
      const count = counts.get(skill) ?? { ready: 0, signedIn: 0 };
      counts.set(skill, count);
      count.signedIn += 1;
      if (state === "idle") count.ready += 1;
    }
  }
  return counts;
}

/** @typedef {"long_wait" | "nobody_ready" | "many_empty" | "missed" | "many_missed"} Trouble */
/** @typedef {{ kind: Trouble, about: string, sinceMs: number, seat?: string }} Alert one about a single seat names it */

/** So many skills without a ready seat, or missed seats, have an alert of their own; more share one. */
const NAMED = 3;

/**
 * What a supervisor must hear of: a wait over the bound, a skill with waiting and no ready seat, missed seats.
 * `about` is the skill (or several, with commas), the seat's name, or how many seats.
 * @param {WallboardView} wall
 * @param {number} nowMs server time
 * @param {ReturnType<typeof lanes>} [waiting] where they are worked out already
 * @returns {Alert[]}
 */
export function alerts(wall, nowMs, waiting = lanes(wall)) {
  const late = waiting.filter((each) => nowMs - each.oldest_ms > LONG_WAIT_S * 1000).slice(0, 1);
  const empty = new Map(waiting.filter((each) => each.ready === 0).map((each) => [each.skill, each]));
  return [
    ...late.map((each) => told("long_wait", each.skill, each.oldest_ms)),
    ...emptied([...empty.values()]),
    ...missed(wall.seats.filter(isMissed)),
  ];
}

/**
 * @param {LaneView[]} lanes with somebody waiting and nobody ready
 * @returns {Alert[]}
 */
function emptied(lanes) {
  if (lanes.length <= NAMED) return lanes.map((each) => told("nobody_ready", each.skill, each.oldest_ms));
  const oldest = Math.min(...lanes.map((each) => each.oldest_ms));
  return [told("many_empty", lanes.map((each) => each.skill).join(","), oldest)];
}

/**
 * @param {SeatView[]} seats
 * @returns {Alert[]}
 */
function missed(seats) {
  if (seats.length <= NAMED)
    return seats.map((each) => ({ ...told("missed", each.name, each.since_ms), seat: each.seat }));
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
