/** The spoken sentences as they stand in the sources, and every face in every shape it has. */
import { readFileSync } from "node:fs";
import { Narrator } from "#booth_client/narrator.js";
import { BEGINNING } from "#booth_client/story.js";

/** The list as it stands in the sources: sentences by id, and the clips that the shipped index names. */
function manifest(language) {
  const folder = new URL("../../booth_client/data/", import.meta.url);
  const clips = JSON.parse(readFileSync(new URL(`voice/${language}/index.json`, folder))).clips;
  const text = readFileSync(new URL("spoken.toml", folder), "utf-8");
  const parts = {};
  for (const [, id, body] of text.matchAll(/^\[([\w.]+)\]\n((?:\w+ = .*\n)+)/gm)) {
    const sentence = JSON.parse(body.match(new RegExp(`^${language} = (.*)$`, "m"))[1]);
    const cut = sentence.split(/(\{\w+\})/).filter((part) => /[\p{L}\p{N}]/u.test(part));
    const said = cut.filter((part) => !part.startsWith("{"));
    parts[id] =
      cut.length === 1 ? [id] : cut.map((part) => (part.startsWith("{") ? part : `${id}-${said.indexOf(part) + 1}`));
  }
  return { language, parts, sentences: {}, clips: Object.fromEntries(Object.keys(clips).map((name) => [name, name])) };
}

export const MANIFESTS = { cmn: manifest("cmn"), yue: manifest("yue"), en: manifest("en") };
export const AT_1405 = Date.UTC(2026, 11, 1, 6, 5);

export const about = { number: "MZ003", receipt: "20261122-MZ003-7K4Q9D", item_name: "" };
export const waiting = (change = {}) => ({
  state: "waiting", about, widened: [], place: 3, able_seats: 2, wait: { low_s: 120, high_s: 600 },
  callback_after_s: 180, callback_times_ms: [1], taken_ms: Date.now(), held_until_ms: AT_1405, callback_at_ms: AT_1405, ...change,
}); // biome-ignore format: a value
export const guide = {
  name: "老人卡", promised_days: 5, average_min: 10, modes: ["consult", "coach", "handle"],
  materials: [{ key: "id", name: "身份证", original: true }],
}; // biome-ignore format: a value
export const call = (change = {}) => ({
  session: "S",
  chat: [],
  documents: [],
  seat_name: "004",
  participants: [{ id: "seat", role: "agent", name: "", here: true, since_ms: 0 }],
  guide,
  about,
  ...change,
});
export const at = (screen, story, change = {}) => ({
  screen,
  skewMs: 0,
  connection: "open",
  hasStopped: false,
  keep: { isBooth: false },
  story: { ...BEGINNING, ...story },
  ...change,
});
export const NOWHERE = { fault: null, guide: null };
export const closing = (outcome) => ({ outcome, receipt: about.receipt, summary: "说明", notice: ["照片"] });
export const OUTCOMES = [
  "answered",
  "prechecked",
  "accepted",
  "accepted_deferred",
  "correction",
  "rejected",
  "referred",
  "appointment",
  "escalated",
  "abandoned",
  "interrupted",
  "unheard_of",
  "",
];

/** Every face in every shape it has. */
export const FACES = [
  [at("welcome", {}), NOWHERE],
  [at("welcome", {}), { fault: null, guide }],
  ...["closed_now", "never_served", "unavailable", "queue_unavailable", "bad_stub"].map((code) => [at("welcome", {}), { fault: { code, params: { next_open: "2026-12-01T09:00:00+08:00" } }, guide: null }]),
  [at("welcome", {}), { fault: { code: "closed_now", params: { next_open: null } }, guide: null }],
  ...[null, 0, 1, 12].flatMap((waiting) => ["many", "few", "none"].map((seats) => [at("welcome", {}), { ...NOWHERE, facts: { open_now: true, next_open: null, waiting }, seats }])),
  ...["2026-12-01T09:00:00+08:00", null].map((next_open) => [at("welcome", {}), { ...NOWHERE, facts: { open_now: false, next_open, waiting: 0 } }]),
  [at("welcome", {}), { fault: null, guide: { ...guide, promised_days: 0 } }],
  [at("welcome", {}), { fault: { code: "offline", params: {} }, guide: null }],
  [at("taking", {}), NOWHERE],
  [at("taking", {}, { hasStopped: true }), NOWHERE],
  ...[1, 2, 3, 200].flatMap((place) => [0, 2].map((able_seats) => [at("waiting", { ticket: waiting({ place, able_seats, widened: ["district", "language", "skill", "seat", "unheard_of"] }) }), NOWHERE])),
  ...[{}, { low_s: 0, high_s: 30 }, { low_s: 300, high_s: 300 }, { low_s: 5, high_s: 300 }, { low_s: 120, high_s: 600 }].map((wait) => [at("waiting", { ticket: waiting({ wait }) }), NOWHERE]),
  [at("waiting", { ticket: waiting() }), NOWHERE, true],
  [at("held", { ticket: waiting({ state: "held" }) }), NOWHERE],
  [at("scheduled", { ticket: waiting({ state: "scheduled" }) }), NOWHERE],
  ...["held", "scheduled", "abandoned"].map((state) => [at(state === "abandoned" ? "ended" : state, { ticket: waiting({ state }) }, { keep: { isBooth: true } }), NOWHERE]),
  [at("ringing", { ticket: waiting({ state: "reserved" }) }), NOWHERE],
  [at("call", { session: call({ chat: [{ by: "seat", text: "您好" }], documents: ["good", "blurred", "wrong"].map((verdict) => ({ document: verdict, material: "id", name: "a.jpg", verdict, note: "反光" })) }) }), NOWHERE],
  [at("call", { session: call() }), NOWHERE],
  ...OUTCOMES.map((outcome) => [at("goodbye", { closing: closing(outcome) }), NOWHERE]),
  [at("goodbye", { hungUp: true }), NOWHERE],
  [at("goodbye", { closing: closing("answered"), rated: 5 }), NOWHERE],
  ...["abandoned", "expired", "redirected", "no_show"].map((state) => [at("ended", { ticket: waiting({ state }) }), NOWHERE]),
  [at("superseded", { over: "superseded" }), NOWHERE],
]; // biome-ignore format: a table

/** What the narrator of a page tells, as [sentence for screen readers, ids and words aloud]. */
export function narrated() {
  const told = [];
  const rings = [];
  const say = (sentence, how = {}) => told.push([sentence, (how.parts ?? [how]).map((part) => part.id ?? part.text)]);
  const narrator = new Narrator(say, () => rings.push(1));
  return {
    rings,
    follow: (visit, talk, devices, isSpeakerLost) => {
      told.length = 0;
      narrator.follow(visit, talk ?? { tab: "papers", trouble: () => "" }, devices, isSpeakerLost);
      return [...told];
    },
  };
}
