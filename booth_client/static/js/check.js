/** The person's own microphone and cameras: opened once, shown, measured, and explained when something is wrong. */
import { icon } from "#booth_client/icons.js";
import { remedy, trouble } from "#signaling/device_words.js";
import { list, openFace, openPaper, paperCameras } from "#signaling/devices.js";
import { measure } from "#signaling/meter.js";
import { gettext } from "#webui/i18n.js";
import { html, live } from "#vendor/lit.js";

/** @import { DeviceState, Opened } from "#signaling/devices.js" */
/** @import { Device } from "#signaling/device_words.js" */

const LOUD = 0.35;
const DEVICES = /** @type {const} */ (["microphone", "camera"]);
const OFF = /** @type {Opened} */ ({ track: null, state: "off" });

export class OwnDevices {
  microphone = OFF;
  camera = OFF;
  paper = OFF;
  /** Whether a voice has been heard since the microphone was opened. */
  isHeard = false;
  isOpening = false;
  #changed;
  #stopMeter = () => {};
  #face = new MediaStream();
  #paperStream = new MediaStream();
  #paperIds = /** @type {string[]} */ ([]);
  #paperAt = 0;
  /** What the person has agreed to; nothing else is opened. */
  #allowed = { microphone: false, camera: false };
  #chosen = /** @type {{ microphone?: string, camera?: string }} */ ({});

  /** @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed;
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

  /** What may be opened from now on; what is open and may not be any more is closed. @param {{ microphone: boolean, camera: boolean }} allowed */
  allow(allowed) {
    this.#allowed = allowed;
    if (!allowed.microphone) this.#shut("microphone");
    if (!allowed.camera) this.#shut("camera");
  }

  /** Whether something that may be opened was not tried yet. */
  get isWanting() {
    return DEVICES.some((device) => this.#allowed[device] && this[device].state === "off");
  }

  /** Open what may be opened of microphone and camera; asks the person the first time. */
  async open() {
    const wanted = { ...this.#allowed };
    if (this.isOpening || DEVICES.every((device) => !wanted[device] || this[device].track)) return;
    this.isOpening = true;
    this.close();
    this.#changed();
    const { microphone, camera } = await openFace(this.#chosen, wanted);
    this.isOpening = false;
    if (DEVICES.some((device) => wanted[device] !== this.#allowed[device])) {
      for (const { track } of [microphone, camera]) track?.stop(); // it was taken back, or more given, meanwhile
      return this.#changed();
    }
    this.microphone = microphone;
    this.camera = camera;
    this.#face = new MediaStream(camera.track ? [camera.track] : []);
    for (const opened of [microphone, camera]) opened.track?.addEventListener("ended", () => this.#unplugged(opened));
    if (microphone.track) this.#stopMeter = measure(microphone.track, (level) => this.#level(level));
    const { cameras } = await list();
    this.#paperIds = paperCameras(cameras, camera.track?.getSettings().deviceId ?? "", !wanted.camera);
    this.#changed();
  }

  /** The document camera, opened once. @returns {Promise<MediaStreamTrack | null>} */
  async openPaperCamera() {
    if (this.paper.track?.readyState === "live") return this.paper.track;
    const id = this.#paperIds[this.#paperAt % Math.max(1, this.#paperIds.length)];
    this.paper = id ? await openPaper(id) : { track: null, state: "missing" };
    this.#changed();
    return this.paper.track;
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

  closePaperCamera() {
    this.paper.track?.stop();
    this.paper = OFF;
    this.#changed();
  }

  /** Give every device back. */
  close() {
    this.#stopMeter();
    this.#stopMeter = () => {};
    for (const { track } of [this.microphone, this.camera, this.paper]) track?.stop();
    this.microphone = this.camera = this.paper = OFF;
    this.#face = new MediaStream();
    this.isHeard = false;
  }

  /** @param {"microphone" | "camera"} device */
  #shut(device) {
    if (this[device] === OFF) return;
    this[device].track?.stop();
    this[device] = OFF;
    if (device === "microphone") this.#stopMeter();
    else this.#face = new MediaStream();
  }

  /** @param {Opened} opened */
  #unplugged(opened) {
    opened.state = "missing";
    this.#changed();
  }

  /** The bar follows the voice without a new drawing of the page. @param {number} level */
  #level(level) {
    for (const bar of document.querySelectorAll("[data-level]")) {
      if (bar instanceof HTMLMeterElement) bar.value = level;
    }
    if (level > LOUD && !this.isHeard) {
      this.isHeard = true;
      this.#changed();
    }
  }
}

/** @param {OwnDevices} devices @param {{ microphone: boolean, camera: boolean }} [shown] the check is of these */
export function checkFace(devices, shown = { microphone: true, camera: true }) {
  return html`<section class="check card" aria-labelledby="check-title">
    <h2 id="check-title">${gettext("Can we see and hear you?")}</h2>
    ${shown.camera ? viewFace(devices) : ""}
    <ul class="check__list">
      ${shown.camera ? deviceRow("camera", devices.camera.state, devices.isOpening, devices.camera.track ? gettext("The camera works.") : "") : ""}
      ${shown.microphone ? deviceRow("microphone", devices.microphone.state, devices.isOpening, voiceWords(devices)) : ""}
    </ul>
    ${
      devices.microphone.track
        ? html`<meter class="check__level" data-level min="0" max="1" low="0.35" aria-label=${gettext("Your volume")}></meter>`
        : ""
    }
    ${
      (devices.microphone.track || !shown.microphone) && (devices.camera.track || !shown.camera)
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
  if (isOpening || state === "off") {
    const words = isOpening ? gettext("If the browser asks, please press “Allow”.") : "";
    return html`<li class="check__row">${icon(device)}<span>${words}</span></li>`;
  }
  if (state === "ok") return html`<li class="check__row check__row--good">${icon(device)}<span>${fine}</span></li>`;
  return html`<li class="check__row check__row--bad">
    ${icon(`${device}Off`)}<span><strong>${trouble(device, state)}</strong> ${remedy(device, state)}</span>
  </li>`;
}
