/** The moment before a still: what the camera sees, how long it takes, and a way to say no. */
import { icon } from "#booth_client/icons.js";
import { remedy, trouble } from "#signaling/device_words.js";
import { stateOf } from "#signaling/devices.js";
import { gettext } from "#webui/i18n.js";
import { html, live } from "#vendor/lit.js";

/** @import { OwnDevices } from "#booth_client/check.js" */
/** @import { LiveCall } from "#booth_client/live_call.js" */

/** @param {LiveCall} talk @param {OwnDevices} devices */
export function stillFace(talk, devices) {
  const { pending: still } = talk.stills;
  if (!still) return "";
  return html`<div class="still" role="dialog" aria-modal="true" aria-labelledby="still-title" @keydown=${(/** @type {KeyboardEvent} */ event) => event.key === "Escape" && talk.stills.refuse()}>
    <div class="still__box card">
      <h2 id="still-title">${still.request ? gettext("Staff would like a photo of your document") : gettext("Photograph a document")}</h2>
      <p>${gettext("Lay it flat under the camera. All four corners should show, with no glare.")}</p>
      ${still.request && still.left ? html`<p>${gettext("The photo is taken by itself after the countdown. If you are not ready, press “Not now”.")}</p>` : ""}
      <div class="still__view">
        <video data-turn=${devices.paperTurn} .srcObject=${live(devices.paper.track ? devices.paperView : devices.face)} autoplay muted playsinline aria-label=${gettext("What the camera sees")}></video>
        ${still.request && still.left && devices.camera.track ? html`<span class="still__count" aria-live="assertive">${still.left}</span>` : ""}
      </div>
      ${still.why ? html`<p class="notice notice--bad" role="alert">${failure(still.why)}</p>` : ""}
      <div class="row still__acts">
        <button class="button button--primary" type="button" ?disabled=${still.left === 0 && !still.why} @click=${() => talk.stills.shoot()}>${icon("still")}${still.why ? gettext("Check again") : gettext("Take photo now")}</button>
        ${devices.paper.track ? html`<button class="button" type="button" @click=${() => devices.turnPaper()}>${icon("turn")}${gettext("Turn the picture")}</button>` : ""}
        ${
          devices.hasPaperChoice
            ? html`<button class="button" type="button" @click=${() => talk.turnPaperCamera()}>${icon("again")}${gettext("Change camera")}</button>`
            : ""
        }
        <button class="button" type="button" @click=${() => talk.stills.refuse()}>${still.request ? gettext("Not now") : gettext("Cancel")}</button>
      </div>
    </div>
  </div>`;
}

/** @param {string} name of the device's error */
function failure(name) {
  const state = stateOf(Object.assign(new Error(), { name }));
  return `${trouble("camera", state)} ${remedy("camera", state)}`;
}
