/** Which camera, microphone and loudspeaker to use, kept for this browser; and whether the loudspeaker is heard. */
import { chime } from "#booth_client/chime.js";
import { icon } from "#booth_client/icons.js";
import { ring } from "#booth_client/voice.js";
import { gettext } from "#webui/i18n.js";
import { html } from "#vendor/lit.js";

/** @import { OwnDevices } from "#booth_client/check.js" */
/** @import { Device } from "#signaling/device_words.js" */

/** @param {OwnDevices} devices @param {{ microphone: boolean, camera: boolean }} shown */
export function deviceChoice(devices, shown) {
  return html`${shown.camera ? choice(devices, "camera", gettext("Camera")) : ""}
    ${shown.microphone ? choice(devices, "microphone", gettext("Microphone")) : ""}
    ${speakerTest(devices)}`;
}

/** Nothing to choose where there is one. @param {OwnDevices} devices @param {Device} device @param {string} words */
function choice(devices, device, words) {
  const found = devices.found[device].filter(({ label }) => label);
  const inUse = devices[device].track?.label;
  if (found.length < 2 || !inUse) return "";
  const choose = (/** @type {Event} */ event) => {
    const chosen = found[/** @type {HTMLSelectElement} */ (event.target).selectedIndex];
    if (chosen) void devices.choose(device, chosen);
  };
  return html`<label class="check__choice"><span>${words}</span>
    <select data-choose=${device} ?disabled=${devices.isOpening} @change=${choose}>
      ${found.map(({ label }) => html`<option .selected=${label === inUse}>${label}</option>`)}
    </select>
  </label>`;
}

/** @param {OwnDevices} devices */
function speakerTest(devices) {
  const answer = (/** @type {OwnDevices["speaker"]} */ speaker) => () => devices.heard(speaker);
  const play = () => {
    ring(chime);
    devices.heard("asked");
  };
  const button = html`<button class="button" type="button" data-speaker="test" @click=${play}>${icon("bell")}${gettext("Play a sound")}</button>`;
  if (devices.speaker === "asked")
    return html`<div class="check__speaker"><p role="status">${gettext("Did you hear it?")}</p>
      <button class="button button--primary" type="button" data-speaker="good" @click=${answer("good")}>${gettext("Yes, I heard it")}</button>
      <button class="button" type="button" data-speaker="bad" @click=${answer("bad")}>${gettext("No, I heard nothing")}</button></div>`;
  const words =
    devices.speaker === "good"
      ? gettext("The loudspeaker works.")
      : devices.speaker === "bad"
        ? gettext("Turn the sound up, look whether it is switched off or a headset is plugged in, and play it again.")
        : "";
  return html`<div class="check__speaker">${words ? html`<p role="status">${words}</p>` : ""}${button}</div>`;
}
