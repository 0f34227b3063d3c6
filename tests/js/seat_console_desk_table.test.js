/** The seat console's state by tables: every state of a seat beside what rings and what is talked, every frame. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { apply, EMPTY, face } from "#seat_console/desk.js";

const about = { number: "MZ003", item: "MZ01", item_name: "", receipt: "20261122-MZ003-7K4Q9D" };
const seat = (state, reason = "") => ({ seat: "S004", name: "4", state, since_ms: 0, reason, until_ms: 0 });
const reservation = { reservation: "R1", ticket: "T1", fence: 7, state: "pending", about, left_s: 20, waited_s: 3 };
const session = {
  session: "X1", ticket: "T1", state: "active", about, seq: 4, began_ms: 0, guide: null, documents: [], chat: [], notes: "",
}; // biome-ignore format: two lines
const to = (desk, frame) => apply(desk, frame, 1000);
const ringing = to(EMPTY, { type: "ringing", reservation });
const talking = to(EMPTY, { type: "session", session });
const rangOut = { ...EMPTY, rangOut: "expired" };
const closed = { ...talking, call: { ...talking.call, state: "closed" } };

// State of the seat, the face of an empty desk; does a ringing go on, does a call stay, does "it rang out" stay.
const SEATS = [
  ["idle", "idle", false, false, false],
  ["reserved", "idle", true, false, true],
  ["serving", "starting", false, true, false],
  ["wrap_up", "wrap_up", false, true, true],
  ["paused", "paused", false, false, true],
  ["offline", "idle", false, false, true],
];

for (const [state, shown, rings, talks, stays] of SEATS) {
  test(`a seat that is ${state} shows ${shown} and keeps what belongs to it`, () => {
    const frame = { type: "seat", seat: seat(state) };
    assert.deepEqual(to(EMPTY, frame).seat, seat(state));
    assert.equal(face(to(EMPTY, frame)), shown);
    assert.equal(face(to(ringing, frame)), rings ? "ringing" : shown);
    assert.deepEqual(to(ringing, frame).ringing, rings ? ringing.ringing : null);
    assert.deepEqual(to(talking, frame).call, talks ? talking.call : null);
    assert.equal(face(to(talking, frame)), state === "serving" ? "call" : shown);
    assert.equal(face(to(closed, frame)), shown);
    assert.equal(to(rangOut, frame).rangOut, stays ? "expired" : "");
  });
}

test("before the server says anything the desk is empty, and a call shows without its seat", () => {
  assert.deepEqual(EMPTY, {
    link: "connecting", trouble: "", over: "", you: "", taken: null, seat: null, ringing: null, rangOut: "", alerts: [], call: null,
  }); // biome-ignore format: two lines
  assert.deepEqual([face(EMPTY), face(talking), face(closed)], ["starting", "call", "starting"]);
  assert.equal(face({ ...EMPTY, seat: seat("paused", "missed") }), "missed");
});

for (const state of ["expired", "rescinded", "accepted", "declined"]) {
  test(`what rang and is ${state} is over, and news only where nobody here did it`, () => {
    const over = { type: "ringing_over", reservation: "R1", state };
    const news = state === "expired" || state === "rescinded" ? state : "";
    assert.deepEqual(to({ ...ringing, rangOut: "before" }, over), { ...ringing, ringing: null, rangOut: news });
    assert.equal(to(rangOut, over), rangOut, "nothing rings");
    const other = { ...over, reservation: "R2" };
    assert.equal(to(ringing, other), ringing, "another one rings");
  });
}

test("a ringing or a session takes the place of what rang before", () => {
  const again = to({ ...rangOut, you: "4" }, { type: "ringing", reservation });
  assert.deepEqual(again, { ...EMPTY, you: "4", ringing: { ...reservation, endsMs: 21_000 } });
  const began = to({ ...ringing, rangOut: "expired" }, { type: "session", session });
  assert.deepEqual([began.ringing, began.rangOut, began.call.session], [null, "", "X1"]);
});

test("a welcome opens a desk that was lost or over", () => {
  const lost = { ...EMPTY, link: "lost", over: "signed_out" };
  assert.deepEqual(to(lost, { type: "welcome", you: "陈" }), { ...EMPTY, link: "open", over: "", you: "陈" });
});

test("only the refusal of the seat itself says who has it", () => {
  const refusal = (more) => to(EMPTY, { type: "error", code: "seat_taken", params: { by: "x" }, ...more });
  assert.deepEqual(refusal({}), { ...EMPTY, taken: { by: "x" } });
  assert.equal(refusal({ id: "1" }), EMPTY);
  assert.equal(refusal({ code: "other" }), EMPTY);
});

test("what may be claimed is told with the time since when it waits", () => {
  const told = to(EMPTY, { type: "alerts", alerts: [{ ticket: "T1", waited_s: 0.5 }] });
  assert.deepEqual(told.alerts, [{ ticket: "T1", waited_s: 0.5, sinceMs: 500 }]);
});

test("what is of no session and of no desk changes nothing", () => {
  assert.equal(to(talking, { type: "pong" }), talking);
  assert.equal(to(EMPTY, { type: "chatted", seq: 5, at_ms: 1, by: "citizen", text: "x" }), EMPTY);
});
