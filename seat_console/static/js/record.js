/** The record of a session: shows its documents in the page, drawn and never run. */
/** @import { DocumentView } from "#signaling/messages.d.ts" */
import "#seat_console/document-viewer.js";

const place = document.querySelector("[data-viewer]");
const viewer = document.createElement("document-viewer");
viewer.judges = false;

for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-document]"))) {
  button.hidden = false;
  button.addEventListener("click", () => {
    viewer.document = asView(button.dataset);
    place?.append(viewer);
    viewer.scrollIntoView({ block: "nearest" });
  });
}
viewer.addEventListener("call-open", () => viewer.remove());

/**
 * The viewer needs the name, the type and the size; the rest stands in the table.
 * @param {DOMStringMap} data
 * @returns {DocumentView}
 */
function asView(data) {
  return {
    document: data.document ?? "",
    name: data.name ?? "",
    media_type: data.type ?? "",
    bytes: Number(data.bytes),
    sha256: "",
    purpose: "material",
    material: "",
    verdict: null,
    note: "",
    stored_ms: 0,
    pages: 0,
    needs_password: false,
    located: false,
    by: "citizen",
  };
}
