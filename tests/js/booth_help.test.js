/** Help at a booth: a way to be served first is offered, read and said only where nobody has a number yet. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { helpOn } from "#booth_client/help.js";
import { PATIENCE } from "#booth_client/presence.js";

test("help on the first face offers a call", () => {
  const { canCall, words, parts } = helpOn("welcome");
  assert.deepEqual([canCall, parts.map(({ id }) => id)], [true, ["help.wave", "help.button"]]);
  assert.match(words, /press the button/);
});

test("help on every other face names no button that is not there", () => {
  for (const screen of Object.keys(PATIENCE).filter((one) => one !== "welcome")) {
    const { canCall, words, parts } = helpOn(screen);
    assert.deepEqual([canCall, parts], [false, [{ id: "help.wave" }]], screen);
    assert.doesNotMatch(words, /button/, screen);
  }
});
