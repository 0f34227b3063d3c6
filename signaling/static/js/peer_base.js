/** What both ends of a call's media connection have in common: epochs, tracks, candidates, restarts. */
import { Link } from "#signaling/link.js";
import { SLOTS } from "#signaling/slots.js";
import { Watch } from "#signaling/watch.js";

/** @import { Channel } from "#signaling/channel.js" */
/** @import { Candidate, Description, MediaReady, MediaRestart, MediaState, ServerFrame, Slot } from "#signaling/messages.d.ts" */
/** @import { Turn } from "#signaling/device_memory.js" */
/** @import { Quality } from "#signaling/quality.js" */

/**
 * @typedef {object} PeerEvents
 * @property {(streams: Remote) => void} [remote] what arrives has changed
 * @property {(state: PeerState) => void} [state]
 * @property {(quality: Quality) => void} [quality] every two seconds
 * @property {(slot: Slot, on: boolean, turn: Turn) => void} [theirs] the other side switched a slot on or off, or turned its picture
 */
/** @typedef {"connecting" | "connected" | "restarting"} PeerState */
/** @typedef {{ face: MediaStream, document_camera: MediaStream, screen: MediaStream }} Remote */

export class Peer {
  /** @type {Link | null} */
  link = null;
  epoch = 0;
  #mine = /** @type {Map<Slot, MediaStreamTrack>} */ (new Map());
  #turns = /** @type {Map<Slot, Turn>} */ (new Map());
  /** @type {readonly (() => void)[]} each ends one of its own */
  #listening;
  #began = performance.now();
  #isUp = false;

  /**
   * @param {Channel} channel
   * @param {string} other the participant at the far end
   * @param {PeerEvents} [events]
   */
  constructor(channel, other, events = {}) {
    this.channel = channel;
    this.other = other;
    this.events = events;
    this.watch = new Watch(this);
    this.#listening = [
      channel.on("any", (frame) => this.handle(frame)),
      channel.on("ice_refresh", () => this.link?.setIce(channel.ice)),
    ];
  }

  /** @param {ServerFrame} frame */
  handle(frame) {
    if ("from" in frame && frame.from !== this.other) return;
    if (frame.type === "candidate") this.#candidate(frame);
    else if (frame.type === "description") this.described(frame);
    else if (frame.type === "media_restart") this.restartAsked(frame);
    else if (frame.type === "media_ready") this.theyAreReady(frame);
    else if (frame.type === "media_state") this.#switched(frame);
  }

  /** @param {Description} _frame */
  described(_frame) {}
  /** @param {MediaRestart} _frame */
  restartAsked(_frame) {}
  /** @param {Pick<MediaReady, "epoch">} _frame */
  theyAreReady(_frame) {}
  /** Ask for a new path, or for a whole new connection. @param {boolean} _renew */
  restart(_renew) {}

  /**
   * Put a track into a slot, or take it out; needs no negotiation.
   *
   * @param {Slot} slot
   * @param {MediaStreamTrack | null} track
   */
  async setTrack(slot, track) {
    if (track) this.#mine.set(slot, track);
    else this.#mine.delete(slot);
    // What ends, or is muted by the system or a switch, is told by itself: the other side shows what is, not what was.
    for (const change of ["ended", "mute", "unmute"])
      track?.addEventListener?.(change, () => this.#mine.get(slot) === track && this.tellState(slot));
    await this.link?.setTrack(slot, track);
    this.tellState(slot);
  }

  /**
   * Put each of these tracks into its slot, where it is not there already.
   *
   * @param {Partial<Record<Slot, MediaStreamTrack | null>>} tracks
   */
  async fill(tracks) {
    for (const [name, track] of Object.entries(tracks)) {
      const slot = /** @type {Slot} */ (name);
      if ((this.#mine.get(slot) ?? null) !== (track ?? null)) await this.setTrack(slot, track ?? null);
    }
  }

  /**
   * Mute or unmute without giving the device back.
   *
   * @param {Slot} slot
   * @param {boolean} on
   */
  setEnabled(slot, on) {
    const track = this.#mine.get(slot);
    if (track) track.enabled = on;
    this.tellState(slot);
  }

  /** Say how the other side turns the picture of a slot. @param {Slot} slot @param {Turn} turn */
  setTurn(slot, turn) {
    if ((this.#turns.get(slot) ?? 0) === turn) return;
    this.#turns.set(slot, turn);
    this.tellState(slot);
  }

  /** @param {Slot} slot */
  isOn(slot) {
    const track = this.#mine.get(slot);
    return Boolean(track?.enabled && track.readyState === "live" && !track.muted);
  }

  /** @param {Slot} slot */
  tellState(slot) {
    const [on, turn] = [this.isOn(slot), this.#turns.get(slot) ?? 0];
    this.channel.post({ type: "media_state", to: this.other, slot, on, turn });
  }

  /** End the connection; the tracks belong to the page that made them and are left alone. */
  close() {
    for (const stop of this.#listening) stop();
    this.watch.stop();
    this.link?.close();
    this.link = null;
  }

  /** The first frame of the other side was decoded: once an epoch. */
  up() {
    if (this.#isUp) return;
    this.#isUp = true;
    const after_ms = Math.round(performance.now() - this.#began);
    const up = { type: /** @type {const} */ ("media_up"), of: this.other, epoch: this.epoch, after_ms };
    this.channel.send(up).catch(() => undefined); // the call may have ended
  }

  /**
   * Replace the connection by one of a later epoch.
   *
   * @param {number} epoch
   * @returns {Link}
   */
  begin(epoch) {
    this.link?.close();
    this.epoch = epoch;
    this.#isUp = false;
    const link = new Link(this.channel.ice, this.#mine, {
      candidate: (candidate) => this.#ownCandidate(epoch, candidate),
      state: (state) => this.watch.moved(state),
      remote: (remote) => this.events.remote?.(remote),
    });
    this.link = link;
    this.watch.follow(link);
    this.events.remote?.(link.remote);
    return link;
  }

  /** Say which of our slots send: after each negotiation, as the other side may have reloaded. */
  tellAll() {
    for (const slot of SLOTS) this.tellState(slot);
  }

  /** @param {Candidate} frame */
  #candidate(frame) {
    if (frame.epoch === this.epoch) this.link?.addCandidate(frame);
  }

  /** @param {MediaState} frame */
  #switched(frame) {
    this.events.theirs?.(frame.slot, frame.on, frame.turn ?? 0);
  }

  /** @param {number} epoch @param {RTCIceCandidate | null} candidate */
  #ownCandidate(epoch, candidate) {
    if (epoch !== this.epoch) return;
    this.channel.post({
      type: "candidate",
      to: this.other,
      epoch,
      candidate: candidate?.candidate ?? "",
      mid: candidate?.sdpMid ?? "",
      line: candidate?.sdpMLineIndex ?? 0,
    });
  }
}
