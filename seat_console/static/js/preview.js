/** Gets a document from the server page by page, as pictures drawn there: a stranger's file is never opened here. */
import { ServiceFault } from "#signaling/faults.js";

/**
 * @typedef {object} Contents
 * @property {number} pages 0: not known before the document is opened with its password
 * @property {boolean} needs_password
 * @property {ReadonlyArray<readonly [name: string, value: string]>} fields
 * @property {readonly string[]} texts of the pages of a format that is read and not drawn
 */

/** @param {string} document */
const place = (document) => `/api/documents/${encodeURIComponent(document)}`;

/** Where the file as it was sent can be saved from. @param {string} document */
export function original(document) {
  return `${place(document)}?download=true`;
}

/**
 * @param {string} document
 * @param {AbortSignal} signal
 * @returns {Promise<Contents>} rejects with a ServiceFault
 */
export async function contents(document, signal) {
  return (await ask(`${place(document)}/pages`, {}, signal)).json();
}

/**
 * @param {string} document
 * @param {number} number from 1
 * @param {string} password for this look only
 * @param {AbortSignal} signal
 * @returns {Promise<{ picture: Blob, pages: number }>} rejects with a ServiceFault
 */
export async function page(document, number, password, signal) {
  const headers = password ? { "Document-Password": encodeURIComponent(password) } : {};
  const answer = await ask(`${place(document)}/pages/${number}`, headers, signal);
  return { picture: await answer.blob(), pages: Number(answer.headers.get("Document-Pages")) };
}

/**
 * @param {string} url
 * @param {Record<string, string>} headers
 * @param {AbortSignal} signal
 */
async function ask(url, headers, signal) {
  const answer = await fetch(url, { headers, signal, credentials: "same-origin" }).catch((problem) => {
    throw signal.aborted ? problem : new ServiceFault("unavailable");
  });
  if (answer.ok) return answer;
  const { code, params } = await answer.json().catch(() => ({ code: "service_error" }));
  throw new ServiceFault(code, params);
}
