/** The district's own names for skills, districts, languages, sites and seats, as the server put them into the page. */

/** @typedef {"skills" | "districts" | "languages" | "sites" | "seats"} Kind */

/** @returns {Record<Kind, Record<string, string>>} */
function read() {
  const text = globalThis.document?.getElementById("names")?.textContent;
  return { skills: {}, districts: {}, languages: {}, sites: {}, seats: {}, ...(text ? JSON.parse(text) : {}) };
}

const names = read();

/**
 * @param {Kind} kind
 * @param {string} id
 * @param {string} [otherwise] its own name, where this language has no other
 */
export function nameOf(kind, id, otherwise = id) {
  return names[kind][id] ?? otherwise;
}

/** @param {{ seat: string, name: string }} seat */
export const seatName = ({ seat, name }) => nameOf("seats", seat, name);

/** @param {Kind} kind */
export function all(kind) {
  return Object.entries(names[kind]);
}
