/** The wallboard's filters as part of its address, so that a reload and a bookmark keep them; pure. */

/** @import { Filter } from "#seat_console/wall.js" */
/** @typedef {{ filter: Filter, isBig: boolean }} At */

/**
 * @param {string} search
 * @returns {At}
 */
export function readAddress(search) {
  const query = new URLSearchParams(search);
  const get = (/** @type {keyof Filter} */ key) => query.get(key) ?? "";
  return {
    filter: {
      district: get("district"),
      skill: get("skill"),
      state: get("state"),
      text: get("text"),
      order: get("order"),
    },
    isBig: query.has("big"),
  };
}

/**
 * @param {string} path
 * @param {At} at
 */
export function writeAddress(path, { filter, isBig }) {
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value));
  if (isBig) query.set("big", "1");
  return query.size ? `${path}?${query}` : path;
}
