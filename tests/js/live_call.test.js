/** A call at the citizen's page ends whole: no device stays open, nothing is sent on, the next call begins as new. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

globalThis.document = Object.assign(new EventTarget(), { documentElement: { dataset: {}, lang: "en" } });
globalThis.window = globalThis;
globalThis.HTMLMediaElement = EventTarget;
const { LiveCall } = await import("#booth_client/live_call.js");
await import("#signaling/peer.js"); // which a call brings in

let devices;
let visit;
let stopped;
let listening;

/** A connection that nothing comes by; who listens to it is counted. */
const line = () => ({
  ice: { servers: [] },
  post: () => undefined,
  send: async () => ({}),
  on: (_, heard) => {
    listening.add(heard);
    return () => listening.delete(heard);
  },
});
const settle = () => new Promise((done) => setImmediate(done));

/** This machine: what is open, until it is closed. */
const machine = () => ({
  microphone: { track: { enabled: true, readyState: "live" } },
  camera: { track: { enabled: true, readyState: "live" } },
  paper: { track: null },
  hasPaperCamera: true,
  paperTurn: 0,
  async openPaperCamera() {
    this.paper.track = { readyState: "live" };
    return this.paper.track;
  },
  closePaperCamera() {
    this.paper.track = null;
  },
  close() {
    for (const one of [this.microphone, this.camera, this.paper]) one.track = null;
  },
});
const isOpen = () => [devices.microphone, devices.camera, devices.paper].map((one) => Boolean(one.track));

/** A talk in a session, with all that a person can leave. */
async function inCall() {
  const talk = new LiveCall(visit, devices, { isBooth: false }, () => undefined);
  await talk.switchPaper(true);
  Object.assign(talk, {
    tab: "chat",
    readLines: 7,
    isMuted: true,
    isCameraOff: true,
    score: 1,
    theirs: { camera: true },
  });
  talk.outgoing.list = [{ key: "1", stop: async () => (stopped += 1) }];
  return talk;
}

beforeEach(() => {
  stopped = 0;
  devices = machine();
  listening = new Set();
  visit = { story: { session: { session: "s" }, still: null }, channel: line(), token: "T" };
});

for (const screen of ["goodbye", "ended", "superseded"]) {
  test(`no device stays open at "${screen}"`, async () => {
    const talk = await inCall();
    assert.deepEqual(isOpen(), [true, true, true]);
    talk.follow(screen);
    assert.deepEqual(isOpen(), [false, false, false]);
  });
}

test("while one waits again the devices stay open", async () => {
  const talk = await inCall();
  talk.follow("waiting");
  assert.deepEqual(isOpen(), [true, true, true]);
});

test("the camera over the papers is off once it is switched off", async () => {
  const talk = await inCall();
  assert.equal(talk.isPaperOn, true);
  await talk.switchPaper(false);
  assert.deepEqual([talk.isPaperOn, isOpen()], [false, [true, true, false]]);
});

test("a call that ended sends nothing on, and leaves nothing to the next one", async () => {
  const talk = await inCall();
  talk.follow("call");
  talk.outgoing.list = [{ key: "1", stop: async () => (stopped += 1) }];
  Object.assign(talk, {
    tab: "chat",
    readLines: 7,
    isMuted: true,
    isCameraOff: true,
    score: 1,
    theirs: { camera: true },
    isSoundBlocked: true,
  });
  stopped = 0;
  talk.follow("waiting");
  assert.deepEqual([stopped, talk.outgoing.list], [1, []]);
  const {
    tab,
    readLines,
    isMuted,
    isCameraOff,
    score,
    theirs,
    wantsPaper,
    isInSession,
    state,
    remote,
    isSoundBlocked,
  } = talk;
  assert.deepEqual(
    { tab, readLines, isMuted, isCameraOff, score, theirs, wantsPaper, isInSession, state, remote, isSoundBlocked },
    {
      tab: "papers",
      readLines: 0,
      isMuted: false,
      isCameraOff: false,
      score: 5,
      theirs: {},
      wantsPaper: false,
      isInSession: false,
      state: "connecting",
      remote: null,
      isSoundBlocked: false,
    },
  );
});

test("the media connection of a call ends with it, and hears nothing of the next one", async () => {
  const talk = await inCall();
  talk.follow("call");
  await settle();
  assert.equal(listening.size, 2, "to frames, and to new servers");
  talk.follow("waiting");
  assert.equal(listening.size, 0);
});

test("a call that ends while its script is still coming begins no media connection", async () => {
  const talk = await inCall();
  talk.follow("call");
  talk.follow("waiting");
  await settle();
  assert.equal(listening.size, 0);
});
