/** What a page says first on each connection. */

/** @import { Hello } from "#signaling/messages.d.ts" */
/** @typedef {Pick<Hello, "role"> & Partial<Hello>} Own what the page says of itself */

const VERSION = 2;

/**
 * Write the `hello` of one connection.
 *
 * @param {Own | Promise<Own>} own a booth's takes a moment: it signs what the server asks
 * @param {string} resume the connection before
 * @param {number} lastSeq the last session event seen
 */
export async function introduce(own, resume, lastSeq) {
  const locale = document.documentElement.lang;
  return JSON.stringify({
    type: "hello",
    version: VERSION,
    resume,
    last_seq: lastSeq,
    locale,
    ...(await own),
  });
}
