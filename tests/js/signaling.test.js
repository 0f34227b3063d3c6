/** What keeps a call together, told without a browser: waits, outboxes, judgements, descriptions. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { delay, drainDelay } from "#signaling/backoff.js";
import { FULL, LEVELS, next } from "#signaling/degrade.js";
import { remedy, trouble } from "#signaling/device_words.js";
import { paperCameras, stateOf } from "#signaling/devices.js";
import { Emitter } from "#signaling/emitter.js";
import { asFault, ServiceFault } from "#signaling/faults.js";
import { level } from "#signaling/meter.js";
import { Outbox } from "#signaling/outbox.js";
import { judge, read } from "#signaling/quality.js";
import { withStartBitrate } from "#signaling/sdp.js";
import { faultOf, isWorthARetry, metadata } from "#signaling/upload.js";

const named = (name) => Object.assign(new Error(), { name });
const reading = (change) => ({
  atMs: 0, rttMs: 20, jitterMs: 2, received: 0, lost: 0, sentLost: 0, sent: 0, bytesIn: 0, framesDecoded: 0, outgoingKbps: 0,
  ...change,
}); // biome-ignore format: one reading a line

test("the first try comes at once, later ones within seconds, and there is always another", () => {
  const waits = [0, 1, 2, 3, 4, 50].map((tries) => delay(tries, () => 0));
  assert.deepEqual(waits, [0, 300, 1200, 2700, 5000, 5000]);
  assert.equal(
    delay(4, () => 1),
    6500,
  );
});

test("people sent away by a stopping node come back spread out", () => {
  assert.equal(
    drainDelay(() => 0),
    0,
  );
  assert.equal(
    drainDelay(() => 1),
    2000,
  );
});

test("a command is sent once a connection, with the same id, until it is answered", async () => {
  const outbox = new Outbox();
  const answer = outbox.add({ type: "chat", text: "好" });
  const [first] = [...outbox.unsent()];
  assert.deepEqual([...outbox.unsent()], []);
  outbox.rewind();
  const [again] = [...outbox.unsent()];
  assert.deepEqual(again, first);
  const [id, text] = first;
  assert.deepEqual(JSON.parse(text), { type: "chat", text: "好", id });
  outbox.resolve(id, { type: "done", id });
  assert.deepEqual(await answer, { type: "done", id });
  assert.equal(outbox.has(id), false);
});

test("a refused command rejects with the server's code and facts", async () => {
  const outbox = new Outbox();
  const answer = outbox.add({ type: "leave_queue" });
  const [[id]] = [...outbox.unsent()];
  outbox.reject(id, new ServiceFault("ticket_not_waiting", { state: "serving" }));
  await assert.rejects(answer, { code: "ticket_not_waiting", params: { state: "serving" } });
});

test("commands of a connection that is over do not hang", async () => {
  const outbox = new Outbox();
  const answers = [outbox.add({ type: "hang_up" }), outbox.add({ type: "leave_queue" })];
  outbox.rejectAll(new ServiceFault("superseded"));
  for (const answer of answers) await assert.rejects(answer, { code: "superseded" });
});

test("a listener may stop listening while it is told", () => {
  const heard = [];
  const emitter = new Emitter();
  const stop = emitter.on("word", (word) => {
    heard.push(word);
    stop();
  });
  emitter.emit("word", "one");
  emitter.emit("word", "two");
  assert.deepEqual(heard, ["one"]);
});

test("whatever is thrown has a code", () => {
  assert.equal(asFault(new ServiceFault("closed_now")).code, "closed_now");
  assert.equal(asFault(new TypeError("bug")).code, "service_error");
});

test("devices tell denied, missing and busy apart", () => {
  assert.equal(stateOf(named("NotAllowedError")), "denied");
  assert.equal(stateOf(named("NotFoundError")), "missing");
  assert.equal(stateOf(named("NotReadableError")), "busy");
  assert.equal(stateOf("what"), "failed");
});

test("what is wrong with a device is said together with what to do, in each browser's own way", () => {
  const wechat = "Mozilla/5.0 (iPhone) AppleWebKit MicroMessenger/8.0";
  assert.match(trouble("camera", "busy"), /Another program/);
  assert.match(remedy("camera", "denied", wechat), /Open in browser/);
  assert.match(remedy("microphone", "denied", "Mozilla/5.0 Firefox/140.0"), /reload/);
  assert.match(remedy("microphone", "missing", ""), /You can also type/);
  assert.equal(trouble("camera", "ok") + remedy("camera", "ok", ""), "");
});

test("a camera that calls itself a document camera comes before any other, and the face's camera never", () => {
  const cameras = [
    { deviceId: "face", label: "Integrated Camera" },
    { deviceId: "spare", label: "USB Camera" },
    { deviceId: "paper", label: "CZUR 高拍仪" },
  ];
  assert.deepEqual(paperCameras(cameras, "face"), ["paper", "spare"]);
  assert.deepEqual(paperCameras(cameras.slice(0, 1), "face"), []);
});

test("silence is nothing, a full voice is much", () => {
  assert.equal(level(new Float32Array(512)), 0);
  assert.equal(level(new Float32Array(512).fill(1)), 1);
  assert.ok(level(new Float32Array(512).fill(0.05)) > 0.3);
});

test("one per cent of loss still counts as good, a fifth as bad", () => {
  const before = reading({});
  const fine = judge(before, reading({ atMs: 2000, received: 1000, lost: 5, framesDecoded: 50, bytesIn: 250_000 }));
  assert.equal(fine.score, 5);
  assert.equal(fine.fps, 25);
  assert.equal(fine.kbpsIn, 1000);
  assert.equal(judge(before, reading({ atMs: 2000, received: 700, lost: 300 })).score, 1);
  assert.equal(judge(before, reading({ atMs: 2000, rttMs: 500 })).score, 3);
});

test("statistics of all tracks are added up", () => {
  const report = new Map([
    ["a", { type: "inbound-rtp", packetsReceived: 10, packetsLost: 1, bytesReceived: 100, jitter: 0.01 }],
    [
      "b",
      { type: "inbound-rtp", packetsReceived: 20, packetsLost: -1, bytesReceived: 300, framesDecoded: 7, jitter: 0.03 },
    ],
    [
      "c",
      {
        type: "candidate-pair",
        nominated: true,
        state: "succeeded",
        currentRoundTripTime: 0.05,
        availableOutgoingBitrate: 900_000,
      },
    ],
    ["d", { type: "candidate-pair", nominated: false, state: "succeeded", currentRoundTripTime: 9 }],
  ]);
  const found = read(report, 5);
  assert.deepEqual(
    [found.received, found.lost, found.bytesIn, found.framesDecoded, found.jitterMs, found.rttMs, found.outgoingKbps],
    [30, 1, 400, 7, 30, 50, 900],
  );
});

test("on a bad line papers slow down first, then the face goes; the voice never does", () => {
  const bad = /** @type {any} */ ({ score: 1 });
  const good = /** @type {any} */ ({ score: 5 });
  let standing = FULL;
  for (let i = 0; i < 20; i += 1) standing = next(standing, bad);
  assert.equal(standing.level, LEVELS.length - 1);
  assert.ok(LEVELS.every((limits) => !("microphone" in limits)));
  assert.equal(LEVELS[1].camera, undefined);
  for (let i = 0; i < 5; i += 1) standing = next(standing, good);
  assert.equal(standing.level, LEVELS.length - 2);
});

