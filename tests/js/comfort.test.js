/** The switches of text and voice: kept for the person, and as they were for the next one. A press counts once. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

class Button extends EventTarget {
  attributes = {};
  hidden = false;
  label = { textContent: "" };
  setAttribute(name, value) {
    this.attributes[name] = value;
  }
  querySelector() {
    return this.label;
  }
  press() {
    this.dispatchEvent(new Event("click"));
  }
}

let buttons;
const page = Object.assign(new EventTarget(), { documentElement: { lang: "zh-Hans", dataset: {} } });
page.querySelector = (selector) => {
  const button = buttons[/"(\w+)"/.exec(selector)[1]];
  return selector.endsWith("span") ? button.label : button;
};
page.querySelectorAll = (selector) => [...selector.matchAll(/"(\w+)"/g)].map((found) => buttons[found[1]]);
page.getElementById = (id) => (id === "start" ? page.form : { textContent: "" });
globalThis.document = page;
globalThis.HTMLElement = Button;
globalThis.HTMLMediaElement = EventTarget;
/** What the loudspeaker played, in order, and whether it is silent now. */
const sound = { played: [], isSilent: true, player: null };
globalThis.Audio = class extends EventTarget {
  constructor() {
    super();
    sound.player = this;
  }
  play = async () => {
    sound.played.push(this.src);
    sound.isSilent = false;
  };
  pause = () => {
    sound.isSilent = true;
  };
};
const { comfort } = await import("#booth_client/comfort.js");
const { say } = await import("#booth_client/voice.js");
await Promise.all(["queue", "player"].map((part) => import(`#booth_client/voice/${part}.js`))); // which a sentence brings in
const { pressedBefore } = await import("#booth_client/pressed.js");
const { local } = await import("#webui/store.js");

const KEYS = ["cloudwindow.text", "cloudwindow.voice", "cloudwindow.volume"];
const stored = () => KEYS.map((key) => local.getItem(key));
const shown = () => [page.documentElement.dataset.text, page.documentElement.dataset.voice, buttons.again.hidden];
const begin = (isBooth) =>
  comfort(
    isBooth,
    () => "cmn",
    async () => [],
  );

beforeEach(() => {
  buttons = { text: new Button(), voice: new Button(), again: new Button(), volume: new Button() };
  page.documentElement.dataset = {};
  for (const key of KEYS) local.removeItem(key);
});

for (const [isBooth, voice] of [
  [true, "on"],
  [false, "off"],
]) {
  test(`text and voice are as they were for the next person at a ${isBooth ? "booth" : "PC"}`, () => {
    const forget = begin(isBooth);
    const before = shown();
    assert.deepEqual(before, ["normal", voice, voice !== "on"]);
    const loud = buttons.volume.label.textContent;
    buttons.text.press();
    buttons.voice.press();
    if (voice === "on") buttons.voice.press();
    buttons.volume.press();
    assert.deepEqual(stored(), ["large", "on", "1"]);
    forget();
    assert.deepEqual([shown(), stored()], [before, [null, null, null]]);
    assert.equal(buttons.volume.label.textContent, loud);
    assert.equal(buttons.text.attributes["data-on"], "false");
  });

  test(`what was switched is there after a reload at a ${isBooth ? "booth" : "PC"}`, () => {
    begin(isBooth);
    buttons.text.press();
    buttons.voice.press();
    const before = shown();
    page.documentElement.dataset = {};
    begin(isBooth);
    assert.deepEqual(shown(), before);
  });
}

test("a press before the script counts once, and an address that asks for one never", () => {
  const fields = ["cmn", "yue"].map((value) => ({ type: "radio", value, checked: value === "cmn" }));
  fields.push(
    { type: "checkbox", name: "priority", checked: false },
    { type: "checkbox", name: "helper", checked: true },
  );
  page.form = { querySelectorAll: () => fields };
  globalThis.location = { href: "https://window.example/?start=1&item=MZ01", pathname: "/" };
  globalThis.history = {
    state: null,
    replaceState: (_state, _title, url) => Object.assign(location, { href: String(url) }),
  };
  let cookie = "lang=en; pressed=yue.priority";
  Object.defineProperty(page, "cookie", { configurable: true, get: () => cookie, set: (text) => (cookie = text) });
  assert.equal(pressedBefore(), true);
  assert.equal(location.href, "https://window.example/?item=MZ01");
  assert.deepEqual(
    fields.map((one) => one.checked),
    [false, true, true, false],
  );
  assert.equal(cookie, "pressed=; max-age=0; path=/");
  cookie = "lang=en";
  assert.equal(pressedBefore(), false);
});

test("what is being said and still to be said ends with the person", async () => {
  const clips = { "wait.next": "/next", "wait.stay": "/stay" };
  const manifest = { language: "cmn", parts: {}, sentences: {}, clips };
  page.documentElement.toggleAttribute = () => undefined;
  globalThis.fetch = async (path) => ({ ok: true, json: async () => manifest, blob: async () => path });
  URL.createObjectURL = (path) => path;
  const settle = () => new Promise((done) => setImmediate(done));
  const forget = begin(true);
  say("", { id: "wait.next" });
  say("", { id: "wait.stay" });
  await settle();
  assert.deepEqual([sound.played, sound.isSilent], [["/next"], false]);
  forget();
  await settle();
  assert.deepEqual([sound.played, sound.isSilent], [["/next"], true]);
});
