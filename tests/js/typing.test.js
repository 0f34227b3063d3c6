/** What people type: mended before it is sent, and left to their input method while it composes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ServiceFault } from "#signaling/faults.js";
import { Outbox, written } from "#signaling/outbox.js";
import { guardComposition, isSeen } from "#webui/typing.js";

test("a broken character is mended before it is sent, whole ones stay", () => {
  assert.equal(written({ type: "chat", text: "好的\ud83d" }), '{"type":"chat","text":"好的\ufffd"}');
  assert.equal(written({ text: "👍\udc00" }), '{"text":"👍\ufffd"}');
});

test("a frame that the server cannot read ends the oldest command that was sent, and no other", async () => {
  const outbox = new Outbox();
  const poisoned = outbox.add({ type: "chat", text: "a" });
  const next = outbox.add({ type: "chat", text: "b" });
  const ids = [...outbox.unsent()].map(([id]) => id);
  const late = outbox.add({ type: "chat", text: "c" });
  assert.equal(outbox.refuse({ code: "bad_frame", params: {} }), true);
  assert.equal(new Outbox().refuse({ code: "bad_token", params: {} }), false);
  await assert.rejects(poisoned, { code: "bad_frame" });
  outbox.rewind();
  assert.deepEqual([...outbox.unsent()].length, 2);
  assert.equal(outbox.has(ids[1]), true);
  outbox.rejectAll(new ServiceFault("departure"));
  await assert.rejects(next);
  await assert.rejects(late);
});

test("only what leaves ink counts as something written", () => {
  for (const text of ["好", "👍", "?", "é"]) assert.equal(isSeen(text), true, text);
  for (const text of ["", " \u3000", "\u200b\u2060", "\u3164", "\u2800", "\u202e", "\ufe0f"])
    assert.equal(isSeen(text), false);
});

test("Enter that ends a composition reaches neither the form nor the page's keys", () => {
  const page = new EventTarget();
  let heard = 0;
  guardComposition(page);
  page.addEventListener("keydown", () => {
    heard += 1;
  });
  const press = (facts) => {
    const event = Object.assign(new Event("keydown", { cancelable: true }), { key: "Enter", ...facts });
    page.dispatchEvent(event);
    return event.defaultPrevented;
  };
  assert.equal(press({ isComposing: true, keyCode: 229 }), true);
  assert.equal(press({ isComposing: false, keyCode: 229 }), true); // Safari
  assert.equal(heard, 0);
  assert.equal(press({ isComposing: false, keyCode: 13 }), false);
  assert.equal(heard, 1);
});
