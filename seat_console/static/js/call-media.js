/** Sound and picture of a call on the seat's side: devices opened while it rings, one peer a session. */
/** @import { Channel } from "#signaling/channel.js" */
/** @import { Remote } from "#signaling/peer_base.js" */
/** @import { Turn } from "#signaling/device_memory.js" */
/** @import { Slot } from "#signaling/messages.d.ts" */
import { SeatPeer } from "#signaling/peer.js";
import { loudspeaker } from "#signaling/loudspeaker.js";
import { OwnTracks } from "#signaling/own_tracks.js";
import { ScreenShare } from "#seat_console/screen-share.js";
import { deviceFault } from "#seat_console/devices.js";

/**
 * @typedef {object} MediaView
 * @property {Partial<Record<"camera" | "document_camera" | "screen", MediaStream>>} remote what the citizen sends now
 * @property {MediaStream | null} mine
 * @property {{ microphone: boolean, camera: boolean, screen: boolean }} on
 * @property {"new" | "up" | "mending"} health
 * @property {number} score of the connection, 1-5; 0 while unknown
 * @property {string} fault what is wrong with this PC's devices
 * @property {Partial<Record<Slot, boolean>>} theirs what the citizen's side says it sends
 * @property {Turn} paperTurn how the document camera's picture stands upright
 */

/** @type {MediaView} */
const NOTHING = {
  remote: {},
  mine: null,
  on: { microphone: false, camera: false, screen: false },
  health: "new",
  score: 0,
  fault: "",
  theirs: {},
  paperTurn: 0,
};

export class CallMedia {
  #channel;
  #changed;
  /** @type {SeatPeer | null} */
  #peer = null;
  #session = "";
  /** This PC's microphone and camera. */
  own = new OwnTracks(() => this.#ownChanged());
  /** What the agent switched off; a device that comes back is as it was left. */
  #off = { microphone: false, camera: false };
  /** @type {Partial<Record<Slot, boolean>>} what the citizen's side says it sends */
  #theirs = {};
  /** @type {Remote | null} */
  #remote = null;
  #screen = new ScreenShare((track) => this.#showScreen(track));
  /** @type {MediaView} */
  state = NOTHING;

  /** @param {Channel} channel @param {() => void} changed */
  constructor(channel, changed) {
    this.#channel = channel;
    this.#changed = changed;
    loudspeaker.follow(() => this.#ownChanged());
  }

  /** Open the devices ahead of the answer: half a second of the citizen's wait is saved. */
  prepare = async () => {
    await this.own.open();
    await loudspeaker.look();
  };

  /** @param {string} session */
  begin(session) {
    if (session === this.#session) return;
    this.#hangUp();
    this.#session = session;
    const peer = new SeatPeer(this.#channel, "citizen", {
      remote: (remote) => this.#arrived(remote),
      theirs: (slot, on, turn) => this.#switched(slot, on, turn),
      state: (state) =>
        this.#set({ health: state === "connected" ? "up" : state === "restarting" ? "mending" : "new" }),
      quality: ({ score }) => this.#set({ score }),
    });
    this.#peer = peer;
    peer.start();
    this.#fill();
    void this.prepare();
  }

  /** Send what is open, as the agent left it. */
  #fill() {
    const { microphone, camera } = this.own;
    if (microphone.track) microphone.track.enabled = !this.#off.microphone;
    if (camera.track) camera.track.enabled = !this.#off.camera;
    void this.#peer?.fill({ microphone: microphone.track, camera: camera.track });
  }

  /** The buttons and the own picture show what the devices do. */
  #ownChanged() {
    this.#fill();
    const tracks = [this.own.microphone.track, this.own.camera.track].filter((each) => each !== null);
    const before = this.state.mine?.getTracks() ?? [];
    const isSame = tracks.length === before.length && tracks.every((each) => before.includes(each));
    this.#set({
      mine: isSame ? this.state.mine : new MediaStream(tracks),
      fault:
        this.own.isOpening && !this.own.isAsking
          ? ""
          : deviceFault(this.own.stateOf("microphone"), this.own.stateOf("camera"), loudspeaker.isLost),
      on: {
        ...this.state.on,
        microphone: !this.#off.microphone && this.own.isLive("microphone"),
        camera: !this.#off.camera && this.own.isLive("camera"),
      },
    });
  }

  /** The call is over: nothing of this PC is on any more. */
  end() {
    this.#hangUp();
    this.own.close();
    this.#off = { microphone: false, camera: false };
    this.state = NOTHING;
    this.#changed();
  }

  /** Switch a device off or on; where it is lost or was refused, open it again. @param {"microphone" | "camera"} slot */
  toggle(slot) {
    if (!this.own[slot].track) return void this.own.open();
    this.#off[slot] = !this.#off[slot];
    this.#peer?.setEnabled(slot, !this.#off[slot]);
    this.#ownChanged();
  }

  /** Show the citizen a window of this PC, or stop showing it. */
  toggleScreen() {
    return this.#screen.toggle();
  }

  /** @param {MediaStreamTrack | null} track */
  #showScreen(track) {
    void this.#peer?.setTrack("screen", track);
    this.#set({ on: { ...this.state.on, screen: track !== null } });
  }

  #hangUp() {
    this.#screen.stop();
    this.#peer?.close();
    this.#peer = null;
    this.#session = "";
    this.#theirs = {};
    this.#remote = null;
    this.#set({
      remote: {},
      theirs: {},
      paperTurn: 0,
      health: "new",
      score: 0,
    });
  }

  /** @param {Remote} remote */
  #arrived(remote) {
    this.#remote = remote;
    for (const view of /** @type {const} */ (["document_camera", "screen"]))
      for (const track of remote[view].getTracks()) track.onunmute = track.onmute = () => this.#show();
    this.#show();
  }

  /** @param {Slot} slot @param {boolean} on @param {Turn} turn */
  #switched(slot, on, turn) {
    this.#theirs = { ...this.#theirs, [slot]: on };
    this.#set({ theirs: this.#theirs, ...(slot === "document_camera" ? { paperTurn: turn } : {}) });
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
