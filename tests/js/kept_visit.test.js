/** What a page keeps of a visit, and what nobody finds any more: at a PC, at a booth, and without storage. */
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { KeptVisit } from "#booth_client/kept_visit.js";
import { local, ofTab } from "#webui/store.js";

const VISIT = "cloudwindow.visit";
const LEFT = "cloudwindow.left";
const choice = {
  item: "MZ01",
  itemName: "x",
  mode: "consult",
  language: "cmn",
  site: "",
  priority: "normal",
  helper: false,
};
const kept = { token: "T", stub: "S", choice, callbackAtMs: 0, number: "MZ003" };
const left = (more = {}) => local.setItem(LEFT, JSON.stringify({ ...kept, seenMs: 0, ...more }));
let locks;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["Date", "setInterval"], now: 1_000_000 });
  for (const store of [local, ofTab]) for (const key of [VISIT, LEFT, "cloudwindow.language"]) store.removeItem(key);
  locks = [];
  const names = () => locks.map((name) => ({ name }));
  const request = async (name) => void locks.push(name);
  const navigator = { locks: { query: async () => ({ held: names() }), request } };
  Object.defineProperty(globalThis, "navigator", { configurable: true, value: navigator });
});

for (const isBooth of [false, true]) {
  const [own, other] = isBooth ? [local, ofTab] : [ofTab, local];
  test(`a visit at a ${isBooth ? "booth" : "PC"} is there after a reload, and gone when it is over`, () => {
    const keep = new KeptVisit(isBooth);
    assert.deepEqual([keep.isBooth, keep.visit], [isBooth, null]);
    keep.hold({ token: "T", stub: "S", ticket: { callback_at_ms: 0, about: { number: "MZ003" } } }, choice);
    assert.deepEqual(new KeptVisit(isBooth).visit, { ...kept, seenMs: 1_000_000 });
    assert.equal(other.getItem(VISIT), null);
    keep.visit = null;
    assert.deepEqual([keep.visit, own.getItem(VISIT), local.getItem(LEFT)], [null, null, null]);
  });
}

// How long the booth's screen was dark, and whether the visit is still its own.
for (const [darkMs, stays] of [
  [150_000, true],
  [150_001, false],
]) {
  test(`a booth that was dark for ${darkMs} ms ${stays ? "goes on" : "shows nothing of the visit before"}`, () => {
    new KeptVisit(true).visit = kept;
    mock.timers.setTime(1_000_000 + darkMs);
    assert.equal(new KeptVisit(true).visit !== null, stays);
  });
}

test("a booth notes every quarter of a minute that its visit goes on", () => {
  new KeptVisit(true).visit = kept;
  mock.timers.tick(15_000);
  assert.equal(JSON.parse(local.getItem(VISIT)).seenMs, 1_015_000);
  assert.equal(local.getItem(LEFT), null, "a booth offers no visit of another tab");
});

test("only a booth knows the language it was set up in", () => {
  assert.equal(new KeptVisit(true).language, "");
  new KeptVisit(false).language = "yue";
  assert.deepEqual([new KeptVisit(true).language, new KeptVisit(false).language], ["yue", ""]);
});

// What another tab left, how long ago; is its tab open; is it offered, and does it stay on this PC.
const OFFERS = [
  ["a moment ago", {}, 1, false, true, true],
  ["so long ago that it is at its end", {}, 150_000, false, true, true],
  ["too long ago", {}, 150_001, false, false, false],
  ["too long ago, but to be called back", { callbackAtMs: 500_000 }, 400_000, false, true, true],
  ["too long after it was to be called back", { callbackAtMs: 500_000 }, 650_001, false, false, false],
  ["a moment ago, without a token", { token: "" }, 1, false, false, true],
  ["a moment ago in a tab that is open", {}, 1, true, false, true],
];
for (const [when, more, agoMs, isOpen, isOffered, stays] of OFFERS) {
  test(`a visit that was left ${when} ${isOffered ? "is" : "is not"} offered`, async () => {
    mock.timers.setTime(agoMs);
    const keep = new KeptVisit(false);
    left(more);
    if (isOpen) locks.push("cloudwindow.S");
    assert.equal((await keep.left())?.stub, isOffered ? "S" : undefined);
    assert.equal(local.getItem(LEFT) !== null, stays);
  });
}

