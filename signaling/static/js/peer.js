/** The media connection of a call, as the seat's page (which offers) and the citizen's page (which answers) hold it. */
import { Peer } from "#signaling/peer_base.js";

/** @import { Description, MediaReady, MediaRestart } from "#signaling/messages.d.ts" */

const ANSWER_LIMIT_MS = 4_000;
const FRESH_OFFER_MS = 1_000;

/** The seat's page: always offers, decides on restarts and epochs. */
export class SeatPeer extends Peer {
  #offeredAt = 0;
  #isAnswered = false;
  #late = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);

  /** Ask the citizen's side to say that it is ready; it does so by itself where it comes later. */
  start() {
    this.channel.post({ type: "media_restart", to: this.other, epoch: this.epoch, renew: true });
  }

  /** @param {Pick<MediaReady, "epoch">} frame */
  theyAreReady(frame) {
    const isFresh = !this.#isAnswered && performance.now() - this.#offeredAt < FRESH_OFFER_MS;
    if (this.link && isFresh && (frame.epoch ?? 0) < this.epoch) return;
    this.begin(Math.max(this.epoch, frame.epoch ?? 0) + 1).addSlots();
    void this.#offer(false);
  }

  /** @param {boolean} renew */
  restart(renew) {
    if (renew || !this.link) this.start();
    else void this.#offer(true);
  }

  /** @param {MediaRestart} frame */
  restartAsked(frame) {
    if (frame.epoch !== this.epoch) return;
    if (frame.renew) this.theyAreReady({ epoch: this.epoch });
    else void this.#offer(true);
  }

  /** @param {Description} frame */
  async described(frame) {
    if (frame.kind !== "answer" || frame.epoch !== this.epoch || !this.link || this.#isAnswered) return;
    clearTimeout(this.#late);
    this.#isAnswered = true;
    await this.link.takeAnswer(frame.sdp);
    this.tellAll();
  }

  /** @param {boolean} iceRestart */
  async #offer(iceRestart) {
    const { epoch, link } = this;
    this.#offeredAt = performance.now();
    this.#isAnswered = false;
    clearTimeout(this.#late);
    this.#late = setTimeout(() => this.restart(true), ANSWER_LIMIT_MS);
    const sdp = await link?.offer(iceRestart);
    if (sdp && epoch === this.epoch)
      this.channel.post({ type: "description", to: this.other, epoch, kind: "offer", sdp });
  }

  close() {
    clearTimeout(this.#late);
    super.close();
  }
}

/** The citizen's page: says when it is ready, answers, and asks for restarts. */
export class CitizenPeer extends Peer {
  /** Say that offers can be answered from now on. */
  start() {
    this.channel.post({ type: "media_ready", to: this.other, epoch: this.epoch });
  }

  /** @param {boolean} renew */
  restart(renew) {
    if (this.epoch) this.channel.post({ type: "media_restart", to: this.other, epoch: this.epoch, renew });
    else this.start();
  }

  /** @param {MediaRestart} frame */
  restartAsked(frame) {
    if (frame.renew) this.start();
  }

  /** @param {Description} frame */
  async described(frame) {
    if (frame.kind !== "offer" || frame.epoch < this.epoch) return;
    const link = this.link && frame.epoch === this.epoch ? this.link : this.begin(frame.epoch);
    const sdp = await link.answer(frame.sdp);
    if (!sdp || this.link !== link) return;
    this.channel.post({ type: "description", to: this.other, epoch: frame.epoch, kind: "answer", sdp });
    this.tellAll();
  }
}
