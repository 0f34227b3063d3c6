/** What every page may know of this installation: asked once, when it is first needed. */
import { language } from "#webui/i18n.js";

/**
 * @typedef {object} Facts
 * @property {{ id: string, name: string }[]} districts
 * @property {{ id: string, name: string, seats: "many" | "few" | "none" }[]} languages
 * @property {string[]} bad_reasons
 * @property {boolean} open_now
 * @property {string | null} next_open
 * @property {number | null} waiting citizens, for all services together
 * @property {number} document_max_bytes
 */

/** @type {Promise<Facts> | null} */
let asked = null;

/**
 * @returns {Promise<Facts>} rejects where the server is not reached; the next call asks again
 */
export function facts() {
  asked ??= ask({}).catch((problem) => {
    asked = null;
    throw problem;
  });
  return asked;
}

/**
 * Ask anew: hours pass, and people come and go.
 * @param {Record<string, string>} place the `site` or the `booth` whose hours are told; none for a PC
 * @returns {Promise<Facts>}
 */
export async function ask(place) {
  const answer = await fetch(`/api/public?${new URLSearchParams({ locale: language, ...place })}`);
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}
