/** The receipt taken along: as a QR code on one's own phone, or on paper (a slip of 58 or 80 mm, or A4). */
import { icon } from "#booth_client/icons.js";
import { gettext, language } from "#webui/i18n.js";
import { local } from "#webui/store.js";
import { html } from "#vendor/lit.js";

/** Where a booth keeps that it has a printer; it is the device's and outlives every person. */
const PRINTER = "cloudwindow.printer";

/** Keep what the booth's start address says of its printer: `?printer=yes`, until `?printer=no`. */
export function notePrinter() {
  const said = new URLSearchParams(location.search).get("printer");
  if (said === "yes") local.setItem(PRINTER, said);
  if (said === "no") local.removeItem(PRINTER);
}

/** Whether this device prints: a booth only where it was told so; at a PC the browser asks for the printer. @param {boolean} isBooth */
export const canPrint = (isBooth) => !isBooth || local.getItem(PRINTER) === "yes";

export function printButton() {
  return html`<button class="button" type="button" data-print @click=${() => window.print()}>${icon("paper")}${gettext("Print this")}</button>`;
}

/** @param {string} receipt its number, which the code opens on a phone for some days */
export function phoneCode(receipt) {
  const address = `/api/receipts/${encodeURIComponent(receipt)}/code?locale=${language}`;
  return html`<figure class="phone-code" data-code>
    <img class="phone-code__picture" src=${address} width="200" height="200" alt=${gettext("QR code of this receipt")} @error=${withdraw}>
    <figcaption>${gettext("Scan this with your phone, in WeChat for example: it shows the receipt and what to bring.")}</figcaption>
  </figure>`;
}

/** Without a picture there is nothing to scan; the number is still there. @param {Event} event */
function withdraw(event) {
  const figure = /** @type {HTMLElement} */ (event.target).closest("figure");
  if (figure) figure.hidden = true;
}
