/** The loudspeaker that was chosen on this machine: all that the page sounds goes there while it is plugged in. */
import { chosenLabel, chosenOf, remember } from "#signaling/device_memory.js";
import { list } from "#signaling/devices.js";

/** @typedef {{ setSinkId?: (id: string) => Promise<unknown> }} Sounding a media element, or a context of tones */

/** The machine's own choice, which follows its settings. */
const OWN = "";

export class Loudspeaker {
  /** What there is to choose from: nothing before a microphone was allowed, or where the browser gives no choice. @type {MediaDeviceInfo[]} */
  found = [];
  /** Whether the chosen one is not there, so that the sound comes from the machine's own. */
  isLost = false;
  #sink = OWN;
  /** @type {Set<WeakRef<Sounding>>} */
  #sounding = new Set();
  /** @type {Set<() => void>} */
  #followers = new Set();
  /** @type {WeakMap<AudioContext, MediaStreamAudioDestinationNode>} */
  #outlets = new WeakMap();

  constructor() {
    globalThis.navigator?.mediaDevices?.addEventListener?.("devicechange", () => void this.look());
    // Each element that plays tells it by its own events; no module has to report it.
    for (const begun of ["loadedmetadata", "play"])
      globalThis.document?.addEventListener(begun, ({ target }) => this.#begun(target), true);
  }

  /** The label of the one in use; empty: the machine's own. */
  get inUse() {
    return this.found.find(({ deviceId }) => deviceId === this.#sink)?.label ?? "";
  }

  /** Be told when a loudspeaker comes, goes or was chosen. @param {() => void} follower */
  follow(follower) {
    this.#followers.add(follower);
  }

  /** Let this sound come from the chosen one, now and after each change. @template {Sounding} T @param {T} sounding @returns {T} */
  route(sounding) {
    for (const known of this.#sounding) {
      if (known.deref() === sounding) return sounding;
      if (!known.deref()) this.#sounding.delete(known);
    }
    this.#sounding.add(new WeakRef(sounding));
    if (this.#sink !== OWN) void this.#send(sounding);
    return sounding;
  }

  /**
   * Where tones go: older browsers choose the loudspeaker of an element only, not of a context.
   *
   * @param {AudioContext} context
   * @returns {AudioNode}
   */
  outletOf(context) {
    if ("setSinkId" in context || !("setSinkId" in HTMLMediaElement.prototype) || this.#sink === OWN) {
      this.route(/** @type {Sounding} */ (context));
      return context.destination;
    }
    const known = this.#outlets.get(context);
    if (known) return known;
    const outlet = context.createMediaStreamDestination();
    this.#outlets.set(context, outlet);
    const audio = this.route(new Audio());
    audio.srcObject = outlet.stream;
    void audio.play().catch(() => undefined); // a page makes no sound before it is touched
    return outlet;
  }

  /** Find what there is, and use the chosen one where it is among them. */
  async look() {
    const { speakers } = await list();
    const canChoose = "setSinkId" in (globalThis.HTMLMediaElement?.prototype ?? {});
    const found = canChoose ? speakers.filter(({ label }) => label) : [];
    const wanted = chosenOf("speaker", found);
    const isLost = found.length > 0 && !wanted && chosenLabel("speaker") !== "";
    const isSame =
      isLost === this.isLost && found.map(({ label }) => label).join() === this.found.map(({ label }) => label).join();
    this.found = found;
    this.isLost = isLost;
    const isMoved = await this.#use(wanted?.deviceId ?? OWN);
    if (isMoved || !isSame) this.#tell();
  }

  /** Use this one from now on, on this machine. @param {Pick<MediaDeviceInfo, "deviceId" | "label">} speaker */
  async choose({ label }) {
    remember("speaker", label);
    await this.look();
  }

  /** @param {string} sink @returns {Promise<boolean>} whether it is another one than before */
  async #use(sink) {
    if (sink === this.#sink) return false;
    this.#sink = sink;
    await Promise.all([...this.#sounding].map((known) => this.#send(known.deref())));
    return true;
  }

  /** One that cannot be used any more leaves the sound where the machine puts it. @param {Sounding | undefined} sounding */
  async #send(sounding) {
    await sounding?.setSinkId?.(this.#sink).catch(() => sounding.setSinkId?.(OWN).catch(() => undefined));
  }

  /** @param {EventTarget | null} target */
  #begun(target) {
    if (target instanceof HTMLMediaElement && !target.muted) this.route(target);
  }

  #tell() {
    for (const follower of this.#followers) follower();
  }
}

/** This page's one. */
export const loudspeaker = new Loudspeaker();
