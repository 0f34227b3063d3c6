/** What a ticket is about, as badges and facts; the same on the ringing card, on alerts and in the call. */
/** @import { About } from "#signaling/messages.d.ts" */
import { html, nothing } from "#vendor/lit.js";
import { gettext } from "#webui/i18n.js";
import { nameOf } from "#seat_console/names.js";
import { channelWord, modeWord, priorityWord } from "#seat_console/words.js";

/** @param {About} about */
export function title(about) {
  return about.item_name || gettext("General help");
}

/** @param {About} about */
export function badges(about) {
  const priority = about.returning ? "returning" : about.priority;
  const word = priorityWord(priority);
  return html`
    ${word ? html`<span class="tag tag--${priority === "sos" ? "bad" : "warn"}">${word}</span>` : nothing}
    <span class="tag">${modeWord(about.mode)}</span>
    <span class="tag">${nameOf("languages", about.language)}</span>
    ${about.helper_present ? html`<span class="tag">${gettext("Helper present")}</span>` : nothing}
  `;
}

/** Where the citizen sits. @param {About} about */
export function place(about) {
  return about.site ? nameOf("sites", about.site, about.site_name) : channelWord(about.channel);
}

/**
 * Which district acts, said where it is not the one the citizen sits in.
 * @param {About} about
 */
export function crossDistrict(about) {
  const { collecting_district: from, handling_district: to } = about;
  if (!from || !to || from === to) return "";
  return gettext("Collected in {from}, handled by {to}", {
    from: nameOf("districts", from),
    to: nameOf("districts", to),
  });
}
