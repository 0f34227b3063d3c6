import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

/** @type {Array<{ src: string, onload: () => void, onerror: () => void, isGone: boolean }>} */
const scripts = [];

globalThis.document = /** @type {any} */ ({
  documentElement: { dataset: { sentences: "/static/later.js" } },
  head: { append: (/** @type {any} */ script) => scripts.push(script) },
  createElement: () => ({
    isGone: false,
    remove() {
      this.isGone = true;
    },
  }),
});

/** @type {typeof import("#booth_client/later.js")["bring"]} */
let bring;
let number = 0;

beforeEach(async () => {
  scripts.length = 0;
  number += 1;
  ({ bring } = await import(new URL(`../../booth_client/static/js/later.js?${number}`, import.meta.url).href));
});

test("a part is used once its sentences are there, which come once", async () => {
  /** @type {string[]} */
  const used = [];
  const first = bring(async () => "guide").then((part) => used.push(part));
  const second = bring(async () => "hours").then((part) => used.push(part));
  await new Promise(setImmediate);
  assert.deepEqual([used, scripts.map(({ src }) => src)], [[], ["/static/later.js"]]);
  scripts[0]?.onload();
  await Promise.all([first, second]);
  assert.deepEqual(used, ["guide", "hours"]);
});

test("sentences that the network withheld are asked for again with the next part", async () => {
  const withheld = bring(async () => "guide");
  scripts[0]?.onerror();
  await assert.rejects(withheld, /not loaded/);
  assert.equal(scripts[0]?.isGone, true);
  const again = bring(async () => "guide");
  scripts[1]?.onload();
  assert.equal(await again, "guide");
});
