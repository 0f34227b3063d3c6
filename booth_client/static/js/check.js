/** The person's own microphone and cameras: opened once, shown, measured, and explained when something is wrong. */
import { deviceChoice } from "#booth_client/device_choice.js";
import { icon } from "#booth_client/icons.js";
import { remedy, trouble } from "#signaling/device_words.js";
import { openPaper, paperCameras } from "#signaling/devices.js";
import { turnMore, turnOf } from "#signaling/device_memory.js";
import { loudspeaker } from "#signaling/loudspeaker.js";
import { measure } from "#signaling/meter.js";
import { OwnTracks } from "#signaling/own_tracks.js";
import { gettext } from "#webui/i18n.js";
import { html, live } from "#vendor/lit.js";

/** @import { DeviceState, Opened } from "#signaling/devices.js" */
/** @import { Device } from "#signaling/device_words.js" */

const LOUD = 0.35;
const OFF = /** @type {Opened} */ ({ track: null, state: "off" });

export class OwnDevices extends OwnTracks {
  paper = OFF;
  /** Whether a voice has been heard since the microphone was opened. */
  isHeard = false;
  #stopMeter = () => {};
  #face = new MediaStream();
  #paperStream = new MediaStream();
  #paperIds = /** @type {string[]} */ ([]);
  #paperAt = 0;

  /** @param {() => void} changed */
  constructor(changed) {
    super(changed);
    this.allowed = { microphone: false, camera: false };
  }

  /** What the self view shows. */
  get face() {
    return this.#face;
  }

  /** What the document camera sees; the same stream for the same track, so that a drawing does not restart it. */
  get paperView() {
    const { track } = this.paper;
    if (this.#paperStream.getTracks()[0] !== track) this.#paperStream = new MediaStream(track ? [track] : []);
    return this.#paperStream;
  }

  /** Whether the person heard the sound of the check. @type {"" | "asked" | "good" | "bad"} */
  speaker = "";

  /** @param {OwnDevices["speaker"]} speaker */
  heard(speaker) {
    this.speaker = speaker;
    this.changed();
  }

  /** @override @param {Device} device */
  opened(device) {
    const { track } = this[device];
    if (device === "camera") this.#face = new MediaStream(track ? [track] : []);
    else {
      this.#stopMeter();
      this.#stopMeter = track ? measure(track, (level) => this.#level(level)) : () => {};
    }
    super.opened(device);
  }

  /** @override */
  async look() {
    await Promise.all([super.look(), loudspeaker.look()]);
    const faceId = this.camera.track?.getSettings().deviceId ?? "";
    this.#paperIds = paperCameras(this.found.camera, faceId, !this.allowed.camera);
    this.changed();
  }

  /** The document camera, opened once. @returns {Promise<MediaStreamTrack | null>} */
  async openPaperCamera() {
    if (this.paper.track?.readyState === "live") return this.paper.track;
    const id = this.#paperIds[this.#paperAt % Math.max(1, this.#paperIds.length)];
    const opened = id ? await openPaper(id) : /** @type {Opened} */ ({ track: null, state: "missing" });
    this.paper = opened;
    opened.track?.addEventListener("ended", () => this.#losePaper(opened));
    this.changed();
    return this.paper.track;
  }

  /** Unplugged, or taken by another program. @param {Opened} opened */
  #losePaper(opened) {
    if (this.paper !== opened) return;
    this.paper = { track: null, state: "missing" };
    void this.look();
  }

  /** Turn to the next camera that may look at papers. */
  async nextPaperCamera() {
    this.#paperAt += 1;
    this.paper.track?.stop();
    return this.openPaperCamera();
  }

  get hasPaperCamera() {
    return this.#paperIds.length > 0;
  }

  get hasPaperChoice() {
    return this.#paperIds.length > 1;
  }

  /** How the document camera's picture is turned to stand upright. */
  get paperTurn() {
    return this.paper.track ? turnOf(this.paper.track.label) : 0;
  }

  /** Turn its picture by a quarter, for both sides, here and each time this camera is used again. */
  turnPaper() {
    if (this.paper.track) turnMore(this.paper.track.label);
    this.changed();
  }

  closePaperCamera() {
    this.paper.track?.stop();
    this.paper = OFF;
    this.changed();
  }

  /** Give every device back. @override */
  close() {
    super.close();
    this.#stopMeter();
    this.#stopMeter = () => {};
    this.paper.track?.stop();
    this.paper = OFF;
    this.#face = new MediaStream();
    this.isHeard = false;
    this.speaker = "";
  }

  /** The bar follows the voice without a new drawing of the page. @param {number} level */
  #level(level) {
    for (const bar of document.querySelectorAll("[data-level]")) {
      if (bar instanceof HTMLMeterElement) bar.value = level;
    }
    if (level > LOUD) document.dispatchEvent(new CustomEvent("person:heard"));
    if (level > LOUD && !this.isHeard) {
      this.isHeard = true;
      this.changed();
    }
  }
}

/** @param {OwnDevices} devices @param {{ microphone: boolean, camera: boolean }} [shown] the check is of these */
export function checkFace(devices, shown = { microphone: true, camera: true }) {
  return html`<section class="check card" aria-labelledby="check-title">
    <h2 id="check-title">${gettext("Can we see and hear you?")}</h2>
    ${shown.camera ? viewFace(devices) : ""}
    <ul class="check__list">
      ${shown.camera ? deviceRow("camera", devices.stateOf("camera"), devices.isOpening, gettext("The camera works.")) : ""}
      ${shown.microphone ? deviceRow("microphone", devices.stateOf("microphone"), devices.isOpening, voiceWords(devices)) : ""}
    </ul>
    ${
      devices.microphone.track
        ? html`<meter class="check__level" data-level min="0" max="1" low="0.35" aria-label=${gettext("Your volume")}></meter>`
        : ""
    }
    ${deviceChoice(devices, shown)}
    ${
      (devices.isLive("microphone") || !shown.microphone) && (devices.isLive("camera") || !shown.camera)
        ? ""
        : html`<button class="button" type="button" ?disabled=${devices.isOpening} @click=${() => devices.open()}>${icon("again")}${gettext("Check again")}</button>`
    }
  </section>`;
}

/** @param {OwnDevices} devices */
function viewFace(devices) {
  return html`<div class="check__view">
      <video class="check__video" .srcObject=${live(devices.face)} autoplay muted playsinline aria-label=${gettext("Your own picture")}></video>
      ${devices.camera.track ? "" : html`<span class="check__blank">${icon("cameraOff")}</span>`}
    </div>`;
}

/** @param {OwnDevices} devices */
function voiceWords(devices) {
  if (!devices.microphone.track) return "";
  return devices.isHeard ? gettext("The microphone hears you.") : gettext("Say something: the bar should move.");
}

/** @param {Device} device @param {DeviceState} state @param {boolean} isOpening @param {string} fine */
function deviceRow(device, state, isOpening, fine) {
  if ((isOpening && state !== "asking") || state === "off") {
    const words = isOpening ? gettext("If the browser asks, please press “Allow”.") : "";
    return html`<li class="check__row">${icon(device)}<span>${words}</span></li>`;
  }
  if (state === "ok") return html`<li class="check__row check__row--good">${icon(device)}<span>${fine}</span></li>`;
  return html`<li class="check__row check__row--bad">
    ${icon(`${device}Off`)}<span><strong>${trouble(device, state)}</strong> ${remedy(device, state)}</span>
  </li>`;
}
