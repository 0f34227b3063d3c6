/** The receipt on the phone that shows it: a phone cannot scan its own screen, so it gets the page behind the code. */
import { icon } from "#booth_client/icons.js";
import { gettext, language } from "#webui/i18n.js";
import { html } from "#vendor/lit.js";

/** The page of one receipt, once it is known. @type {{ receipt: string, address: string, isCopied: boolean }} */
const page = { receipt: "", address: "", isCopied: false };

/** Whether this screen is a person's own phone or tablet; a booth's is everybody's. @param {boolean} isBooth */
export const isOwnPhone = (isBooth) => !isBooth && Boolean(globalThis.matchMedia?.("(pointer: coarse)").matches);

/**
 * Open, save or send the receipt's page; nothing while its address is not known.
 *
 * @param {string} receipt
 * @param {() => void} again draws anew
 */
export function ownPhone(receipt, again) {
  if (page.receipt !== receipt) void ask(receipt, again);
  if (!page.address) return "";
  return html`<div class="phone-link">
    <a class="button button--primary" href=${page.address} target="_blank" rel="noopener">${icon("paper")}${gettext("Open the receipt on this phone")}</a>
    ${sendButton(again)}
  </div>`;
}

/** @param {() => void} again */
function sendButton(again) {
  const title = gettext("Your receipt");
  if (navigator.share)
    // Closing the phone's own chooser without a choice is an answer too.
    return html`<button class="button" type="button" @click=${() => navigator.share({ title, url: page.address }).catch(() => undefined)}>${icon("upload")}${gettext("Save or send the receipt")}</button>`;
  if (!navigator.clipboard) return "";
  const copy = async () => {
    await navigator.clipboard.writeText(page.address);
    page.isCopied = true;
    again();
  };
  return html`<button class="button" type="button" @click=${copy}>${icon("copy")}${page.isCopied ? gettext("Link copied") : gettext("Copy the link")}</button>`;
}

/** @param {string} receipt @param {() => void} again */
async function ask(receipt, again) {
  Object.assign(page, { receipt, address: "", isCopied: false });
  try {
    const answer = await fetch(`/api/receipts/${encodeURIComponent(receipt)}/link?locale=${language}`);
    if (answer.ok) page.address = (await answer.json()).address;
    again();
  } catch {
    page.receipt = ""; // asked again with the next drawing
  }
}

document.addEventListener("person:gone", () => Object.assign(page, { receipt: "", address: "", isCopied: false }));
