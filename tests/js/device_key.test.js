import assert from "node:assert/strict";
import { test } from "node:test";

/** @type {string[]} */
const asked = [];
globalThis.indexedDB = /** @type {any} */ ({
  open() {
    throw new DOMException("blocked", "SecurityError");
  },
});
globalThis.fetch = async (path) => {
  asked.push(String(path));
  return new Response("{}");
};
const { DeviceKey } = await import("#booth_client/device_key.js");

test("a browser that may keep no key uses no code up, and says why", async () => {
  const device = await DeviceKey.load();
  assert.equal(device.isBooth, false);
  await assert.rejects(device.enrol("P0Y7-WXFF"), { code: "no_storage" });
  assert.deepEqual(asked, []);
});
