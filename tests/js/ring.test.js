/** The ring of a seat: heard and seen, also where a browser knows notifications and refuses them. */
import assert from "node:assert/strict";
import { mock, test } from "node:test";

mock.timers.enable({ apis: ["setInterval"] });
const page = Object.assign(new EventTarget(), { title: "Seat", hidden: true, documentElement: { dataset: {} } });
globalThis.document = page;
globalThis.window = globalThis;
globalThis.Notification = class {
  static permission = "granted";
  constructor() {
    throw new TypeError("Illegal constructor");
  }
};
const { Ring } = await import("#seat_console/ring.js");

test("a telephone's browser that refuses notifications rings by its title, and goes on with what comes after", () => {
  const ring = new Ring();
  ring.start("MZ001");
  assert.match(page.title, /MZ001/);
  ring.alert("MZ002");
  ring.stop();
  assert.equal(page.title, "Seat");
});
