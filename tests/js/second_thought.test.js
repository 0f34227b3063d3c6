/** An act can be taken back for five seconds: it is done once when they are over, at once on a second wish, or never. */
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { SecondThought } from "#webui/second_thought.js";

globalThis.window = globalThis;

/** Let a time pass, on the clock that the page counts with, too. */
let passedMs = 0;
performance.now = () => passedMs;
function pass(ms) {
  for (let left = ms; left > 0; left -= 500) {
    passedMs += 500;
    mock.timers.tick(500);
  }
}

/** A thought, what was done, and the seconds that were shown. */
function thinking() {
  const [done, shown] = [[], []];
  const thought = new SecondThought(() => shown.push(thought.what ? thought.left : 0));
  const begin = (what) => thought.begin(what, () => done.push(what));
  return { thought, begin, done, shown };
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

test("nothing is done until the five seconds are over, and then once", () => {
  const { thought, begin, done, shown } = thinking();
  begin("call");
  pass(4500);
  begin("call"); // a second touch of the same button begins nothing anew
  assert.deepEqual(done, []);
  assert.equal(thought.what, "call");
  pass(500);
  assert.deepEqual(done, ["call"]);
  pass(10_000);
  assert.deepEqual([done, thought.what], [["call"], ""]);
  assert.deepEqual(shown, [5, 4, 3, 2, 1, 0]);
});

test("what is taken back is never done, what is wished once more at once", () => {
  const { thought, begin, done } = thinking();
  begin("call");
  pass(4500);
  thought.undo();
  pass(10_000);
  assert.deepEqual(done, []);
  begin("queue");
  thought.now();
  assert.deepEqual(done, ["queue"]);
  pass(10_000);
  assert.deepEqual(done, ["queue"]);
});
