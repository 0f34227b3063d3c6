/** Stories of the seat console's state: what the server says, and what the desk shows for it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { apply, EMPTY, face } from "#seat_console/desk.js";

const about = { number: "MZ003", item: "MZ01", item_name: "老年人优待卡", receipt: "20261122-MZ003-7K4Q9D" };
const seat = { seat: "S004", name: "坐席004", state: "idle", since_ms: 0, reason: "", until_ms: 0 };
const reservation = { reservation: "R1", ticket: "T1", fence: 7, state: "pending", about, left_s: 20, waited_s: 3 };
const session = {
  session: "X1",
  ticket: "T1",
  state: "active",
  about,
  seq: 4,
  began_ms: 0,
  guide: null,
  documents: [],
  chat: [],
  notes: "",
};

/** Apply frames to an empty desk at the time 1,000. */
function desk(...frames) {
  return frames.reduce((before, frame) => apply(before, frame, 1000), EMPTY);
}

const serving = { type: "seat", seat: { ...seat, state: "serving" } };
const inCall = [serving, { type: "session", session }];

test("a reservation rings until its deadline in server time", () => {
  const now = desk({ type: "seat", seat: { ...seat, state: "reserved" } }, { type: "ringing", reservation });
  assert.equal(face(now), "ringing");
  assert.equal(now.ringing.endsMs, 21_000);
});

test("an unanswered reservation leaves the seat missed", () => {
  const now = desk(
    { type: "ringing", reservation },
    { type: "ringing_over", reservation: "R1", state: "expired" },
    { type: "seat", seat: { ...seat, state: "paused", reason: "missed" } },
  );
  assert.equal(face(now), "missed");
  assert.equal(now.rangOut, "expired");
});

test("the end of another reservation does not silence the one that rings", () => {
  const now = desk({ type: "ringing", reservation }, { type: "ringing_over", reservation: "R0", state: "rescinded" });
  assert.equal(face(now), "ringing");
});

test("a reload in the middle of a call comes back to the call", () => {
  const now = desk({ type: "welcome", you: "坐席004" }, ...inCall);
  assert.equal(face(now), "call");
  assert.equal(now.you, "坐席004");
});

test("an event that came twice is applied once", () => {
  const line = { type: "chatted", seq: 5, at_ms: 1, by: "citizen", text: "你好" };
  assert.equal(desk(...inCall, line, line).call.chat.length, 1);
});

test("an event that the snapshot holds already changes nothing", () => {
  const old = { type: "chatted", seq: 4, at_ms: 1, by: "citizen", text: "你好" };
  assert.equal(desk(...inCall, old).call.chat.length, 0);
});

test("closing leads to wrap-up with the receipt, and ready clears the screen", () => {
  const closed = desk(
    ...inCall,
    { type: "session_closed", seq: 5, at_ms: 1, outcome: "accepted", receipt: "20261122-MZ003-7K4Q9D", notice: [] },
    { type: "seat", seat: { ...seat, state: "wrap_up", until_ms: 61_000 } },
  );
  assert.equal(face(closed), "wrap_up");
  assert.equal(closed.call.ended.receipt, "20261122-MZ003-7K4Q9D");
  assert.equal(apply(closed, { type: "seat", seat }, 0).call, null);
});

test("a session of before does not lend its stills to the next one", () => {
  const next = desk(
    ...inCall,
    { type: "still_requested", seq: 5, at_ms: 1, request: "Q1", material: "idcard" },
    { type: "session", session: { ...session, session: "X2" } },
  );
  assert.deepEqual(next.call.stills, []);
});

test("an alert counts its wait from when the ticket came", () => {
  const now = desk({ type: "alerts", alerts: [{ ticket: "T9", about, waited_s: 0.4 }] });
  assert.equal(now.alerts[0].sinceMs, 600);
});
