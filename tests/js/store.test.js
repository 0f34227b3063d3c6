/** Storage that a browser forbids, or that is full. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { storeOr } from "#webui/store.js";

test("storage that is forbidden remembers until the page is left; storage that is full forgets what does not fit", () => {
  const memory = storeOr(() => {
    throw new Error("forbidden");
  });
  memory.setItem("a", 1);
  memory.setItem("b", "2");
  assert.deepEqual([memory.length, memory.key(1), memory.key(2), memory.getItem("a")], [2, "b", null, "1"]);
  memory.removeItem("a");
  assert.deepEqual([memory.length, memory.getItem("a")], [1, null]);
  const map = new Map();
  const storage = {
    get length() {
      return map.size;
    },
    key: (index) => [...map.keys()][index] ?? null,
    getItem: (key) => map.get(key) ?? null,
    removeItem: (key) => void map.delete(key),
    setItem: (key, value) => {
      if (value === "too long") throw new Error("full");
      map.set(key, value);
    },
  };
  const store = storeOr(() => storage);
  assert.equal(map.size, 0, "the probe is gone");
  store.setItem("a", "1");
  assert.deepEqual([store.length, store.key(0), store.getItem("a")], [1, "a", "1"]);
  store.setItem("a", "too long");
  assert.equal(store.getItem("a"), null, "rather nothing than what was true before");
  store.setItem("b", "1");
  store.removeItem("b");
  assert.equal(map.size, 0);
});
