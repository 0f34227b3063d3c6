/** What every page may know of this installation: asked once, when it is first needed. */
import { language } from "#webui/i18n.js";

/**
 * @typedef {object} Facts
 * @property {{ id: string, name: string }[]} districts
 * @property {string[]} bad_reasons
 * @property {boolean} open_now
 * @property {string | null} next_open
 * @property {number} document_max_bytes
 */

/** @type {Promise<Facts> | null} */
let asked = null;

/**
 * @param {boolean} [anew] not what was heard earlier: hours pass
 * @returns {Promise<Facts>} rejects where the server is not reached; the next call asks again
 */
export function facts(anew = false) {
  if (anew) asked = null;
  asked ??= ask().catch((problem) => {
    asked = null;
    throw problem;
  });
  return asked;
}

async function ask() {
  const answer = await fetch(`/api/public?locale=${language}`);
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}
