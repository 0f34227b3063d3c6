/** Sentences in the page's language: whole, with named places, from the same catalogues as the server's. */
import { errors, language, messages } from "#webui/messages.js";
import { zone } from "#webui/zone.js";

/** @typedef {Record<string, unknown>} Params */

/**
 * What stands for an English sentence in the table, as `webui/translations.py` wrote it: its FNV-1a digest.
 * @param {string} sentence
 */
export function keyOf(sentence) {
  let digest = 0x811c9dc5;
  for (let at = 0; at < sentence.length; at += 1) digest = Math.imul(digest ^ sentence.charCodeAt(at), 0x01000193);
  return (digest >>> 0).toString(16);
}

/** What the table has of a sentence; that of a node of the release before has whole sentences. @param {string} sentence */
const found = (sentence) => messages[keyOf(sentence)] ?? messages[sentence];

/** Dates as they are written where we are: plain "en" is American. */
const DATES = language === "en" ? "en-GB" : language;

/**
 * @param {string} sentence
 * @param {Params} [params]
 */
export function fill(sentence, params = {}) {
  return sentence.replace(/\{(\w+)\}/g, (place, name) => (name in params ? String(params[name]) : place));
}

/** The realm's hotline, which every sentence may name as `{hotline}`. */
export const hotline = () => globalThis.document?.documentElement.dataset.hotline ?? "";

/**
 * @param {string} sentence English, with `{name}` places
 * @param {Params} [params]
 */
export function gettext(sentence, params) {
  const said = found(sentence) ?? sentence;
  return fill(typeof said === "string" ? said : (said[0] ?? sentence), { hotline: hotline(), ...params });
}

/**
 * @param {string} one
 * @param {string} many
 * @param {number} n
 * @param {Params} [params]
 */
export function ngettext(one, many, n, params) {
  const said = found(one) ?? [one, many];
  const forms = typeof said === "string" ? [said] : said;
  return fill(forms[Math.min(forms.length - 1, n === 1 ? 0 : 1)] ?? one, { n, ...params });
}

/**
 * The sentence of an error code of the server.
 *
 * @param {string} code
 * @param {Params} [params]
 */
export function describeError(code, params = {}) {
  const said = errors[`${code}.${params.why}`] ?? errors[code] ?? errors.service_error ?? code;
  return fill(said, { hotline: hotline(), ...params, ...readable(params) });
}

/**
 * Params as people read them: megabytes for bytes, local time for an ISO date.
 *
 * @param {Params} params
 * @returns {Params}
 */
function readable(params) {
  /** @type {Params} */
  const told = {};
  if (typeof params.max_bytes === "number") told.max_mb = Math.floor(params.max_bytes / 1_048_576);
  if (typeof params.next_open === "string" && params.next_open)
    told.next_open = weekdayAndTime(new Date(params.next_open));
  return told;
}

/** @param {Date} date */
export function weekdayAndTime(date) {
  return new Intl.DateTimeFormat(DATES, {
    timeZone: zone,
    month: "long",
    day: "numeric",
    weekday: "long",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(date);
}

/** @param {number} ms since the epoch */
export function clockTime(ms) {
  return new Intl.DateTimeFormat(DATES, {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(new Date(ms));
}

/** Several names in one line, as the language lists them. @param {string[]} names */
export function listed(names) {
  return names.join(language.startsWith("zh") ? "、" : ", ");
}

/** Sentences behind each other, as the language writes them; empty ones are left out. @param {string[]} sentences */
export function together(...sentences) {
  return sentences.filter(Boolean).join(language.startsWith("zh") ? "" : " ");
}

export { language };
