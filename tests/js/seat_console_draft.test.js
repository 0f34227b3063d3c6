/** Stories of the notes' draft, of times, and of the explanation of a reservation. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { keep, restore, settle, sweep } from "#seat_console/draft.js";
import { explainLine, notSpoken } from "#seat_console/explain.js";
import { duration, secondsLeft, shortDuration, size } from "#seat_console/times.js";

/** Storage as browsers have it, in memory. */
class Shelf {
  #kept = new Map();
  get length() {
    return this.#kept.size;
  }
  key(index) {
    return [...this.#kept.keys()][index] ?? null;
  }
  getItem(key) {
    return this.#kept.get(key) ?? null;
  }
  setItem(key, value) {
    this.#kept.set(key, value);
  }
  removeItem(key) {
    this.#kept.delete(key);
  }
}

test("a draft that the server never got comes back after a reload", () => {
  const shelf = new Shelf();
  keep(shelf, "X1", "母亲 72 岁", 0);
  assert.deepEqual(restore(shelf, "X1", ""), { text: "母亲 72 岁", isUnsaved: true });
  assert.deepEqual(restore(shelf, "X2", "saved"), { text: "saved", isUnsaved: false });
});

test("a draft goes once the server has it, unless more was typed since", () => {
  const shelf = new Shelf();
  keep(shelf, "X1", "ab", 0);
  settle(shelf, "X1", "a");
  assert.equal(shelf.length, 1);
  settle(shelf, "X1", "ab");
  assert.equal(shelf.length, 0);
});

test("drafts that nobody came back for are swept, other things are left alone", () => {
  const shelf = new Shelf();
  keep(shelf, "old", "x", 0);
  keep(shelf, "new", "y", 86_000_000);
  shelf.setItem("theme", "dark");
  shelf.setItem("cloudwindow.notes.broken", "{");
  sweep(shelf, 90_000_000);
  assert.deepEqual([shelf.key(0), shelf.key(1), shelf.length], ["cloudwindow.notes.new", "theme", 2]);
});

test("an explanation names only the facts it knows", () => {
  const facts = { rule: "least_flexible", by: "ticket", tier: 1, rivals: 2, idle_ms: 192_000, something_new: true };
  const line = "Keeps staff with rare skills free\u00a0· Search was widened\u00a0· You were ready for 3:12";
  assert.equal(explainLine(JSON.stringify(facts)), line);
  assert.equal(explainLine(JSON.stringify({ rule: "claim" })), "Claimed by you");
  assert.equal(explainLine(JSON.stringify({ rule: "of tomorrow" })), "");
  assert.equal(explainLine(""), "");
  assert.equal(explainLine("no json"), "");
});

test("who rings in a language that the seat is not down for is announced as such", () => {
  const seat = { languages: ["cmn", "yue"] };
  assert.equal(notSpoken(seat, { language: "yue" }), "");
  assert.match(notSpoken(seat, { language: "hak" }), /^You are not down as speaking hak: speak slowly/);
  assert.match(notSpoken({}, { language: "cmn" }), /^You are not down/);
  assert.equal(notSpoken(null, { language: "hak" }), "");
});

test("durations and sizes read at a glance", () => {
  assert.deepEqual([0, 61_000, 3_661_000, -5].map(duration), ["0:00", "1:01", "1:01:01", "0:00"]);
  assert.deepEqual([61_000, 900_000, 7_300_000].map(shortDuration), ["1′", "15′", "2h"]);
  assert.equal(secondsLeft(1500, 600), 1);
  assert.equal(secondsLeft(500, 600), 0);
  assert.deepEqual([12, 348_123, 5_400_000].map(size), ["12 B", "340 kB", "5.1 MB"]);
});