test("nothing is offered at a booth, beside a visit, or where there is none; and what is no JSON is nothing", async () => {
  mock.timers.setTime(1);
  assert.equal(await new KeptVisit(false).left(), null);
  left();
  assert.equal(await new KeptVisit(true).left(), null);
  const busy = new KeptVisit(false);
  busy.visit = { ...kept, stub: "other" };
  assert.equal(await busy.left(), null);
  busy.visit = null;
  local.setItem(LEFT, "{");
  assert.equal(await busy.left(), null);
});

test("an open tab holds its visit, and one that is over is offered to no other", () => {
  const keep = new KeptVisit(false);
  keep.visit = kept;
  assert.deepEqual(locks, ["cloudwindow.S"]);
  mock.timers.tick(15_000);
  assert.deepEqual([locks.length, JSON.parse(local.getItem(LEFT)).seenMs], [1, 1_015_000]);
  keep.end();
  assert.deepEqual([keep.visit.over, local.getItem(LEFT)], [true, null]);
  mock.timers.tick(15_000);
  assert.equal(local.getItem(LEFT), null);
});

test("a visit that is given up takes only its own trace away", () => {
  const keep = new KeptVisit(false);
  left({ stub: "other" });
  keep.forgetLeft(kept);
  assert.equal(JSON.parse(local.getItem(LEFT)).stub, "other");
  keep.forgetLeft({ ...kept, stub: "other" });
  assert.equal(local.getItem(LEFT), null);
});

test("a page introduces itself with its ticket and its booth's proof", async () => {
  const keep = new KeptVisit(false);
  assert.deepEqual(await keep.introduce(), { role: "citizen", token: "", booth: "" });
  keep.visit = kept;
  keep.device = { prove: async () => "proof" };
  assert.deepEqual(await keep.introduce(), { role: "citizen", token: "T", booth: "proof" });
});

test("the time of a callback is noted in a visit, and where there is none nothing is", () => {
  const keep = new KeptVisit(false);
  keep.note(7);
  assert.equal(keep.visit, null);
  keep.visit = kept;
  keep.note(7);
  assert.equal(keep.visit.callbackAtMs, 7);
  mock.timers.setTime(1_000_500);
  keep.note(7);
  assert.equal(keep.visit.seenMs, 1_000_000, "nothing new, nothing written");
});

// What a browser says of its locks; is the visit of the closed tab offered.
const LOCKS = {
  "has no locks": [undefined, true],
  "refuses to tell its locks": [{ query: () => Promise.reject(new Error("no")) }, true],
  "knows only locks of others": [{ query: async () => ({ held: [{ name: "x" }], pending: [{ name: "y" }] }) }, true],
  "has a tab that holds it": [{ query: async () => ({ held: [{ name: "cloudwindow.S" }] }) }, false],
  "has a tab that waits for it": [{ query: async () => ({ pending: [{ name: "cloudwindow.S" }] }) }, false],
};
for (const [what, [found, isOffered]] of Object.entries(LOCKS)) {
  test(`a visit that was left is ${isOffered ? "" : "not "}offered by a browser that ${what}`, async () => {
    mock.timers.setTime(1);
    Object.defineProperty(globalThis, "navigator", { configurable: true, value: { locks: found } });
    const keep = new KeptVisit(false);
    left();
    assert.equal((await keep.left()) !== null, isOffered);
    if (!found?.query || found.request) {
      keep.visit = kept;
      assert.equal(keep.visit.stub, "S", "it works as ever");
    }
  });
}

test("where there is no visit, its end and its time are noted nowhere", () => {
  for (const isBooth of [true, false]) {
    const keep = new KeptVisit(isBooth);
    keep.end();
    mock.timers.tick(15_000);
    assert.deepEqual(
      [keep.visit, local.getItem(VISIT), ofTab.getItem(VISIT), local.getItem(LEFT)],
      [null, null, null, null],
    );
  }
});
