/** Forgets a person, at once and whole: the visit, what was chosen, this browser's stores, the page and its history. */
import { DEVICE_DATABASE } from "#booth_client/device_key.js";
import { DEVICES_KEY } from "#signaling/device_memory.js";
import { loudspeaker } from "#signaling/loudspeaker.js";

/** @import { KeptVisit } from "#booth_client/kept_visit.js" */
/** @import { Visit } from "#booth_client/visit.js" */

/** What belongs to the device and not to the person who stood at it. */
const DEVICE_KEYS = ["cloudwindow.booth", "cloudwindow.language", DEVICES_KEY, "cloudwindow.printer"];
/** The cookie of the page's language. */
const LANGUAGE = "lang";
const YEAR_S = 31_536_000;
const REACH_LIMIT_MS = 3_000;
/** Heard by every module that holds something of the person. */
export const GONE = "person:gone";

/**
 * Forget the person. At a booth the page is then loaded anew where the server answers, in the booth's own language and
 * in place of this one in the history, so that no module's memory and no way back is left.
 *
 * @param {Visit} visit
 * @param {KeptVisit} keep
 * @param {boolean} isBooth at one's own PC the size of the text, the language and the chosen devices stay
 */
export async function forget(visit, keep, isBooth) {
  visit.wipe();
  document.dispatchEvent(new CustomEvent(GONE));
  document.getElementById("status")?.replaceChildren();
  globalThis.speechSynthesis?.cancel();
  if (!isBooth) return;
  document.body.inert = true;
  await clearStores(keep.language);
  void loudspeaker.look();
  if (await isReachable()) location.replace(location.pathname);
  else document.body.inert = false;
}

/** Whether this browser still holds something of a person, so that a page that begins must forget it first. @param {KeptVisit} keep */
export function hasTraces(keep) {
  const isForeign = keep.language !== "" && keep.language !== document.documentElement.lang && navigator.cookieEnabled;
  return isForeign || keysOf(() => localStorage).length > 0 || keysOf(() => sessionStorage).length > 0;
}

/** Empty all that a browser keeps for this address, but for what is the device's. @param {string} language the booth's */
async function clearStores(language) {
  for (const store of [() => localStorage, () => sessionStorage])
    for (const key of keysOf(store)) store().removeItem(key);
  setLanguage(language);
  const databases = await allowed(() => globalThis.indexedDB?.databases?.());
  for (const { name } of databases ?? []) if (name && name !== DEVICE_DATABASE) indexedDB.deleteDatabase(name);
  const names = await allowed(() => globalThis.caches?.keys());
  for (const name of names ?? []) await caches.delete(name);
  await allowed(() => navigator.clipboard?.writeText("")); // only after a touch
}

/**
 * What a browser has not or does not allow holds nothing either: nothing is returned.
 * @template Found @param {() => Promise<Found> | undefined} ask @returns {Promise<Found | undefined>}
 */
async function allowed(ask) {
  try {
    return await ask();
  } catch {
    return undefined;
  }
}

/** @param {() => Storage} store a getter: one that is blocked throws @returns {string[]} the keys that are not the device's */
function keysOf(store) {
  try {
    return Object.keys(store()).filter((key) => !DEVICE_KEYS.includes(key));
  } catch {
    return [];
  }
}

/** @param {string} language of the next page; none: the browser's own */
function setLanguage(language) {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store is not in every browser that we support
  document.cookie = `${LANGUAGE}=${language}; path=/; samesite=lax; max-age=${language ? YEAR_S : 0}`;
}

/** A browser without a network would put its own error page in place of ours, for good. */
async function isReachable() {
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), REACH_LIMIT_MS);
  try {
    return (await fetch(location.pathname, { method: "HEAD", cache: "no-store", signal: stop.signal })).ok;
  } catch {
    return false;
  } finally {
    clearTimeout(late);
  }
}
