/** Puts the seat's console and the wallboard into any of their states. */
import { about, MINUTE_MS, now, person, session, settled, until } from "/static/poses/matter.js";

const seat = {
  seat: "S004",
  name: "坐席004",
  state: "idle",
  since_ms: now - 5 * MINUTE_MS,
  reason: "",
  until_ms: now + MINUTE_MS,
  district: "440113",
  site: "",
  duty: "full",
  skills: ["MZ"],
  languages: ["cmn"],
  ticket: "",
  ticket_number: "",
};
const ringing = {
  reservation: "r",
  ticket: "t1",
  fence: 1,
  state: "pending",
  about,
  left_s: 20,
  waited_s: 75,
  explain: "",
  endsMs: now + 20_000,
};
const call = { ...session, you: "seat", ended: null };
const work = { seat: { ...seat, state: "serving", ticket_number: "MZ003" }, call };
/** What the desk of the seat's console is in each state. */
const DESKS = {
  idle: { seat, alerts: [{ ticket: "t2", about, waited_s: 60, sinceMs: now - MINUTE_MS }] },
  paused: { seat: { ...seat, state: "paused", reason: "meal" } },
  missed: { seat: { ...seat, state: "paused", reason: "missed" } },
  wrap_up: { seat: { ...seat, state: "wrap_up" } },
  ringing: { seat: { ...seat, state: "reserved" }, ringing },
  call: work,
  closing: work,
};

/** Show a face of the seat's console. @param {string} name one of DESKS */
export async function desk(name) {
  const { EMPTY } = await import("#seat_console/desk.js");
  await import("#seat_console/seat-desk.js");
  await import("#seat_console/seat-bar.js");
  const value = { ...EMPTY, link: "open", you: "张三", ...DESKS[name] };
  const [bar, page] = [document.querySelector("seat-bar"), document.querySelector("seat-desk")];
  globalThis.someone ??= person();
  page.media = {
    remote: { camera: globalThis.someone, document_camera: globalThis.someone },
    mine: globalThis.someone,
    on: { microphone: true, camera: true, screen: false },
    health: "up",
    score: 5,
    fault: "",
  };
  bar.desk = value;
  page.desk = value;
  await page.updateComplete;
  await settled();
  if (name !== "closing") return;
  const form = page.querySelector("close-form");
  form.outcome = "correction";
  await form.updateComplete;
  await settled();
}

const STATES = ["idle", "serving", "wrap_up", "paused", "offline", "reserved", "serving"];

/** Show a floor on the wallboard. @param {number} count seats */
export async function wall(count) {
  await import("#seat_console/wall-board.js");
  const board = document.querySelector("wall-board");
  const seats = Array.from({ length: count }, (_, n) => ({
    ...seat,
    seat: `S${String(n + 1).padStart(3, "0")}`,
    name: `坐席${String(n + 1).padStart(3, "0")}`,
    state: STATES[n % STATES.length],
    reason: STATES[n % STATES.length] === "paused" ? (n % 2 ? "missed" : "meal") : "",
    since_ms: now - n * 7000,
    skills: ["MZ", "RS"],
    ticket_number: STATES[n % STATES.length] === "serving" ? "MZ003" : "",
  }));
  const lanes = ["MZ", "RS", "GA", "YB", "ZJ"].map((skill, n) => ({
    skill,
    district: "440113",
    waiting: n + 1,
    oldest_ms: now - n * MINUTE_MS,
  }));
  board.link = "open";
  board.wall = {
    rev: 1,
    at_ms: now,
    seats,
    lanes,
    waiting: 15,
    longest_wait_since_ms: now - 4 * MINUTE_MS,
    serving: 200,
    answered_today: 1234,
    answered_in_60_s_today: 1000,
    abandoned_today: 31,
    booths_online: ["B1", "B2"],
    booths_known: 104,
  };
  await board.updateComplete;
  await until(() => document.querySelectorAll(".tile").length === count);
  await settled();
}
