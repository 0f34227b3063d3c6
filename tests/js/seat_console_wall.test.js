/** Stories of the wallboard's state and of what is worked out of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ALL, alerts, apply, byState, lanes, serviceLevel, shown, unspoken } from "#seat_console/wall.js";
import { readAddress, writeAddress } from "#seat_console/wall-address.js";

const seat = (id, state, more = {}) => ({
  seat: id,
  name: id,
  state,
  since_ms: 0,
  reason: "",
  district: "440113",
  skills: ["MZ"],
  ticket_number: "",
  ...more,
});
const wall = (more = {}) => ({ rev: 3, at_ms: 0, seats: [], lanes: [], booths_online: [], booths_known: 28, ...more });
const delta = (more = {}) => ({
  type: "wallboard_delta",
  rev_from: 3,
  rev: 4,
  at_ms: 9,
  seats: [],
  lanes: [],
  waiting: 0,
  booths_online: [],
  booths_gone: [],
  ...more,
});

test("a delta changes the seats it names and replaces the counts", () => {
  const before = wall({ seats: [seat("S1", "idle"), seat("S2", "idle")], waiting: 5 });
  const after = apply(before, delta({ seats: [seat("S2", "serving"), seat("S3", "paused")], waiting: 2 }));
  assert.deepEqual(
    after.seats.map((each) => [each.seat, each.state]),
    [
      ["S1", "idle"],
      ["S2", "serving"],
      ["S3", "paused"],
    ],
  );
  assert.equal(after.waiting, 2);
  assert.equal(after.rev, 4);
  assert.equal(after.booths_known, 28);
});

test("booths come and go by delta", () => {
  const after = apply(wall({ booths_online: ["A", "B"] }), delta({ booths_online: ["C"], booths_gone: ["A"] }));
  assert.deepEqual(after.booths_online, ["B", "C"]);
});

test("a delta that was seen already changes nothing, one after a gap asks for a snapshot", () => {
  const before = wall();
  assert.equal(apply(before, delta({ rev_from: 2, rev: 3 })), before);
  assert.equal(apply(before, delta({ rev_from: 5, rev: 6 })), null);
});

test("seats stand by state, then by how long; missed ones come first", () => {
  const seats = [
    seat("off", "offline"),
    seat("new", "idle", { since_ms: 50 }),
    seat("old", "idle", { since_ms: 10 }),
    seat("gone", "paused", { reason: "missed" }),
    seat("busy", "serving"),
  ];
  assert.deepEqual(
    shown(seats, ALL).map((each) => each.seat),
    ["gone", "busy", "old", "new", "off"],
  );
});

test("filters narrow by district, skill, state and text together", () => {
  const seats = [
    seat("S1", "idle"),
    seat("S2", "idle", { district: "440114" }),
    seat("S3", "idle", { skills: ["SB"] }),
    seat("S4", "paused"),
  ];
  const filter = { district: "440113", skill: "MZ", state: "idle", text: "s1" };
  assert.deepEqual(
    shown(seats, filter).map((each) => each.seat),
    ["S1"],
  );
});

test("the counts by state name every state", () => {
  assert.deepEqual(byState([seat("S1", "idle"), seat("S2", "idle"), seat("S3", "offline")]), {
    offline: 1,
    idle: 2,
    reserved: 0,
    serving: 0,
    wrap_up: 0,
    paused: 0,
    missed: 0,
  });
});

test("the service level is unknown before the first answer", () => {
  assert.equal(serviceLevel(wall({ answered_today: 0 })), null);
  assert.equal(serviceLevel(wall({ answered_today: 8, answered_in_60_s_today: 7 })), 88);
});

test("a lane shows how many seats could serve it", () => {
  const floor = wall({
    seats: [seat("S1", "idle"), seat("S2", "serving"), seat("S3", "offline")],
    lanes: [
      { skill: "MZ", district: "440113", waiting: 2, oldest_ms: 20 },
      { skill: "SB", district: "440113", waiting: 1, oldest_ms: 10 },
      { skill: "YB", district: "440113", waiting: 0, oldest_ms: 0 },
    ],
  });
  assert.deepEqual(
    lanes(floor).map((each) => [each.skill, each.ready, each.signedIn]),
    [
      ["SB", 0, 0],
      ["MZ", 1, 2],
    ],
  );
});

test("alerts tell a long wait, a skill that nobody is ready for, and missed seats", () => {
  const floor = wall({
    seats: [seat("S1", "paused", { reason: "missed" }), seat("S2", "idle", { skills: ["SB"] })],
    lanes: [
      { skill: "MZ", district: "440113", waiting: 1, oldest_ms: 1000 },
      { skill: "SB", district: "440113", waiting: 1, oldest_ms: 50_000 },
    ],
  });
  assert.deepEqual(
    alerts(floor, 70_000).map((each) => [each.kind, each.about]),
    [
      ["long_wait", "MZ"],
      ["nobody_ready", "MZ"],
      ["missed", "S1"],
    ],
  );
  assert.equal(alerts(floor, 70_000).at(-1)?.seat, "S1", "a press opens that seat");
  assert.deepEqual(alerts({ ...floor, lanes: [], seats: [] }, 70_000), []);
});

test("many missed seats are counted, not named", () => {
  const seats = ["S1", "S2", "S3", "S4"].map((id) => seat(id, "paused", { reason: "missed" }));
  assert.deepEqual(alerts(wall({ seats }), 0), [{ kind: "many_missed", about: "4", sinceMs: 0 }]);
});

test("filters and the big screen live in the address", () => {
  const at = { filter: { ...ALL, district: "440113", text: "坐席 1" }, isBig: true };
  const address = writeAddress("/wallboard", at);
  assert.deepEqual(readAddress(new URL(address, "http://x").search), at);
  assert.equal(writeAddress("/wallboard", { filter: ALL, isBig: false }), "/wallboard");
});

test("the floor can be read by who has been in a state the longest, and by seat; offline seats come last in time", () => {
  const seats = [
    seat("S3", "idle", { since_ms: 30 }),
    seat("S1", "offline"),
    seat("S2", "serving", { since_ms: 10 }),
    seat("S4", "paused", { since_ms: 20, reason: "missed" }),
  ];
  const names = (order) => shown(seats, { ...ALL, order }).map((each) => each.seat);
  assert.deepEqual(names("longest"), ["S2", "S4", "S3", "S1"]);
  assert.deepEqual(names("seat"), ["S1", "S2", "S3", "S4"]);
  assert.deepEqual(names("nonsense"), names(""));
});

test("missed seats are counted and found apart from other breaks", () => {
  const seats = [seat("S1", "paused", { reason: "missed" }), seat("S2", "paused", { reason: "meal" })];
  assert.deepEqual([byState(seats).missed, byState(seats).paused], [1, 1]);
  assert.deepEqual(
    shown(seats, { ...ALL, state: "missed" }).map((each) => each.seat),
    ["S1"],
  );
  assert.deepEqual(
    shown(seats, { ...ALL, state: "paused" }).map((each) => each.seat),
    ["S2"],
  );
});

test("many skills without a ready seat share one alert, so that the table stays in sight", () => {
  const lane = (skill, oldest) => ({ skill, district: "440113", waiting: 1, oldest_ms: oldest });
  const floor = wall({ lanes: ["MZ", "RS", "SB", "YB"].map((skill, index) => lane(skill, 40 - index)) });
  assert.deepEqual(alerts(floor, 50), [{ kind: "many_empty", about: "YB,SB,RS,MZ", sinceMs: 37 }]);
});

test("languages that nobody who is signed in speaks are told", () => {
  const seats = [
    seat("S1", "idle", { languages: ["cmn", "yue"] }),
    seat("S2", "offline", { languages: ["hak"] }),
    seat("S3", "paused", { languages: ["en"] }),
  ];
  assert.deepEqual(unspoken(seats, ["cmn", "yue", "hak", "en", "csl"]), ["hak", "csl"]);
  assert.deepEqual(unspoken([seats[1]], ["cmn", "hak"]), [], "an empty floor is told elsewhere");
});
