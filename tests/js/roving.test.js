/** One Tab stop for a row of controls, arrow keys within it, and round its ends. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { rove, settle } from "#webui/roving.js";

/** A row of controls, one of them switched off, as a page would have it. */
function row() {
  const control = (name, disabled = false) => {
    const kept = {};
    return {
      name,
      disabled,
      focus() {
        globalThis.document.activeElement = this;
      },
      setAttribute: (key, value) => {
        kept[key] = value;
      },
      getAttribute: (key) => kept[key] ?? null,
    };
  };
  const all = [control("sound"), control("picture"), control("screen", true), control("zoom")];
  globalThis.document = { activeElement: null };
  return { all, querySelectorAll: () => all };
}

const stops = ({ all }) => all.filter((each) => each.getAttribute("tabindex") === "0").map(({ name }) => name);

test("arrow keys walk round a row past what is switched off, and Tab stops where they were", () => {
  const group = row();
  const press = (key, more = {}) => {
    let prevented = false;
    const event = { key, currentTarget: group, preventDefault: () => (prevented = true), ...more };
    const name = rove(event)?.name ?? null;
    assert.equal(prevented, name !== null, "a key that moves nothing goes on to the page");
    return name;
  };
  settle(group);
  assert.deepEqual(stops(group), ["sound"]);
  assert.equal(press("ArrowRight"), null, "the focus is elsewhere");
  group.all[0].focus();
  assert.deepEqual(
    ["ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft", "Home", "End"].map((key) => press(key)),
    ["picture", "zoom", "sound", "zoom", "sound", "zoom"],
  );
  assert.deepEqual(stops(group), ["zoom"]);
  assert.equal(press("ArrowRight", { ctrlKey: true }), null);
  assert.equal(press("a"), null);
  settle(null);
  delete globalThis.document;
});
