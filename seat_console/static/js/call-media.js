/** Sound and picture of a call on the seat's side: devices opened while it rings, one peer a session. */
/** @import { Channel } from "#signaling/channel.js" */
/** @import { Remote } from "#signaling/peer_base.js" */
/** @import { Slot } from "#signaling/messages.d.ts" */
import { SeatPeer } from "#signaling/peer.js";
import { openDevices } from "#seat_console/devices.js";

/**
 * @typedef {object} MediaView
 * @property {Partial<Record<"camera" | "document_camera" | "screen", MediaStream>>} remote what the citizen sends now
 * @property {MediaStream | null} mine
 * @property {{ microphone: boolean, camera: boolean, screen: boolean }} on
 * @property {"new" | "up" | "mending"} health
 * @property {number} score of the connection, 1-5; 0 while unknown
 * @property {string} fault what is wrong with this PC's devices
 */

/** @type {MediaView} */
const NOTHING = {
  remote: {},
  mine: null,
  on: { microphone: false, camera: false, screen: false },
  health: "new",
  score: 0,
  fault: "",
};

export class CallMedia {
  #channel;
  #changed;
  /** @type {SeatPeer | null} */
  #peer = null;
  #session = "";
  /** @type {Promise<MediaStream> | null} */
  #opening = null;
  /** @type {Partial<Record<Slot, boolean>>} what the citizen's side says it sends */
  #theirs = {};
  /** @type {Remote | null} */
  #remote = null;
  /** @type {MediaStreamTrack | null} */
  #screen = null;
  /** @type {MediaView} */
  state = NOTHING;

  /**
   * @param {Channel} channel
   * @param {() => void} changed
   */
  constructor(channel, changed) {
    this.#channel = channel;
    this.#changed = changed;
  }

  /** Open the devices ahead of the answer: half a second of the citizen's wait is saved. */
  prepare() {
    this.#opening ??= openDevices().then(({ stream, fault }) => {
      this.#set({
        mine: stream,
        fault,
        on: { ...this.state.on, microphone: hasAudio(stream), camera: hasVideo(stream) },
      });
      return stream;
    });
    return this.#opening;
  }

  /** @param {string} session */
  async begin(session) {
    if (session === this.#session) return;
    this.#hangUp();
    this.#session = session;
    const peer = new SeatPeer(this.#channel, {
      remote: (remote) => this.#arrived(remote),
      theirs: (slot, on) => this.#switched(slot, on),
      state: (state) =>
        this.#set({ health: state === "connected" ? "up" : state === "restarting" ? "mending" : "new" }),
      quality: ({ score }) => this.#set({ score }),
    });
    this.#peer = peer;
    peer.start();
    const stream = await this.prepare();
    if (this.#peer !== peer) return;
    await Promise.all(
      stream.getTracks().map((track) => peer.setTrack(track.kind === "audio" ? "microphone" : "camera", track)),
    );
  }

  /** The call is over: nothing of this PC is on any more. */
  end() {
    this.#hangUp();
    for (const track of this.state.mine?.getTracks() ?? []) track.stop();
    this.#opening = null;
    this.state = NOTHING;
    this.#changed();
  }

  /** @param {"microphone" | "camera"} slot */
  toggle(slot) {
    const on = !this.state.on[slot];
    const tracks = slot === "microphone" ? this.state.mine?.getAudioTracks() : this.state.mine?.getVideoTracks();
    if (!tracks?.length) return;
    for (const track of tracks) track.enabled = on;
    this.#peer?.setEnabled(slot, on);
    this.#set({ on: { ...this.state.on, [slot]: on } });
  }

  /** Show the citizen a window of this PC, or stop showing it. */
  async toggleScreen() {
    if (this.#screen) return this.#stopScreen();
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 10 } } });
      this.#screen = stream.getVideoTracks()[0] ?? null;
    } catch {
      return; // the agent closed the browser's own chooser
    }
    if (!this.#screen) return;
    this.#screen.onended = () => this.#stopScreen();
    await this.#peer?.setTrack("screen", this.#screen);
    this.#set({ on: { ...this.state.on, screen: true } });
  }

  async #stopScreen() {
    this.#screen?.stop();
    this.#screen = null;
    await this.#peer?.setTrack("screen", null);
    this.#set({ on: { ...this.state.on, screen: false } });
  }

  #hangUp() {
    this.#screen?.stop();
    this.#screen = null;
    this.#peer?.close();
    this.#peer = null;
    this.#session = "";
    this.#theirs = {};
    this.#remote = null;
    this.#set({ remote: {}, health: "new", score: 0, on: { ...this.state.on, screen: false } });
  }

  /** @param {Remote} remote */
  #arrived(remote) {
    this.#remote = remote;
    for (const view of /** @type {const} */ (["document_camera", "screen"]))
      for (const track of remote[view].getTracks()) track.onunmute = track.onmute = () => this.#show();
    this.#show();
  }

  /**
   * @param {Slot} slot
   * @param {boolean} on
   */
  #switched(slot, on) {
    this.#theirs = { ...this.#theirs, [slot]: on };
    this.#show();
  }

  /** A further camera is on when the other side says so; where it says nothing, when its pictures arrive. */
  #show() {
    const remote = this.#remote;
    if (!remote) return;
    const isOn = (/** @type {"document_camera" | "screen"} */ view) =>
      this.#theirs[view] ?? remote[view].getTracks().some((track) => !track.muted);
    this.#set({
      remote: {
        camera: remote.face,
        ...(isOn("document_camera") ? { document_camera: remote.document_camera } : {}),
        ...(isOn("screen") ? { screen: remote.screen } : {}),
      },
    });
  }

  /** @param {Partial<MediaView>} change */
  #set(change) {
    this.state = { ...this.state, ...change };
    this.#changed();
  }
}

/** @param {MediaStream} stream */
const hasAudio = (stream) => stream.getAudioTracks().length > 0;
/** @param {MediaStream} stream */
const hasVideo = (stream) => stream.getVideoTracks().length > 0;