test("video begins at the wanted rate, sound is left alone", () => {
  const sdp =
    "v=0\r\nm=audio 9 X 111\r\na=rtpmap:111 opus/48000/2\r\nm=video 9 X 96 97 102\r\na=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\na=rtpmap:102 H264/90000\r\na=fmtp:102 packetization-mode=1\r\n";
  const told = withStartBitrate(sdp, 1000);
  assert.match(told, /a=rtpmap:96 VP8\/90000\r\na=fmtp:96 x-google-start-bitrate=1000\r\n/);
  assert.match(told, /a=fmtp:102 packetization-mode=1;x-google-start-bitrate=1000\r\n/);
  assert.match(told, /a=fmtp:97 apt=96\r\n/);
  assert.doesNotMatch(told.split("m=video")[0], /start-bitrate/);
});

test("an upload is tried again when the network failed, not when the file was refused", () => {
  assert.deepEqual([0, 503, 409, 423].map(isWorthARetry), [true, true, true, true]);
  assert.deepEqual([413, 415, 422, 404].map(isWorthARetry), [false, false, false, false]);
});

test("a file travels with its name and what it is for, and nothing empty", () => {
  assert.deepEqual(metadata({ name: "证.jpg", purpose: "still", material: "", request: "R1" }), {
    filename: "证.jpg",
    purpose: "still",
    request: "R1",
  });
});

test("a refusal's body becomes a fault; no body means that the server was not reached", () => {
  assert.equal(faultOf('{"code":"document_empty","params":{}}').code, "document_empty");
  assert.equal(faultOf(undefined).code, "unavailable");
});
