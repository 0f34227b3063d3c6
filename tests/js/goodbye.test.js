/** The rating at the goodbye: what is sent is what was chosen last, and the next person finds nothing chosen. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

/** Enough of a browser for templates that are made and never drawn. */
const page = new EventTarget();
Object.assign(page, { documentElement: { dataset: {}, lang: "en" }, createTreeWalker: () => null });
for (const name of ["createComment", "importNode", "createElement", "getElementById", "querySelector"])
  page[name] = () => null;
globalThis.document = page;
globalThis.window = globalThis;
globalThis.HTMLMediaElement = EventTarget;
globalThis.HTMLElement = class {};
globalThis.customElements = { define: () => undefined };
globalThis.FormData = class {
  get = () => " thank you ";
};
globalThis.fetch = async () => ({ ok: true, json: async () => ({ bad_reasons: ["slow", "rude"] }) });
const { forgetRating, goodbyeFace } = await import("#booth_client/goodbye.js");

const sent = [];
const visit = {
  story: { closing: null, ticket: null, session: null, rated: false },
  keep: { isBooth: false },
  fault: null,
  rate: async (...said) => void sent.push(said),
};

/** @returns every template in a face, itself first */
function templates(value) {
  if (Array.isArray(value)) return value.flatMap(templates);
  return value?.strings ? [value, ...value.values.flatMap(templates)] : [];
}
const drawn = () => templates(goodbyeFace(visit, () => undefined));
const having = (text) => drawn().filter((one) => one.strings.join("").includes(text));
const levels = () => having('name="level"');
const reasons = () => having('type="checkbox"').filter((one) => !one.strings.join("").includes("<fieldset>"));
const handler = (one) => one.values.find((value) => typeof value === "function");
const chosen = (some) => some.map((one) => one.values.find((value) => typeof value === "boolean"));
const isLevel = (one) => !one.strings.join("").includes("<fieldset>");
const choose = (level) =>
  handler(
    levels()
      .filter(isLevel)
      .find((one) => one.values.includes(level)),
  )();
const submit = () => handler(having("<form").at(-1))({ preventDefault: () => undefined });

beforeEach(async () => {
  forgetRating();
  sent.length = 0;
  drawn(); // asks for the reasons
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
});

test("a bad level asks for reasons, and they are sent with it", async () => {
  choose(2);
  assert.equal(reasons().length, 2);
  handler(reasons()[0])();
  handler(reasons()[1])();
  handler(reasons()[1])();
  assert.deepEqual(chosen(reasons()), [true, false]);
  await submit();
  assert.deepEqual(sent, [[2, ["slow"], "thank you"]]);
});

test("a better level takes the reasons of the bad one back", async () => {
  choose(1);
  handler(reasons()[0])();
  choose(3);
  assert.equal(reasons().length, 0);
  await submit();
  choose(1);
  assert.deepEqual([sent, chosen(reasons())], [[[3, [], "thank you"]], [false, false]]);
});

test("the next person has judged nothing yet", () => {
  choose(1);
  handler(reasons()[0])();
  forgetRating();
  assert.deepEqual(chosen(levels().filter(isLevel)).filter(Boolean), []);
  choose(1);
  assert.deepEqual(chosen(reasons()), [false, false]);
});
