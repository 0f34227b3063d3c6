/** This machine's own microphone and camera: opened once, watched, and opened again by themselves when they are back. */
import { chosenOf, remember } from "#signaling/device_memory.js";
import { list, openCamera, openFace, openMicrophone } from "#signaling/devices.js";

/** @import { DeviceState, Opened } from "#signaling/devices.js" */
/** @typedef {"microphone" | "camera"} Device */

const DEVICES = /** @type {const} */ (["microphone", "camera"]);
/** @returns {Opened} */
const off = () => ({ track: null, state: "off" });
/** A device announces itself several times when it is plugged in, and is not ready at once. */
const SETTLE_MS = 800;
/** A question of the browser that is not answered by then is pointed out. */
const UNANSWERED_MS = 2_500;

export class OwnTracks {
  microphone = off();
  camera = off();
  isOpening = false;
  /** The browser has asked the person, who has not answered. */
  isAsking = false;
  /** Which device to open, by its id; none: the browser's choice. @type {Partial<Record<Device, string>>} */
  chosen = {};
  /** What there is to choose from; without names before the person has allowed one. @type {Record<Device, MediaDeviceInfo[]>} */
  found = { microphone: [], camera: [] };
  /** What may be opened; nothing else ever is. @type {Record<Device, boolean>} */
  allowed = { microphone: true, camera: true };
  changed;
  #isWanted = false;
  #settling = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);

  /** @param {() => void} changed called after each change of a device */
  constructor(changed) {
    this.changed = changed;
    globalThis.navigator?.mediaDevices?.addEventListener?.("devicechange", () => this.#openSoon());
  }

  /** Whether sound or picture is really taken: neither ended, nor kept back by the system or a switch. @param {Device} device */
  isLive(device) {
    const { track } = this[device];
    return track?.readyState === "live" && !track.muted;
  }

  /** @param {Device} device @returns {DeviceState} */
  stateOf(device) {
    const { track, state } = this[device];
    if (track) return track.muted ? "muted" : state;
    return this.isAsking && this.allowed[device] ? "asking" : state;
  }

  /** Say what may be opened from now on; what is open and may not be any more is given back. @param {Record<Device, boolean>} allowed */
  allow(allowed) {
    this.allowed = allowed;
    for (const device of DEVICES) {
      if (allowed[device] || this[device].state === "off") continue;
      this[device].track?.stop();
      this[device] = off();
      this.opened(device);
    }
  }

  /** Whether something that may be opened was not tried yet. */
  get isWanting() {
    return !this.isOpening && DEVICES.some((device) => this.allowed[device] && this[device].state === "off");
  }

  /** Open what may be opened and is not; asks the person the first time. */
  async open() {
    this.#isWanted = true;
    const isMissing = { microphone: this.#isMissing("microphone"), camera: this.#isMissing("camera") };
    if (this.isOpening || !(isMissing.microphone || isMissing.camera)) return;
    this.isOpening = true;
    const unanswered = setTimeout(() => this.#ask(), UNANSWERED_MS);
    this.changed();
    const found = await this.#openSome(isMissing);
    clearTimeout(unanswered);
    this.isOpening = this.isAsking = false;
    this.#keep(found);
    this.changed();
  }

  /** Take another device, now and whenever this browser opens one. @param {Device} device @param {Pick<MediaDeviceInfo, "deviceId" | "label">} found */
  async choose(device, { deviceId, label }) {
    remember(device, label);
    this.chosen = { ...this.chosen, [device]: deviceId };
    this[device].track?.stop();
    this[device] = off();
    await this.open();
  }

  /** Give both back; what is still being opened is given back as it comes. */
  close() {
    this.#isWanted = false;
    clearTimeout(this.#settling);
    for (const { track } of [this.microphone, this.camera]) track?.stop();
    this.microphone = off();
    this.camera = off();
    this.chosen = {}; // found again by its label, unless that was forgotten
  }

  /** A device was opened; for those that measure or show it. @param {Device} _device */
  opened(_device) {
    void this.look();
  }

  #ask() {
    this.isAsking = true;
    this.changed();
  }

  /** @param {Device} device */
  #isMissing(device) {
    return this.allowed[device] && this[device].track?.readyState !== "live";
  }

  /** The chosen device where it is there, else another one. @param {Record<Device, boolean>} isMissing */
  async #openSome(isMissing) {
    await this.#recall();
    if (!this.#isWanted) return { microphone: off(), camera: off() };
    const found = await openFace(this.chosen, isMissing);
    await this.#exchange(found);
    if (this.chosen.microphone && found.microphone.state === "missing") found.microphone = await openMicrophone();
    if (this.chosen.camera && found.camera.state === "missing") found.camera = await openCamera();
    return found;
  }

  /** Find what was chosen at another time: its id is of this visit, its label stays. */
  async #recall() {
    const { microphones, cameras } = await list();
    const microphone = chosenOf("microphone", microphones)?.deviceId;
    const camera = chosenOf("camera", cameras)?.deviceId;
    this.chosen = { ...this.chosen, ...(microphone ? { microphone } : {}), ...(camera ? { camera } : {}) };
  }

  /** Labels are told only once the person has allowed a device: then the chosen one takes the place of the first. @param {Record<Device, Opened>} found */
  async #exchange(found) {
    await this.#recall();
    for (const device of DEVICES) {
      const { track } = found[device];
      const id = this.chosen[device];
      if (!track || !id || track.getSettings?.().deviceId === id) continue;
      track.stop();
      found[device] = await (device === "microphone" ? openMicrophone(id) : openCamera(id));
    }
  }

  /** Keep what is still wanted and allowed; the rest was given back, or taken back, before the browser gave it. @param {Record<Device, Opened>} found */
  #keep(found) {
    for (const device of DEVICES) {
      const opened = found[device];
      if (opened.state === "off") continue;
      if (!this.#isWanted || !this.allowed[device]) {
        opened.track?.stop();
        continue;
      }
      this[device] = opened;
      opened.track?.addEventListener("ended", () => this.#lost(device, opened));
      for (const change of ["mute", "unmute"]) opened.track?.addEventListener(change, () => this.changed());
      this.opened(device);
    }
  }

  /** Unplugged, taken by another program, or forbidden. @param {Device} device @param {Opened} opened */
  #lost(device, opened) {
    if (this[device] !== opened) return;
    this[device] = /** @type {Opened} */ ({ track: null, state: "missing" });
    this.opened(device);
    this.changed();
    this.#openSoon();
  }

  #openSoon() {
    clearTimeout(this.#settling);
    if (this.#isWanted) this.#settling = setTimeout(() => this.#isWanted && this.#again(), SETTLE_MS);
  }

  /** What is lost is opened again; a stand-in gives way to the chosen device once that is back. */
  async #again() {
    await this.open();
    await this.look();
    for (const device of DEVICES) {
      const back = chosenOf(device, this.found[device]);
      if (back && this.isLive(device) && !isOf(this[device].track, back)) await this.choose(device, back);
    }
  }

  /** Find what there is to choose from. */
  async look() {
    const { microphones, cameras } = await list();
    this.found = { microphone: microphones, camera: cameras };
    this.changed();
  }
}

/** Whether a track is this device's. @param {MediaStreamTrack | null} track @param {MediaDeviceInfo} device */
const isOf = (track, { deviceId, label }) => track?.label === label || track?.getSettings?.().deviceId === deviceId;
