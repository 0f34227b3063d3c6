/** Prints the receipt with its notice, as the page's print style sheet lays it out: a slip of 58 or 80 mm, or A4. */
import { icon } from "#booth_client/icons.js";
import { gettext } from "#webui/i18n.js";
import { html } from "#vendor/lit.js";

export function printButton() {
  return html`<button class="button" type="button" data-print @click=${() => window.print()}>${icon("paper")}${gettext("Print this")}</button>`;
}
