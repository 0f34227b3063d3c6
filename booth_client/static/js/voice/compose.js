/** Strings a sentence together from clips: its own parts, and numerals for its places; pure. */
import { hotline } from "#webui/i18n.js";
import { zone } from "#webui/zone.js";

/** @typedef {"cmn" | "yue" | "en"} Spoken */
/**
 * @typedef {object} Manifest what a page needs to speak a language
 * @property {Spoken} language
 * @property {Record<string, string>} sentences
 * @property {Record<string, readonly string[]>} parts
 * @property {Record<string, string>} clips addresses
 */

const MOST = 100;
/** Between the groups of a long number one takes a breath. */
export const PAUSE = "pause";

/** A count of people, minutes or days. @param {unknown} value */
function count(value) {
  const n = Math.max(0, Math.round(Number(value)) || 0);
  if (n > MOST) return ["n.over"];
  return [n === 2 ? "count.2" : `n.${n}`];
}

/** Letter by letter and digit by digit; anything else is a breath. @param {unknown} value */
function spelled(value) {
  return [...String(value ?? "").toLowerCase()].map((sign) => {
    if (/[0-9]/.test(sign)) return `n.${sign}`;
    return /[a-z]/.test(sign) ? `letter.${sign}` : PAUSE;
  });
}

/** A receipt is heard in its groups, of at most four signs. @param {unknown} value */
function grouped(value) {
  const groups = String(value ?? "").split("-");
  const short = groups.flatMap((group) => group.match(/.{1,4}/g) ?? []);
  return spelled(short.join("-"));
}

/** @param {number} hour */
const period = (hour) =>
  hour < 6 ? "night" : hour < 12 ? "morning" : hour < 13 ? "noon" : hour < 18 ? "afternoon" : "evening";

/** @param {unknown} ms since the epoch */
function localTime(ms) {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    weekday: "short",
    month: "numeric",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(new Date(Number(ms)));
  const told = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  const weekday = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"].indexOf(told.weekday ?? "");
  return {
    weekday,
    month: Number(told.month),
    day: Number(told.day),
    hour: Number(told.hour),
    minute: Number(told.minute),
  };
}

/** What a language leaves unsaid ("minute 0" in Chinese, the part of the day, which its hours hold) has no piece there. */
const OPTIONAL = /^(minute\.0|period\.\w+)$/;

/** @param {unknown} ms */
function time(ms) {
  const { hour, minute } = localTime(ms);
  return [`hour.${hour}`, `minute.${minute}`, `period.${period(hour)}`];
}

/** @param {unknown} ms @param {Spoken} language */
function when(ms, language) {
  const { weekday, month, day } = localTime(ms);
  const date =
    language === "en"
      ? [`weekday.${weekday}`, `day.${day}`, `month.${month}`]
      : [`month.${month}`, `day.${day}`, `weekday.${weekday}`];
  return [...date, ...time(ms)];
}

/** @type {Record<string, (value: unknown, language: Spoken) => string[]>} */
const PLACES = {
  n: count,
  low: count,
  high: count,
  number: spelled,
  receipt: grouped,
  time,
  when,
  hotline: () => spelled(hotline()),
};

/**
 * The addresses of a sentence's clips in order, `PAUSE` in between; null where a clip is missing.
 *
 * @param {Manifest} manifest
 * @param {string} id
 * @param {Record<string, unknown>} [params]
 * @returns {string[] | null}
 */
export function compose({ parts, clips, language }, id, params = {}) {
  const names = (parts[id] ?? [id]).flatMap((part) => {
    const place = /^\{(\w+)\}$/.exec(part)?.[1];
    return place ? (PLACES[place]?.(params[place], language) ?? [""]) : [part];
  });
  const said = names.filter((name) => name === PAUSE || name in clips || !OPTIONAL.test(name));
  const urls = said.map((name) => (name === PAUSE ? PAUSE : clips[name]));
  return urls.every((url) => url !== undefined) ? /** @type {string[]} */ (urls) : null;
}

/**
 * A sentence in words, for a browser's own voice where a clip is missing.
 *
 * @param {Manifest} manifest
 * @param {string} id
 * @param {Record<string, unknown>} [params]
 */
export function wordsOf({ sentences, language }, id, params = {}) {
  return (sentences[id] ?? "").replace(/\{(\w+)\}/g, (_, place) => {
    const value = place === "hotline" ? hotline() : params[place];
    if (place === "time" || place === "when") {
      /** @type {Intl.DateTimeFormatOptions} */
      const clock = { timeZone: zone, hour: "numeric", minute: "2-digit" };
      const day = place === "when" ? /** @type {const} */ ({ weekday: "long", month: "long", day: "numeric" }) : {};
      return new Intl.DateTimeFormat(language === "en" ? "en-GB" : "zh-CN", { ...clock, ...day }).format(
        new Date(Number(value)),
      );
    }
    return /^(number|receipt|hotline)$/.test(place) ? [...String(value ?? "")].join(" ") : String(value ?? "");
  });
}

const HAN = /\p{Script=Han}/u;

/** The language in which free words are read: Chinese words in an English visit by a Chinese voice. @param {string} text @param {Spoken} spoken @returns {Spoken} */
export const languageOf = (text, spoken) => (spoken === "en" && HAN.test(text) ? "cmn" : spoken);

/** @type {Record<Spoken, RegExp>} */
const TAGS = {
  cmn: /^(zh(?![-_](hk|mo|yue|hant[-_]hk))|cmn)/i,
  yue: /^(zh[-_](hk|mo|yue|hant[-_]hk)|yue)/i,
  en: /^en/i,
};

/**
 * The browser's voice for a language: only one of this machine, for what is read aloud may be a person's own words.
 *
 * @template {{ lang: string, localService: boolean }} V
 * @param {readonly V[]} voices
 * @param {Spoken} language
 */
export const voiceFor = (voices, language) =>
  voices.find((voice) => voice.localService && TAGS[language].test(voice.lang)) ?? null;

/** Said just when nothing can be fetched. */
export const KEPT = [
  "call.network",
  "call.unreachable",
  "queue.network",
  "queue.kept",
  "call.away",
  "call.restart",
  "net.offline",
  "net.away",
  "net.forbidden",
  "taking.stopped",
  "fault.unavailable",
  "voice.look",
];
