import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document = /** @type {Document} */ (
  /** @type {unknown} */ ({ documentElement: { dataset: { zone: "Pacific/Pago_Pago" }, lang: "en" } })
);
const { timeOfDay } = await import("#seat_console/times.js");
const { stillName } = await import("#booth_client/still.js");

test("a page shows times by the zone of its realm, wherever the browser is", () => {
  const moment = Date.UTC(2026, 0, 1, 10, 5, 7); // five past eleven at night of the day before, eleven hours behind
  assert.equal(timeOfDay(moment), "23:05");
  assert.equal(stillName(new Blob([], { type: "image/png" }), new Date(moment)), "still-20251231230507.png");
});
