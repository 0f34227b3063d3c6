/** A page of a demonstration goes by the business clock; everywhere else that is the real time. */
import assert from "node:assert/strict";
import { test } from "node:test";

const page = { dataset: /** @type {Record<string, string>} */ ({}) };
globalThis.document = Object.assign(new EventTarget(), { documentElement: page });
const { adopt, offsetMs, SET } = await import("#webui/business-clock.js");
const { welcomeParts } = await import("#booth_client/voice/front.js");

const FACTS = { open_now: true, next_open: null, waiting: 0 };
const front = () => welcomeParts({ fault: null, guide: null, facts: FACTS }).map((part) => part.id);

test("where nothing set it, it is the real time, and nobody hears of it", () => {
  assert.equal(offsetMs(), 0);
  assert.equal(front()[0], "welcome.call");
});

test("a page is told once when it is set, and says so before all else", () => {
  let told = 0;
  document.addEventListener(SET, () => {
    told += 1;
  });
  adopt(86_400_000);
  adopt(86_400_000);
  assert.equal(told, 1);
  assert.equal(offsetMs(), 86_400_000);
  assert.equal(front()[0], "demo.time");
  adopt(0);
  assert.equal(told, 2);
  assert.equal(front()[0], "welcome.call");
});
