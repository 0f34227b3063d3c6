/** The English face of the catalogue. A page's import map puts its own language behind this name. */

/** @type {string} */
export const language = "en";
/** @type {Record<string, string | string[]>} */
export const messages = {};
/** @type {Record<string, string>} */
export const errors = {};
