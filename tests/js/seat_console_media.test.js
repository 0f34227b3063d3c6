/** At the end of a call nothing of the agent's machine is on: no microphone, no camera, no window that the citizen sees. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

class Track extends EventTarget {
  readyState = "live";
  enabled = true;
  constructor(kind) {
    super();
    this.kind = kind;
  }
  getSettings = () => ({});
  /** What the browser does where the person ends the sharing there. */
  end() {
    this.stop();
    this.dispatchEvent(new Event("ended"));
  }
  stop() {
    this.readyState = "ended";
  }
}
class Stream {
  constructor(tracks = []) {
    this.tracks = tracks;
  }
  getTracks = () => this.tracks;
  getAudioTracks = () => this.tracks.filter((one) => one.kind === "audio");
  getVideoTracks = () => this.tracks.filter((one) => one.kind === "video");
}
let opened;
let isRefused;
const open = (...kinds) => {
  const tracks = kinds.map((kind) => new Track(kind));
  opened.push(...tracks);
  return new Stream(tracks);
};
const devices = Object.assign(new EventTarget(), {
  enumerateDevices: async () => [],
  getUserMedia: async ({ audio, video }) => open(...(audio ? ["audio"] : []), ...(video ? ["video"] : [])),
  getDisplayMedia: async () => {
    if (isRefused) throw new Error("NotAllowedError");
    return open("video");
  },
});
Object.defineProperty(globalThis, "navigator", { configurable: true, value: { mediaDevices: devices } });
globalThis.document = Object.assign(new EventTarget(), { documentElement: { dataset: {}, lang: "en" } });
globalThis.window = globalThis;
globalThis.HTMLMediaElement = EventTarget;
globalThis.MediaStream = Stream;
const { CallMedia } = await import("#seat_console/call-media.js");

const settle = async () => {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
};
const live = () => opened.filter((one) => one.readyState === "live").length;

beforeEach(() => {
  opened = [];
  isRefused = false;
});

test("the end of a call closes the devices that were opened for it", async () => {
  const media = new CallMedia(new EventTarget(), () => undefined);
  await media.prepare();
  assert.ok(live() >= 2, "microphone and camera");
  media.toggle("camera");
  media.end();
  assert.equal(live(), 0);
  assert.deepEqual(media.state.on, { microphone: false, camera: false, screen: false });
  await media.prepare(); // the next call: what was switched off in the last one is on again
  assert.deepEqual([media.state.on.microphone, media.state.on.camera], [true, true]);
  media.end();
});

test("a shared window is shown no more when the agent stops it, the browser does, or the call ends", async () => {
  const media = new CallMedia(new EventTarget(), () => undefined);
  for (const stop of [() => media.toggleScreen(), () => opened.at(-1).end(), () => media.end()]) {
    await media.toggleScreen();
    await settle();
    assert.deepEqual([media.state.on.screen, opened.at(-1).readyState], [true, "live"]);
    await stop();
    assert.deepEqual([media.state.on.screen, opened.at(-1).readyState], [false, "ended"]);
  }
});

test("an agent who closes the browser's own chooser shows nothing", async () => {
  const media = new CallMedia(new EventTarget(), () => undefined);
  isRefused = true;
  await media.toggleScreen();
  assert.equal(media.state.on.screen, false);
});
