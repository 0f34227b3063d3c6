/** A press on an alert of the wallboard leads to what it is about: the seat, or the seats that can help. */
import assert from "node:assert/strict";
import { test } from "node:test";

/** Enough of a browser for elements that are never drawn. */
const page = Object.assign(new EventTarget(), {
  documentElement: { dataset: {}, lang: "en" },
  createTreeWalker: () => null,
});
for (const name of ["createComment", "importNode", "createElement", "getElementById", "querySelector"])
  page[name] = () => null;
globalThis.document = page;
globalThis.window = globalThis;
globalThis.HTMLElement = EventTarget;
globalThis.customElements = { define: () => undefined };
const { WallLanes } = await import("#seat_console/wall-lanes.js");
const { ALL, alerts } = await import("#seat_console/wall.js");

const NOW = 700_000;
const missed = (n) =>
  Array.from({ length: n }, (_, at) => ({
    seat: `S${at}`,
    name: `坐席${at}`,
    state: "paused",
    reason: "missed",
    since_ms: 0,
    skills: [],
    district: "",
  }));
const lane = (skill, oldest_ms = NOW) => ({ skill, district: "440113", waiting: 1, oldest_ms });

/** What a press on each alert of a floor tells the board. */
function pressed(seats, lanes) {
  const told = [];
  const element = { tell: (...said) => told.push(said) };
  for (const alert of alerts({ seats, lanes }, NOW)) WallLanes.prototype.act.call(element, alert);
  return told;
}

test("an alert of one seat opens it, one of many shows all that missed a call", () => {
  assert.deepEqual(pressed(missed(1), []), [["wall-open", "S0"]]);
  assert.deepEqual(pressed(missed(9), []), [["wall-filter", { ...ALL, state: "missed" }]]);
});

test("an alert of a skill shows the seats that have it, one of many skills those of the first", () => {
  assert.deepEqual(pressed([], [lane("MZ")]), [["wall-filter", { ...ALL, skill: "MZ" }]]);
  assert.deepEqual(pressed([], [lane("MZ", 0)]), [
    ["wall-filter", { ...ALL, skill: "MZ" }],
    ["wall-filter", { ...ALL, skill: "MZ" }],
  ]);
  assert.deepEqual(
    pressed(
      [],
      ["YB", "SB", "RS", "MZ"].map((skill) => lane(skill)),
    ),
    [["wall-filter", { ...ALL, skill: "YB" }]],
  );
});
