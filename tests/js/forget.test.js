/** What is forgotten of a person: each store, each name, at a booth all and at one's own PC no more than the visit. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

/** A browser's storage: its keys are its properties. */
class Store {
  static of(kept) {
    return Object.assign(new Store(), kept);
  }
  removeItem(key) {
    delete this[key];
  }
  getItem(key) {
    return this[key] ?? null;
  }
}

const DEVICES = ["cloudwindow.booth", "cloudwindow.language", "cloudwindow.devices", "cloudwindow.printer"];
const OF_A_PERSON = ["cloudwindow.visit", "cloudwindow.left", "anything else"];
const page = new EventTarget();
Object.assign(page, {
  documentElement: { lang: "zh-Hans", dataset: {} },
  status: ["said"],
  body: {},
  getElementById: (id) => (id === "status" ? { replaceChildren: () => page.status.splice(0) } : null),
});
const browser = { databases: [], caches: [], clipboard: "", spoken: "", loaded: "", isReachable: true };
globalThis.document = page;
globalThis.HTMLMediaElement = EventTarget;
globalThis.indexedDB = {
  databases: async () => browser.databases.map((name) => ({ name })),
  deleteDatabase: (name) => browser.databases.splice(browser.databases.indexOf(name), 1),
};
globalThis.caches = {
  keys: async () => [...browser.caches],
  delete: async (name) => browser.caches.splice(browser.caches.indexOf(name), 1),
};
globalThis.speechSynthesis = { cancel: () => Object.assign(browser, { spoken: "" }) };
globalThis.location = { pathname: "/booth", replace: (path) => Object.assign(browser, { loaded: path }) };
globalThis.fetch = async () => {
  if (browser.isReachable) return { ok: true };
  throw new TypeError("offline");
};
const navigator = {
  cookieEnabled: true,
  clipboard: { writeText: async (text) => Object.assign(browser, { clipboard: text }) },
};
Object.defineProperty(globalThis, "navigator", { configurable: true, value: navigator });
const store = (value) => ({ configurable: true, value });
const { DEVICE_DATABASE } = await import("#booth_client/device_key.js");
const { DEVICES_KEY } = await import("#signaling/device_memory.js");
const { forget, GONE, hasTraces } = await import("#booth_client/forget.js");

let wiped;
let told;
const visit = { wipe: () => (wiped += 1) };
const keep = { language: "zh-Hans" };
page.addEventListener(GONE, () => (told += 1));

beforeEach(() => {
  [wiped, told] = [0, 0];
  const keys = [...DEVICES, DEVICES_KEY, ...OF_A_PERSON];
  for (const name of ["localStorage", "sessionStorage"])
    Object.defineProperty(globalThis, name, store(Store.of(Object.fromEntries(keys.map((key) => [key, "x"])))));
  Object.assign(browser, {
    databases: [DEVICE_DATABASE, "of a person", "another"],
    caches: ["pages", "papers"],
    clipboard: "an identity number",
    spoken: "a sentence",
    loaded: "",
    isReachable: true,
  });
  page.status = ["said"];
  page.cookie = "lang=en";
  page.body.inert = false;
});

const left = () =>
  [localStorage, sessionStorage].map((one) => Object.keys(one).filter((key) => OF_A_PERSON.includes(key)));

test("at a booth nothing of a person is left, and the page is loaded anew in its place", async () => {
  assert.equal(hasTraces(keep), true);
  await forget(visit, keep, true);
  assert.deepEqual([wiped, told, page.status, browser.spoken, browser.clipboard], [1, 1, [], "", ""]);
  assert.deepEqual(left(), [[], []]);
  assert.deepEqual([browser.databases, browser.caches], [[DEVICE_DATABASE], []]);
  assert.match(page.cookie, /^lang=zh-Hans; path=\/; samesite=lax; max-age=31536000$/);
  assert.deepEqual([browser.loaded, page.body.inert], ["/booth", true]);
  assert.equal(hasTraces(keep), false);
});

test("what is the device's stays", async () => {
  await forget(visit, keep, true);
  for (const key of ["cloudwindow.booth", "cloudwindow.language", DEVICES_KEY, "cloudwindow.printer"])
    assert.equal(localStorage.getItem(key), "x", key);
});

test("a booth without a language of its own keeps none of the person's", async () => {
  await forget(visit, { language: "" }, true);
  assert.match(page.cookie, /^lang=; .*max-age=0$/);
});

test("where the server does not answer the page stays, empty and ready for the next person", async () => {
  browser.isReachable = false;
  await forget(visit, keep, true);
  assert.deepEqual([browser.loaded, page.body.inert, ...left()], ["", false, [], []]);
});

test("at one's own PC the visit goes and the machine's memory stays", async () => {
  await forget(visit, keep, false);
  assert.deepEqual([wiped, told, page.status, browser.spoken], [1, 1, [], ""]);
  assert.deepEqual(left(), [OF_A_PERSON, OF_A_PERSON]);
  assert.deepEqual([browser.loaded, page.cookie, browser.clipboard], ["", "lang=en", "an identity number"]);
});

test("each single thing that is left is a trace, and so is another language than the booth's", () => {
  for (const name of ["localStorage", "sessionStorage"]) {
    for (const other of ["localStorage", "sessionStorage"])
      Object.defineProperty(globalThis, other, store(new Store()));
    assert.equal(hasTraces(keep), false);
    globalThis[name]["anything else"] = "x";
    assert.equal(hasTraces(keep), true, name);
  }
  for (const other of ["localStorage", "sessionStorage"]) Object.defineProperty(globalThis, other, store(new Store()));
  assert.equal(hasTraces({ language: "en" }), true);
});

test("a browser that allows no store at all lets the next person begin", async () => {
  const kept = ["indexedDB", "caches"].map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]);
  const blocked = () => {
    throw new DOMException("blocked", "SecurityError");
  };
  for (const [name] of kept) Object.defineProperty(globalThis, name, { configurable: true, get: blocked });
  await forget(visit, keep, true);
  for (const [name, before] of kept) Object.defineProperty(globalThis, name, before);
  assert.deepEqual([wiped, told, browser.loaded], [1, 1, "/booth"]);
});
