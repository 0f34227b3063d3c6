/** What is said of devices and of times, by tables: each trouble of each device, each browser, each side of a limit. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { outcomeName } from "#booth_client/words.js";
import { duration, secondsLeft, shortDuration, size, timeOfDay } from "#seat_console/times.js";
import { remedy, trouble } from "#signaling/device_words.js";
import { networkWords } from "#signaling/network_words.js";
import { keyOf } from "#webui/i18n.js";

const STATES = ["denied", "missing", "busy", "insecure", "failed", "asking", "muted"];
const SAME = ["insecure"];
const SAME_REMEDY = ["denied", "busy", "insecure", "failed", "asking"];
const AGENTS = {
  "x MicroMessenger/8 Safari": "Open in browser",
  "x Firefox/130": "crossed-out camera",
  "iPhone Safari": "Website Settings",
  "iPad Safari": "Website Settings",
  "Macintosh Safari/605": "Safari › Settings",
  "Macintosh Chrome/130 Safari/537": "Click the icon",
  "Windows Chrome Edg/130 Safari": "Click the icon",
  "X11 HeadlessChrome/130 Safari": "Click the icon",
};

test("each trouble of a device has its own words and its own remedy, of the device that has it", () => {
  const words = [];
  for (const state of STATES) {
    const [heard, seen] = [trouble("microphone", state), trouble("camera", state)];
    assert.equal(heard === seen, SAME.includes(state), state);
    const remedies = [remedy("microphone", state, "Chrome", false), remedy("camera", state, "Chrome", false)];
    assert.equal(remedies[0] === remedies[1], SAME_REMEDY.includes(state), state);
    assert.match(remedies[0], /microphone|Allow|video programs|https|plug it in/, state);
    assert.match(heard, /microphone|hear/, state);
    assert.match(seen, /camera|see/, state);
    words.push(heard, remedies[0]);
    assert.equal(remedy("camera", state, "Chrome", true), "Please ask the staff here. You can also type.");
  }
  assert.equal(new Set(words).size, 2 * STATES.length, "no two troubles read the same");
  assert.match(remedy("camera", "missing", "Chrome", false), /voice only/);
  assert.match(remedy("camera", "muted", "Chrome", false), /lens/);
});

test("where all is well nothing is said, at a booth neither", () => {
  for (const device of ["microphone", "camera"]) {
    assert.deepEqual(
      [trouble(device, "on"), remedy(device, "on", "Chrome", false), remedy(device, "on", "", true)],
      ["", "", ""],
    );
  }
});

for (const [agent, said] of Object.entries(AGENTS)) {
  test(`who blocked the camera in "${agent}" is told where to allow it`, () => {
    assert.ok(remedy("camera", "denied", agent, false).includes(said));
  });
}

test("durations, countdowns and sizes on both sides of each limit", () => {
  assert.deepEqual([-1, 0, 59_999, 60_000, 3_599_999, 3_600_000].map(duration), [
    "0:00",
    "0:00",
    "0:59",
    "1:00",
    "59:59",
    "1:00:00",
  ]);
  assert.deepEqual([0, 59_999, 60_000, 5_999_999, 6_000_000, 7_199_999, 7_200_000].map(shortDuration), [
    "0:00",
    "0:59",
    "1′",
    "99′",
    "1h",
    "1h",
    "2h",
  ]);
  assert.deepEqual(
    [
      [1000, 0],
      [1001, 0],
      [1, 0],
      [0, 0],
      [0, 1],
    ].map(([until, now]) => secondsLeft(until, now)),
    [1, 2, 1, 0, 0],
  );
  const limits = [0, 1023, 1024, 1024 * 1024 - 1, 1024 * 1024, 1.55 * 1024 * 1024];
  assert.deepEqual(limits.map(size), ["0 B", "1023 B", "1 kB", "1024 kB", "1.0 MB", "1.6 MB"]);
});

test("the time of day is Guangzhou's, wherever the desk is", () => {
  assert.deepEqual([Date.UTC(2026, 0, 1, 1, 5), Date.UTC(2026, 0, 1, 16, 0)].map(timeOfDay), ["09:05", "00:00"]);
});

test("whoever is told to call is told the realm's own number", () => {
  globalThis.document = { documentElement: { dataset: { hotline: "+852 1823" } } };
  for (const words of [outcomeName("rejected"), networkWords("away", false)]) {
    assert.match(words, /call \+852 1823\./);
  }
  delete globalThis.document;
});

test("a sentence is looked up by the key that the server wrote", () => {
  // The same stands in tests/unit/webui/test_catalogues.py.
  const said = { "": "811c9dc5", "We are open now.": "29535315", "Tap “…” at the top right": "dade32e2" };
  assert.deepEqual(Object.fromEntries(Object.keys(said).map((one) => [one, keyOf(one)])), said);
});
