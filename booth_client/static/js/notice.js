/** The one-time notice: everything that is still missing, told at once. */
import { icon } from "#booth_client/icons.js";
import { gettext } from "#webui/i18n.js";
import { html } from "#vendor/lit.js";

/** @param {readonly string[]} missing materials by name */
export function noticeView(missing) {
  return html`<div class="notice notice--warn goodbye__notice">${icon("paper")}
    <div><strong>${gettext("Please bring next time, all at once:")}</strong>
      <ul>${missing.map((name) => html`<li>${name}</li>`)}</ul>
      <p>${gettext("When you have them all, press the big button again and show them by video.")}</p>
    </div>
  </div>`;
}
