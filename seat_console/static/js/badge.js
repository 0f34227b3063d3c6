/** What citizens see of the agent: a name, a staff number, a department; drawn for the agent, who is to know it. */
import { html } from "#vendor/lit.js";
import { gettext } from "#webui/i18n.js";

/** @typedef {{ name: string, number: string, department: string }} Badge */

/** The badge of the account that is signed in on this page. @returns {Badge} */
export function ownBadge() {
  const {
    name = "",
    number = "",
    department = "",
  } = /** @type {HTMLElement | null} */ (document.querySelector("seat-bar"))?.dataset ?? {};
  return { name, number, department };
}

/** @param {Badge} badge */
export function badgeView({ name, number, department }) {
  const shown = name ? gettext("Member of staff {name}", { name }) : gettext("The member of staff");
  return html`<span class="badge" data-badge><b>${shown}</b>
    <span>${number ? gettext("staff number {number}", { number }) : gettext("no staff number")}</span>
    <span>${department}</span></span>`;
}
