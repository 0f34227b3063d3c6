/** What somebody needs who leaves the screen and comes back, here or elsewhere. */
import { forget } from "#booth_client/forget.js";
import { icon } from "#booth_client/icons.js";
import { gettext } from "#webui/i18n.js";
import { html } from "#vendor/lit.js";

/** @import { Visit } from "#booth_client/visit.js" */

/**
 * What brings somebody back who leaves: at a booth the next person may use the screen meanwhile.
 *
 * @param {Visit} visit
 */
export function wayBack({ story: { ticket } }) {
  return html`<p class="notice">${icon("info")}<span>${gettext("If you leave: “Go on with your number” on the first page of any booth, PC or phone brings you back to your place. Your whole number:")} <strong class="numeric">${ticket?.about.receipt ?? ""}</strong></span></p>`;
}

export const boothIsShared = () =>
  html`<p>${gettext("Other people may use this booth meanwhile. Please write your whole number down or photograph it.")}</p>`;

/** @param {Visit} visit */
export function freeBooth(visit) {
  return html`<button class="button" type="button" @click=${() => forget(visit, visit.keep, true)}>${gettext("I have noted it: clear the screen")}</button>`;
}
