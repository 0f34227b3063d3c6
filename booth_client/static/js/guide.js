/** An item's guide: what it is, what to bring, how long it takes, and how far the help goes. */
import { icon } from "#booth_client/icons.js";
import { materialNotes, modeName, modeNote } from "#booth_client/words.js";
import { dotted } from "#webui/dots.js";
import { gettext, ngettext } from "#webui/i18n.js";
import { html } from "#vendor/lit.js";

/** @import { GuideView } from "#signaling/messages.d.ts" */
/** @typedef {"consult" | "coach" | "handle"} Mode */

/**
 * @param {GuideView} guide
 * @param {Mode} mode
 * @param {{ choose: (guide: GuideView, mode: Mode) => void, back: () => void, start: () => void }} act
 */
export function guideView(guide, mode, act) {
  return html`<article class="guide">
    <button class="button button--quiet guide__back" type="button" @click=${act.back}>${icon("back")}${gettext("Choose another")}</button>
    <h3 tabindex="-1">${guide.name}</h3>
    ${guide.official ? html`<p class="quiet" lang="zh-Hans">${guide.official}</p>` : ""}
    <p class="quiet">${dotted(facts(guide))}</p>
    <fieldset class="guide__modes">
      <legend class="field__label">${gettext("How shall we help?")}</legend>
      ${guide.modes.map((each) => modeChoice(/** @type {Mode} */ (each), mode, () => act.choose(guide, /** @type {Mode} */ (each))))}
    </fieldset>
    ${guide.materials.length ? materials(guide) : ""}
    <button class="button button--primary button--wide" type="button" @click=${act.start}>${icon("camera")}${gettext("Speak to staff about this")}</button>
  </article>`;
}

/** @param {GuideView} guide */
function facts(guide) {
  return [
    guide.department,
    guide.promised_days
      ? ngettext("result within {n} working day", "result within {n} working days", guide.promised_days)
      : guide.modes.includes("handle")
        ? gettext("done during the call if all is in order")
        : "",
    guide.average_min ? gettext("about {minutes} minutes by video", { minutes: guide.average_min }) : "",
    // An item has no fee of its own in the catalogue: only the call is known to cost nothing.
    gettext("the video call is free; staff tell you about any fee of the service first"),
  ];
}

/** @param {Mode} each @param {Mode} chosen @param {() => void} choose */
function modeChoice(each, chosen, choose) {
  return html`<label class="mode">
    <input type="radio" name="mode" value=${each} .checked=${each === chosen} @change=${choose}>
    <span class="mode__face"><strong>${modeName(each)}</strong><span class="quiet">${modeNote(each)}</span></span>
  </label>`;
}

/** @param {GuideView} guide */
function materials(guide) {
  return html`<div class="stack guide__materials">
    <h4>${gettext("Please have ready")}</h4>
    <ul class="materials">
      ${guide.materials.map(
        (material) => html`<li class="materials__row">
          <span class="materials__name">${material.name}</span>
          <span class="materials__notes">${materialNotes(material).map((note) => html`<span class="tag">${note}</span>`)}</span>
        </li>`,
      )}
    </ul>
  </div>`;
}
