/** A machine's own devices: lost, back, busy, muted, asked for without an answer, given back too early. */
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { remember } from "#signaling/device_memory.js";
import { OwnTracks } from "#signaling/own_tracks.js";

class Track extends EventTarget {
  static all = [];
  readyState = "live";
  muted = false;
  enabled = true;
  constructor(kind) {
    super();
    Track.all.push(this);
    this.kind = kind;
  }
  stop() {
    this.readyState = "ended";
  }
  /** What a browser does when the device is unplugged. */
  unplug() {
    this.stop();
    this.dispatchEvent(new Event("ended"));
  }
  mute(muted) {
    this.muted = muted;
    this.dispatchEvent(new Event(muted ? "mute" : "unmute"));
  }
}

/** The hardware: what is plugged in, and how the browser answers. */
const machine = Object.assign(new EventTarget(), {
  there: new Set(),
  answer: async () => {},
  async getUserMedia(wanted) {
    await machine.answer();
    const kinds = ["audio", "video"].filter((kind) => wanted[kind]);
    const isGone = kinds.some((kind) => wanted[kind].deviceId?.exact === "gone");
    if (isGone || !kinds.every((kind) => machine.there.has(kind)))
      throw Object.assign(new Error(), { name: "NotFoundError" });
    const tracks = kinds.map((kind) => new Track(kind));
    const of = (kind) => tracks.filter((track) => track.kind === kind);
    return { getTracks: () => tracks, getAudioTracks: () => of("audio"), getVideoTracks: () => of("video") };
  },
  plug(...kinds) {
    for (const kind of kinds) machine.there.add(kind);
    machine.dispatchEvent(new Event("devicechange"));
  },
});
Object.defineProperty(globalThis, "navigator", { value: { mediaDevices: machine }, configurable: true });

const settled = async () => {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
};
mock.timers.enable({ apis: ["setTimeout"] });
const pass = async (ms) => {
  mock.timers.tick(ms);
  await settled();
};

beforeEach(() => {
  machine.there = new Set(["audio", "video"]);
  machine.answer = async () => {};
});

test("a device that was unplugged is lost at once and back by itself when it is plugged in again", async () => {
  const own = new OwnTracks(() => {});
  await own.open();
  machine.there.delete("audio");
  own.microphone.track.unplug();
  await pass(1000);
  assert.deepEqual([own.isLive("microphone"), own.stateOf("microphone")], [false, "missing"]);
  assert.ok(own.isLive("camera"), "the other device goes on");
  machine.plug("audio");
  await pass(1000);
  assert.ok(own.isLive("microphone"));
});

test("one press opens what is missing, and nothing else anew", async () => {
  machine.there.delete("video");
  const own = new OwnTracks(() => {});
  await own.open();
  const { track } = own.microphone;
  machine.there.add("video");
  await own.open();
  assert.ok(own.isLive("camera"));
  assert.equal(own.microphone.track, track);
});

test("a device that the system mutes is not live, and says why", async () => {
  let changes = 0;
  const own = new OwnTracks(() => {
    changes += 1;
  });
  await own.open();
  const before = changes;
  own.microphone.track.mute(true);
  assert.deepEqual([own.isLive("microphone"), own.stateOf("microphone"), changes > before], [false, "muted", true]);
  own.microphone.track.mute(false);
  assert.ok(own.isLive("microphone"));
});

test("a question of the browser that nobody answers is a state of its own, not a device that is off", async () => {
  machine.answer = () => new Promise(() => {});
  const own = new OwnTracks(() => {});
  void own.open();
  assert.equal(own.stateOf("camera"), "off");
  await pass(3000);
  assert.equal(own.stateOf("camera"), "asking");
});

test("what the browser gives after the goodbye is given back at once", async () => {
  let allow = () => {};
  machine.answer = () =>
    new Promise((done) => {
      allow = () => done(undefined);
    });
  const own = new OwnTracks(() => {});
  const opening = own.open();
  await settled();
  own.close();
  const given = mock.method(Track.prototype, "stop");
  allow();
  await opening;
  assert.equal(given.mock.callCount(), 2);
  assert.deepEqual([own.microphone.track, own.camera.track], [null, null]);
  machine.plug("audio");
  await pass(1000);
  assert.equal(own.microphone.track, null, "nobody wants it");
});

test("nothing opens that was not agreed to, and what is taken back is given back, also while it opens", async () => {
  const own = new OwnTracks(() => {});
  own.allow({ microphone: false, camera: false });
  assert.equal(own.isWanting, false);
  await own.open();
  own.allow({ microphone: true, camera: false });
  assert.equal(own.isWanting, true);
  await own.open();
  assert.deepEqual([own.isLive("microphone"), own.stateOf("camera")], [true, "off"]);
  machine.plug("video");
  await pass(1000);
  assert.equal(own.stateOf("camera"), "off", "a plug is no consent");
  let allow = () => {};
  machine.answer = () =>
    new Promise((done) => {
      allow = () => done(undefined);
    });
  own.allow({ microphone: true, camera: true });
  const opening = own.open();
  await settled();
  own.allow({ microphone: true, camera: false });
  const given = mock.method(Track.prototype, "stop");
  allow();
  await opening;
  assert.deepEqual([given.mock.callCount(), own.camera.track], [1, null]);
  const { track } = own.microphone;
  own.allow({ microphone: false, camera: false });
  assert.deepEqual([track.readyState, own.stateOf("microphone")], ["ended", "off"]);
});

test("a chosen device that is not there is replaced by another one", async () => {
  const own = new OwnTracks(() => {});
  own.chosen = { camera: "gone" };
  await own.open();
  assert.deepEqual([own.isLive("microphone"), own.isLive("camera")], [true, true]);
});

test("what was chosen is known by its label, and opened again when ids are new", async () => {
  const found = { deviceId: "two", label: "HD headset" };
  const own = new OwnTracks(() => {});
  await own.choose("microphone", found);
  machine.enumerateDevices = async () => [{ kind: "audioinput", deviceId: "new", label: "HD headset" }];
  Track.all = [];
  const later = new OwnTracks(() => {});
  await later.open();
  assert.equal(later.chosen.microphone, "new");
  const live = Track.all.filter((track) => track.readyState === "live");
  assert.deepEqual(new Set(live), new Set([later.microphone.track, later.camera.track]), "nothing else stays open");
  machine.enumerateDevices = async () => [];
  remember("microphone", "");
});

test("a stand-in gives way to the chosen device when that is plugged in again", async () => {
  remember("microphone", "headset");
  machine.enumerateDevices = async () => [];
  const own = new OwnTracks(() => {});
  await own.open();
  const standIn = own.microphone.track;
  machine.enumerateDevices = async () => [{ kind: "audioinput", deviceId: "one", label: "headset" }];
  machine.dispatchEvent(new Event("devicechange"));
  await pass(1000);
  assert.equal(standIn.readyState, "ended");
  assert.deepEqual([own.isLive("microphone"), own.chosen.microphone], [true, "one"]);
  assert.ok(own.isLive("camera"), "the other device goes on");
  machine.enumerateDevices = async () => [];
  remember("microphone", "");
});
