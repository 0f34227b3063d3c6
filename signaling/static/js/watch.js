/** Watches a media connection: first frame, quality, and what to do when it is lost. */
import { FULL, LEVELS, next } from "#signaling/degrade.js";
import { judge, read } from "#signaling/quality.js";
import { SLOTS, tune } from "#signaling/slots.js";

/** @import { Link } from "#signaling/link.js" */
/** @import { Peer } from "#signaling/peer_base.js" */
/** @import { Reading } from "#signaling/quality.js" */

const FIRST_FRAME_POLL_MS = 100;
const VOICE_ONLY_AFTER_MS = 2_000;
const READ_EVERY_MS = 2_000;
const PATIENCE_MS = 2_500;
const RENEW_AFTER_MS = 5_000;
const SILENT_READINGS = 3;

export class Watch {
  #peer;
  #link = /** @type {Link | null} */ (null);
  #timers = /** @type {Set<ReturnType<typeof setTimeout>>} */ (new Set());
  #rescue = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
  #last = /** @type {Reading | null} */ (null);
  #standing = FULL;
  #silent = 0;

  /** @param {Peer} peer */
  constructor(peer) {
    this.#peer = peer;
  }

  /** Turn to the connection of a new epoch. @param {Link} link */
  follow(link) {
    this.stop();
    this.#link = link;
    this.#last = null;
    this.#silent = 0;
    this.#peer.events.state?.("connecting");
    this.#later(() => this.#awaitFirstFrame(performance.now()), FIRST_FRAME_POLL_MS);
    this.#later(() => this.#reading(), READ_EVERY_MS);
    this.#expectRescue(RENEW_AFTER_MS * 2, true);
  }

  stop() {
    this.#link = null;
    clearTimeout(this.#rescue);
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  /** @param {RTCPeerConnectionState} state */
  moved(state) {
    if (state === "connected") {
      clearTimeout(this.#rescue);
      this.#silent = 0;
      this.#peer.events.state?.("connected");
    } else if (state === "disconnected") {
      this.#expectRescue(PATIENCE_MS, false);
    } else if (state === "failed") {
      this.#expectRescue(0, false);
    }
  }

  /**
   * A new path first, a new connection next, again and again while the call goes on.
   *
   * @param {number} afterMs
   * @param {boolean} renew
   */
  #expectRescue(afterMs, renew) {
    clearTimeout(this.#rescue);
    this.#rescue = setTimeout(() => {
      this.#peer.events.state?.("restarting");
      this.#peer.restart(renew);
      this.#expectRescue(RENEW_AFTER_MS, true);
    }, afterMs);
  }

  /** @param {number} since */
  async #awaitFirstFrame(since) {
    const reading = await this.#read();
    if (!reading) return;
    const voiceOnly = performance.now() - since > VOICE_ONLY_AFTER_MS && reading.received > 0;
    if (reading.framesDecoded > 0 || voiceOnly) this.#peer.up();
    else this.#later(() => this.#awaitFirstFrame(since), FIRST_FRAME_POLL_MS);
  }

  async #reading() {
    const reading = await this.#read();
    if (!reading) return;
    if (this.#last) {
      const quality = judge(this.#last, reading);
      this.#peer.events.quality?.(quality);
      this.#silent = quality.kbpsIn === 0 && reading.bytesIn > 0 ? this.#silent + 1 : 0;
      if (this.#silent === SILENT_READINGS) this.#expectRescue(0, false);
      await this.#adapt(quality);
    }
    this.#last = reading;
    this.#later(() => this.#reading(), READ_EVERY_MS);
  }

  /** @param {import("#signaling/quality.js").Quality} quality */
  async #adapt(quality) {
    const before = this.#standing.level;
    this.#standing = next(this.#standing, quality);
    if (this.#standing.level === before) return;
    const limits = LEVELS[this.#standing.level] ?? {};
    for (const slot of SLOTS) {
      const sender = this.#link?.sender(slot);
      if (sender) await tune(sender, slot, limits[slot]);
    }
  }

  async #read() {
    const link = this.#link;
    const report = await link?.connection.getStats().catch(() => undefined); // closed meanwhile
    return report && link === this.#link ? read(report, performance.now()) : null;
  }

  /** @param {() => unknown} step @param {number} afterMs */
  #later(step, afterMs) {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      step();
    }, afterMs);
    this.#timers.add(timer);
  }
}
