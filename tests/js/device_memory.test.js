/** What a browser remembers of its devices: how a camera hangs, and nothing that somebody else wrote there. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { chosenLabel, DEVICES_KEY, turnMore, turnOf } from "#signaling/device_memory.js";
import { local } from "#webui/store.js";

test("a camera that hangs upside down is turned a quarter a press, and stays so for its label alone", () => {
  const seen = ["a", "a", "a", "a"].map((label) => {
    turnMore(label);
    return turnOf(label);
  });
  assert.deepEqual(seen, [90, 180, 270, 0]);
  turnMore("a");
  assert.equal(turnOf("b"), 0);
  for (let camera = 0; camera < 40; camera += 1) turnMore(`c${camera}`);
  assert.deepEqual([turnOf("a"), turnOf("c39"), turnOf("c0")], [0, 90, 0], "the newest are kept");
  local.setItem(DEVICES_KEY, '{"turns":[["x",33],7,["y","90"]],"camera":5}');
  assert.deepEqual([turnOf("x"), turnOf("y"), chosenLabel("camera")], [0, 0, ""], "foreign words are nothing");
  local.setItem(DEVICES_KEY, "[");
  assert.equal(turnOf("a"), 0);
});
