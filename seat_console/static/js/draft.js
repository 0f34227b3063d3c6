/** The agent's notes while they are typed: kept on this PC until the server has them, so that no failure eats them. */

/** @import { Store } from "#webui/store.js" */

const KEY = "cloudwindow.notes.";
const KEPT_MS = 24 * 3600 * 1000;

/**
 * What to show for a session: an unsaved draft of this PC wins over what the server has.
 * @param {Store} storage
 * @param {string} session
 * @param {string} saved
 */
export function restore(storage, session, saved) {
  const text = read(storage.getItem(KEY + session))?.text;
  return text === undefined || text === saved ? { text: saved, isUnsaved: false } : { text, isUnsaved: true };
}

/**
 * @param {Store} storage
 * @param {string} session
 * @param {string} text
 * @param {number} nowMs
 */
export function keep(storage, session, text, nowMs) {
  storage.setItem(KEY + session, JSON.stringify({ text, at: nowMs }));
}

/**
 * The server has this text: the draft goes, unless more was typed since.
 * @param {Store} storage
 * @param {string} session
 * @param {string} saved
 */
export function settle(storage, session, saved) {
  if (read(storage.getItem(KEY + session))?.text === saved) storage.removeItem(KEY + session);
}

/**
 * Drop drafts that nobody came back for: they may hold what a citizen said.
 * @param {Store} storage
 * @param {number} nowMs
 */
export function sweep(storage, nowMs) {
  const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? "");
  for (const key of keys.filter((each) => each.startsWith(KEY)))
    if (nowMs - (read(storage.getItem(key))?.at ?? 0) > KEPT_MS) storage.removeItem(key);
}

/**
 * @param {string | null} kept
 * @returns {{ text: string, at: number } | null}
 */
function read(kept) {
  try {
    return kept ? JSON.parse(kept) : null;
  } catch {
    return null;
  }
}
