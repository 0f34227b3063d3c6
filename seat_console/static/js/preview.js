/** Draws a document that somebody uploaded without ever running it: images by the decoder, PDF pages on canvas. */
/** @import { PDFDocumentProxy } from "#vendor/pdf.js" */

const PAGES_MAX = 30;
const WIDTH_MAX_PX = 2400;

/**
 * @typedef {object} Picture
 * @property {ReadonlyArray<HTMLElement>} pages
 * @property {number} hidden how many pages are not shown
 */

/**
 * @param {string} url
 * @param {string} mediaType
 * @param {string} label
 * @param {AbortSignal} signal
 * @returns {Promise<Picture>}
 */
export async function draw(url, mediaType, label, signal) {
  const answer = await fetch(url, { signal, credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  const bytes = await answer.arrayBuffer();
  if (mediaType === "application/pdf") return drawPdf(bytes, label, signal);
  return { pages: [await drawImage(new Blob([bytes], { type: mediaType }), label)], hidden: 0 };
}

/**
 * @param {Blob} blob
 * @param {string} label
 */
async function drawImage(blob, label) {
  const bitmap = await createImageBitmap(blob, { imageOrientation: "from-image" });
  const canvas = sheet(bitmap.width, bitmap.height, label);
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas;
}

/**
 * @param {ArrayBuffer} bytes
 * @param {string} label
 * @param {AbortSignal} signal
 * @returns {Promise<Picture>}
 */
async function drawPdf(bytes, label, signal) {
  const pdf = await open(bytes);
  try {
    const pages = [];
    for (let number = 1; number <= Math.min(pdf.numPages, PAGES_MAX); number += 1) {
      signal.throwIfAborted();
      pages.push(await drawPage(pdf, number, `${label} ${number}/${pdf.numPages}`));
    }
    return { pages, hidden: Math.max(0, pdf.numPages - PAGES_MAX) };
  } finally {
    await pdf.loadingTask.destroy();
  }
}

/**
 * PDF.js is 1.5 MB: it is loaded with the first PDF, not with the page.
 * @param {ArrayBuffer} data
 */
async function open(data) {
  const { getDocument, GlobalWorkerOptions } = await import("#vendor/pdf.js");
  GlobalWorkerOptions.workerSrc ||= import.meta.resolve("#vendor/pdf.worker.js");
  const folder = new URL("./pdf/", import.meta.resolve("#vendor/pdf.js")).href;
  return getDocument({
    data,
    enableXfa: false,
    cMapUrl: `${folder}cmaps/`,
    cMapPacked: true,
    standardFontDataUrl: `${folder}standard_fonts/`,
    wasmUrl: `${folder}wasm/`,
  }).promise;
}

/**
 * @param {PDFDocumentProxy} pdf
 * @param {number} number
 * @param {string} label
 */
async function drawPage(pdf, number, label) {
  const page = await pdf.getPage(number);
  const natural = page.getViewport({ scale: 1 });
  const viewport = page.getViewport({ scale: Math.min(2, WIDTH_MAX_PX / natural.width) });
  const canvas = sheet(viewport.width, viewport.height, label);
  await page.render({ canvas, viewport }).promise;
  return canvas;
}

/**
 * @param {number} width
 * @param {number} height
 * @param {string} label
 */
function sheet(width, height, label) {
  const canvas = document.createElement("canvas");
  canvas.className = "sheet";
  canvas.width = Math.ceil(width);
  canvas.height = Math.ceil(height);
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", label);
  return canvas;
}
