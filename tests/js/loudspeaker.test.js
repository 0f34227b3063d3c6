/** The chosen loudspeaker: used by all that sounds, left where it is not there, taken again when it is back. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

/** The browser: an element whose loudspeaker can be chosen, and the machine's devices. */
class Element extends EventTarget {
  sinkId = "";
  muted = false;
  async setSinkId(id) {
    if (id && !machine.speakers.some((speaker) => speaker.deviceId === id)) throw new Error("NotFoundError");
    this.sinkId = id;
  }
}
const machine = Object.assign(new EventTarget(), {
  speakers: [],
  enumerateDevices: async () => machine.speakers,
  async plug(...labels) {
    machine.speakers = labels.map((label) => ({ kind: "audiooutput", deviceId: `id of ${label}`, label }));
    machine.dispatchEvent(new Event("devicechange"));
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  },
});
const page = new EventTarget();
page.documentElement = { dataset: {} };
Object.defineProperty(globalThis, "navigator", { value: { mediaDevices: machine }, configurable: true });
globalThis.HTMLMediaElement = Element;
globalThis.document = page;
const { Loudspeaker } = await import("#signaling/loudspeaker.js");
const { chooseAsOperator, chosenLabel, DEVICES_KEY, remember } = await import("#signaling/device_memory.js");
const { local } = await import("#webui/store.js");

beforeEach(async () => {
  local.removeItem(DEVICES_KEY);
  local.removeItem("cloudwindow.devices.person");
  page.documentElement.dataset.profile = "pc";
  await machine.plug("screen", "headset");
});

test("a chosen loudspeaker sounds at once, also what begins later", async () => {
  const speaker = new Loudspeaker();
  const first = speaker.route(new Element());
  await speaker.look();
  assert.deepEqual([first.sinkId, speaker.inUse], ["", ""], "the machine's own, until one is chosen");
  await speaker.choose({ label: "headset" });
  const later = speaker.route(new Element());
  assert.deepEqual([first.sinkId, later.sinkId, speaker.inUse], ["id of headset", "id of headset", "headset"]);
});

test("one that is pulled out is told and stood in for, and used again when it is back", async () => {
  const speaker = new Loudspeaker();
  const sound = speaker.route(new Element());
  let told = 0;
  speaker.follow(() => {
    told += 1;
  });
  await speaker.choose({ label: "headset" });
  await machine.plug("screen");
  assert.deepEqual([sound.sinkId, speaker.isLost, speaker.inUse], ["", true, ""]);
  await machine.plug("screen", "headset");
  assert.deepEqual([sound.sinkId, speaker.isLost], ["id of headset", false]);
  assert.equal(told, 3);
});

test("a new loudspeaker can be chosen as soon as it is plugged in", async () => {
  const speaker = new Loudspeaker();
  await machine.plug("screen", "headset", "hearing aid");
  assert.deepEqual(
    speaker.found.map(({ label }) => label),
    ["screen", "headset", "hearing aid"],
  );
});

test("another page of this browser finds what was chosen, and devices without names tell nothing", async () => {
  remember("speaker", "headset");
  const speaker = new Loudspeaker();
  await machine.plug("", "");
  assert.deepEqual([speaker.isLost, speaker.found], [false, []]);
  await machine.plug("screen", "headset");
  assert.equal(speaker.inUse, "headset");
});

test("what plays in the page is heard there without being asked for, a silent picture is not", async () => {
  const speaker = new Loudspeaker();
  await speaker.look();
  await speaker.choose({ label: "headset" });
  const [face, own] = [new Element(), Object.assign(new Element(), { muted: true })];
  for (const target of [face, own]) {
    const begun = new Event("play");
    Object.defineProperty(begun, "target", { value: target });
    page.dispatchEvent(begun);
  }
  assert.deepEqual([face.sinkId, own.sinkId], ["id of headset", ""]);
});

test("tones of a browser that sets no loudspeaker for them go through an element that has one", async () => {
  globalThis.Audio = class extends Element {
    async play() {}
  };
  const context = { destination: "own", createMediaStreamDestination: () => ({ stream: "stream" }) };
  const speaker = new Loudspeaker();
  await speaker.look();
  assert.equal(speaker.outletOf(context), "own");
  await speaker.choose({ label: "headset" });
  assert.equal(speaker.outletOf(context).stream, "stream");
  assert.equal(speaker.outletOf(context), speaker.outletOf(context), "one outlet for all its tones");
  delete globalThis.Audio;
});

test("at a booth a person's choice goes with them and the operator's stays", async () => {
  page.documentElement.dataset.profile = "booth";
  chooseAsOperator(true);
  remember("camera", "the booth's");
  chooseAsOperator(false);
  assert.equal(chosenLabel("camera"), "the booth's");
  remember("camera", "a person's");
  assert.equal(chosenLabel("camera"), "a person's");
  const others = Array.from({ length: local.length }, (_, index) => local.key(index)).filter(
    (key) => key !== DEVICES_KEY,
  );
  for (const key of others) local.removeItem(key); // what the wipe does: all but the device's own
  assert.equal(chosenLabel("camera"), "the booth's");
});
