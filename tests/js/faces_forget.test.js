/** What the faces of a visit hold of a person is gone with the person: devices, the check, what was told, what was judged. */
import assert from "node:assert/strict";
import { test } from "node:test";

/** Enough of a browser for faces that are never drawn. */
const page = Object.assign(new EventTarget(), {
  documentElement: { dataset: {}, lang: "en" },
  createTreeWalker: () => null,
});
for (const name of ["createComment", "importNode", "createElement", "getElementById", "querySelector"])
  page[name] = () => ({ nextSibling: null });
page.querySelectorAll = () => [];
globalThis.document = page;
globalThis.window = globalThis;
globalThis.HTMLElement = class {};
globalThis.HTMLMediaElement = EventTarget;
globalThis.customElements = { define: () => undefined };
globalThis.MediaStream = class {
  getTracks = () => [];
};
const { facesOn } = await import("#booth_client/visit_faces.js");

const visit = { screen: "welcome", story: {}, keep: { isBooth: false }, ends: null };
const faces = facesOn({}, visit, { isBooth: false, say: () => undefined });
faces.draw = () => undefined;

/** A device that is open until it is stopped. */
const open = () => ({ state: "ok", track: Object.assign(new EventTarget(), { readyState: "live", stop() { this.readyState = "ended"; } }) }); // biome-ignore format: a value

test("no camera of a check stays open, and no check stays on the screen", () => {
  const { devices } = faces;
  Object.assign(devices, { microphone: open(), camera: open(), paper: open() });
  const tracks = [devices.microphone, devices.camera, devices.paper].map(({ track }) => track);
  faces.checkPlace = { insertBefore: (node) => node };
  page.dispatchEvent(new Event("person:gone"));
  assert.deepEqual(
    tracks.map((track) => track.readyState),
    ["ended", "ended", "ended"],
  );
  assert.deepEqual([devices.microphone.track, devices.camera.track, devices.paper.track], [null, null, null]);
  assert.equal(faces.checkPlace, null);
});

test("what was told to the last person is told to the next one anew", () => {
  const { narrator } = faces;
  page.dispatchEvent(new Event("person:gone"));
  assert.notEqual(faces.narrator, narrator);
});
