/** What is said: to screen readers always and once, aloud where that is switched on; the switches of the voice. */
import { gettext } from "#webui/i18n.js";
import { local } from "#webui/store.js";

/** @import { Spoken } from "#booth_client/voice/compose.js" */
/** @import { Part, SpeechQueue } from "#booth_client/voice/queue.js" */
/**
 * @typedef {object} How
 * @property {string} [id] the fixed sentence of data/spoken.toml that says the same aloud
 * @property {Record<string, unknown>} [params] what stands in its places
 * @property {readonly Part[]} [parts] more than one sentence; wins over `id`
 * @property {string} [kind] a later sentence of the same kind takes the place of an earlier one
 * @property {"change" | "face" | "urgent"} [rank] what it may cut: nothing, the face before it, everything
 * @property {boolean} [quietly] not aloud
 */

const VOICE = "cloudwindow.voice";
const VOLUME = "cloudwindow.volume";
/** @type {ReadonlyArray<[level: number, name: () => string]>} */
const LEVELS = [
  [1, () => gettext("loud")],
  [0.6, () => gettext("medium")],
  [0.3, () => gettext("soft")],
];
const RANKS = { change: 1, face: 2, urgent: 3 };
/** Prompts exist in these; Hakka is answered in Mandarin, sign language in that of the page. @type {Record<string, Spoken>} */
const SPOKEN = { cmn: "cmn", yue: "yue", en: "en", hak: "cmn", "zh-Hans": "cmn", "zh-Hant": "yue" };

/** @type {() => string} */
let chosen = () => "";
/** @type {() => Promise<readonly Part[]>} */
let face = async () => [];
let volume = 0;
let said = 0;
/** @type {string[]} */
let news = [];
/** @type {Promise<SpeechQueue> | null} */
let queue = null;

export const isOn = () => document.documentElement.dataset.voice === "on";

/** The language one is spoken to in. @returns {Spoken} */
export const spoken = () => SPOKEN[chosen()] ?? SPOKEN[document.documentElement.lang] ?? "cmn";

/** The player comes only where something is to be heard: the page's button works without it. */
function open() {
  queue ??= Promise.all([import("#booth_client/voice/queue.js"), import("#booth_client/voice/player.js")]).then(
    ([{ SpeechQueue }, { Player }]) => new SpeechQueue(new Player(spoken, () => LEVELS[volume]?.[0] ?? 1).speak),
  );
  queue.catch(() => {
    queue = null; // asked again with the next sentence
  });
  return queue;
}

/**
 * Tell the person something.
 *
 * @param {string} sentence for screen readers, in the page's language; nothing where the page itself tells them
 * @param {How} [how]
 */
export function say(sentence, { id = "", params = {}, parts, kind, rank = "change", quietly = false } = {}) {
  if (sentence) tell(sentence);
  if (quietly || !isOn()) return;
  const spokenParts = parts ?? [id ? { id, params } : { text: sentence }];
  said += 1;
  if (spokenParts.length) void add(kind ?? `once ${said}`, rank, spokenParts);
}

/** @param {string} kind @param {keyof typeof RANKS} rank @param {readonly Part[]} parts */
async function add(kind, rank, parts) {
  const line = await open().catch(() => null);
  if (isOn()) line?.add({ kind, rank: RANKS[rank], parts });
}

/** What is told at the same moment is one piece of news: a later sentence does not wipe out an earlier one. @param {string} sentence */
function tell(sentence) {
  if (news.push(sentence) > 1) return;
  queueMicrotask(() => {
    const status = document.getElementById("status");
    if (status) status.textContent = news.join(" ");
    news = [];
  });
}

/** Sound a tone, in its turn among what is said. @param {() => Promise<void>} tone */
export function ring(tone) {
  if (isOn()) void add("tone", "urgent", [{ sound: tone }]);
  else void tone();
}

/** Read what is on the face now, as if it were new. @param {readonly Part[]} [before] said first */
export async function readFace(before = []) {
  if (!isOn()) return;
  const parts = await face().catch(() => []);
  say("", { parts: [...before, ...parts], kind: "face", rank: "face" });
}

/**
 * Make the switches of the voice work; what comes back puts them as they are for somebody new.
 *
 * @param {boolean} isBooth a booth reads aloud unless told not to
 * @param {() => string} language what the person chose to speak
 * @param {() => Promise<readonly Part[]>} reading what is on the face now
 */
export function voice(isBooth, language, reading) {
  chosen = language;
  face = reading;
  const first = isBooth ? "on" : "off";
  const [toggle, again, louder] = ["voice", "again", "volume"].map((name) =>
    document.querySelector(`[data-comfort="${name}"]`),
  );
  const kept = Number(local.getItem(VOLUME));
  setVolume(LEVELS[kept] ? kept : 0);
  set(local.getItem(VOICE) ?? first);
  toggle?.addEventListener("click", () => {
    const state = isOn() ? "off" : "on";
    local.setItem(VOICE, set(state));
    if (state === "off") tell(gettext("Reading aloud is off."));
    else void readFace([{ id: "voice.on" }]);
  });
  again?.addEventListener("click", () => void readFace());
  louder?.addEventListener("click", () => {
    setVolume((volume + 1) % LEVELS.length);
    local.setItem(VOLUME, String(volume));
    say("", { id: "voice.on", kind: "volume", rank: "urgent" });
  });
  return () => {
    local.removeItem(VOICE);
    local.removeItem(VOLUME);
    setVolume(0);
    set(first);
    void queue?.then((line) => line.clear());
  };
}

/** @param {string} state */
function set(state) {
  document.documentElement.dataset.voice = state;
  document.querySelector('[data-comfort="voice"]')?.setAttribute("aria-pressed", String(state === "on"));
  for (const button of document.querySelectorAll('[data-comfort="again"], [data-comfort="volume"]')) {
    if (button instanceof HTMLElement) button.hidden = state !== "on";
  }
  if (state === "off") void queue?.then((line) => line.clear());
  return state;
}

/** @param {number} level */
function setVolume(level) {
  volume = level;
  const words = document.querySelector('[data-comfort="volume"] span');
  if (words) words.textContent = gettext("Sound: {level}", { level: LEVELS[level]?.[1]() ?? "" });
}
