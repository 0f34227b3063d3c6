/** The district's own names for skills, districts, languages and sites, as the server put them into the page. */

/** @typedef {"skills" | "districts" | "languages" | "sites"} Kind */

/** @returns {Record<Kind, Record<string, string>>} */
function read() {
  const text = document.getElementById("names")?.textContent;
  return { skills: {}, districts: {}, languages: {}, sites: {}, ...(text ? JSON.parse(text) : {}) };
}

const names = read();

/**
 * @param {Kind} kind
 * @param {string} id
 */
export function nameOf(kind, id) {
  return names[kind][id] ?? id;
}

/** @param {Kind} kind */
export function all(kind) {
  return Object.entries(names[kind]);
}
