/** Which camera, microphone and loudspeaker to use, kept for this browser; and whether the loudspeaker is heard. */
import { chime } from "#booth_client/chime.js";
import { icon } from "#booth_client/icons.js";
import { ring, say } from "#booth_client/voice.js";
import { gettext, together } from "#webui/i18n.js";
import { remedy, trouble } from "#signaling/device_words.js";
import { deviceSelect, speakerSelect } from "#signaling/device_select.js";
import { loudspeaker } from "#signaling/loudspeaker.js";
import { html } from "#vendor/lit.js";

/** @import { OwnDevices } from "#booth_client/check.js" */
/** @import { Device } from "#signaling/device_words.js" */

/** @param {OwnDevices} devices @param {{ microphone: boolean, camera: boolean }} shown */
export function deviceChoice(devices, shown) {
  return html`${shown.camera ? deviceSelect(devices, "camera", gettext("Camera")) : ""}
    ${shown.microphone ? deviceSelect(devices, "microphone", gettext("Microphone")) : ""}
    ${lostSpeaker()} ${speakerSelect(loudspeaker, gettext("Loudspeaker"))}
    ${speakerTest(devices)}`;
}

/** The same in a call, folded up. @param {OwnDevices} devices */
export function choiceInCall(devices) {
  return html`<details class="consent card" data-devices>
    <summary>${icon("bell")}${gettext("Camera, microphone, loudspeaker")}</summary>
    ${deviceChoice(devices, devices.allowed)}
  </details>`;
}

/** What is wrong with a device of this side, and what to do. @param {Device} device @param {OwnDevices} devices */
export function ownWords(device, devices) {
  const state = devices.stateOf(device);
  return together(trouble(device, state), remedy(device, state));
}

/** The same for all that sounds and sees, on a face without a check. @param {OwnDevices} devices */
export function ownTroubles(devices) {
  return [ownWords("microphone", devices), ownWords("camera", devices), loudspeaker.isLost ? lostSpeakerWords() : ""]
    .filter(Boolean)
    .map((each) => html`<p class="notice notice--warn call__trouble" role="status">${each}</p>`);
}

const lostSpeakerWords = () =>
  gettext("The loudspeaker you chose is not plugged in. The sound comes from another one.");

const lostSpeaker = () =>
  loudspeaker.isLost ? html`<p class="notice notice--warn" role="status">${lostSpeakerWords()}</p>` : "";

/** @param {OwnDevices} devices */
function speakerTest(devices) {
  const answer = (/** @type {"asked" | "good" | "bad"} */ speaker) => () => {
    say("", { id: `check.speaker_${speaker}`, kind: "speaker" });
    devices.heard(speaker);
  };
  const ask = answer("asked");
  const play = () => {
    ring(chime);
    ask();
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
