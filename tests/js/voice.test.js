/** What is said aloud: one at a time and in order, put together from clips. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { compose, PAUSE, voiceFor } from "#booth_client/voice/compose.js";
import { RANK, SpeechQueue } from "#booth_client/voice/queue.js";
import { AT_1405, MANIFESTS } from "./spoken.js";

/** A mouth that records who speaks when; a sentence lasts until the test ends it, or it is cut. */
function mouth() {
  const log = [];
  let open = 0;
  let end = () => {};
  const speak = (utterance, signal) =>
    new Promise((done) => {
      open += 1;
      assert.equal(open, 1, "two speak at once");
      const over = (how) => () => {
        open -= 1;
        end = () => {};
        log.push(`${utterance.parts[0].text}${how}`);
        done();
      };
      end = over("");
      signal.addEventListener("abort", over(" cut"), { once: true });
    });
  const queue = new SpeechQueue(speak);
  const add = (text, rank = "change", kind = text) => queue.add({ kind, rank: RANK[rank], parts: [{ text }] });
  const settle = () => new Promise((done) => setImmediate(done));
  const finish = async () => {
    while (!queue.isSilent) {
      end();
      await settle();
    }
    return log;
  };
  return { queue, add, settle, finish, next: async () => (end(), settle()) };
}

test("changes wait for each other and none is lost", async () => {
  const { add, finish } = mouth();
  for (const text of ["widened", "place", "verdict"]) add(text);
  assert.deepEqual(await finish(), ["widened", "place", "verdict"]);
});

test("a new face cuts the old one and what was still to be said of it", async () => {
  const { add, settle, finish } = mouth();
  add("waiting", "face");
  add("place");
  add("ringing", "face");
  await settle();
  add("line");
  assert.deepEqual(await finish(), ["waiting cut", "ringing", "line"]);
});

test("a later sentence of the same kind takes the place of the earlier, spoken or not", async () => {
  const { add, settle, finish } = mouth();
  add("3 ahead", "change", "place");
  add("2 ahead", "change", "place");
  await settle();
  add("note");
  add("1 ahead", "change", "place");
  assert.deepEqual(await finish(), ["3 ahead cut", "2 ahead cut", "note", "1 ahead"]);
});

test("a warning goes first and is not cut by a face; silence ends everything", async () => {
  const { queue, add, settle, finish } = mouth();
  add("face", "face");
  add("line");
  add("still there?", "urgent");
  await settle();
  add("call", "face");
  assert.deepEqual(await finish(), ["face cut", "still there?", "call"]);
  const second = mouth();
  second.add("a");
  second.add("b");
  second.queue.clear();
  await second.settle();
  assert.deepEqual(await second.finish(), ["a cut"]);
  assert.equal(queue.isSilent, true);
});

test("a flood of lines is bounded: the oldest unheard ones go", async () => {
  const { add, finish } = mouth();
  for (let line = 0; line < 100; line += 1) add(String(line));
  const heard = await finish();
  assert.equal(heard.length, 9);
  assert.equal(heard.at(-1), "99");
});

test("one that cannot be said holds up no other", async () => {
  const said = [];
  const queue = new SpeechQueue(async ({ kind }) => {
    if (kind === "bad") throw new Error("no sound");
    said.push(kind);
  });
  for (const kind of ["bad", "good"]) queue.add({ kind, rank: 1, parts: [] });
  await new Promise((done) => setImmediate(done));
  assert.deepEqual(said, ["good"]);
});

test("numbers, times and receipts are put together as they are spoken", () => {
  const { cmn, en } = MANIFESTS;
  const cases = [
    [cmn, "wait.number", { number: "MZ003" }, "wait.number-1 letter.m letter.z n.0 n.0 n.3"],
    [cmn, "wait.ahead", { n: 2 }, "wait.ahead-1 count.2 wait.ahead-2"],
    [en, "wait.ahead", { n: 2 }, "count.2 wait.ahead-1"],
    [cmn, "wait.ahead", { n: 12345 }, "wait.ahead-1 n.over wait.ahead-2"],
    [cmn, "wait.ahead", { n: "x" }, "wait.ahead-1 n.0 wait.ahead-2"],
    [cmn, "wait.range", { low: 3, high: 10 }, "wait.range-1 n.3 wait.range-2 n.10 wait.range-3"],
    [cmn, "held.until", { time: AT_1405 }, "held.until-1 hour.14 minute.5 held.until-2"],
    [cmn, "held.until", { time: AT_1405 - 300_000 }, "held.until-1 hour.14 held.until-2"],
    [cmn, "closed.opens", { when: AT_1405 }, "month.12 day.1 weekday.2 hour.14 minute.5 closed.opens-1"],
    [
      en,
      "closed.opens",
      { when: AT_1405 },
      "closed.opens-1 weekday.2 day.1 month.12 hour.14 minute.5 period.afternoon",
    ],
    [
      cmn,
      "receipt.number",
      { receipt: "20261122-7K4Q" },
      `receipt.number-1 n.2 n.0 n.2 n.6 ${PAUSE} n.1 n.1 n.2 n.2 ${PAUSE} n.7 letter.k n.4 letter.q`,
    ],
  ];
  for (const [list, id, params, told] of cases) assert.equal(compose(list, id, params)?.join(" "), told, id);
});

test("the realm's hotline is said figure by figure, whatever it is", () => {
  globalThis.document = { documentElement: { dataset: { hotline: "+86 20-12345" } } };
  const said = compose(MANIFESTS.en, "net.away")?.filter((part) => part !== PAUSE);
  delete globalThis.document;
  assert.deepEqual(said, [
    "net.away-1",
    ...["8", "6", "2", "0", "1", "2", "3", "4", "5"].map((figure) => `n.${figure}`),
  ]);
});

test("a clip that is missing is noticed, not skipped", () => {
  const holed = { ...MANIFESTS.cmn, clips: { ...MANIFESTS.cmn.clips } };
  delete holed.clips["n.3"];
  assert.equal(compose(holed, "wait.ahead", { n: 3 }), null);
  assert.equal(compose(holed, "no.such", {}), null);
});

test("every sentence of every language is put together from its own parts in order, and no clip is missing", () => {
  const params = { number: "MZ003", n: 2, low: 3, high: 10, receipt: "20-AB", time: AT_1405, when: AT_1405 };
  globalThis.document = { documentElement: { dataset: { hotline: "12345" } } };
  for (const list of Object.values(MANIFESTS))
    for (const [id, parts] of Object.entries(list.parts)) {
      const own = parts.filter((part) => !part.startsWith("{"));
      const told = compose(list, id, params);
      assert.deepEqual(
        told?.filter((name) => name.startsWith(id)),
        own,
        `${list.language} ${id}`,
      );
      if (own.length === parts.length) assert.deepEqual(told, own);
    }
  delete globalThis.document;
});

test("only a voice of this machine reads a person's own words, in the language spoken", () => {
  const voice = (lang, localService = true) => ({ lang, localService });
  const voices = [voice("zh-CN", false), voice("zh-HK"), voice("zh_TW"), voice("en-US")];
  assert.equal(voiceFor(voices, "cmn"), voices[2]);
  assert.equal(voiceFor(voices, "yue"), voices[1]);
  assert.equal(voiceFor(voices.slice(0, 1), "cmn"), null);
  assert.equal(voiceFor([], "en"), null);
});
