/** One citizen's visit, from the button to the receipt: its story, its connection, and what can be done. */
import { Taking } from "#booth_client/taking.js";
import { apply, BEGINNING, isForgotten, screenOf } from "#booth_client/story.js";
import { Channel } from "#signaling/channel.js";
import { asFault, ServiceFault } from "#signaling/faults.js";

/** @import { Choice, KeptVisit } from "#booth_client/kept_visit.js" */
/** @import { Ends } from "#booth_client/ends.js" */
/** @import { Consented, Story } from "#booth_client/story.js" */
/** @import { ServerFrame } from "#signaling/messages.d.ts" */
/** @import { Command, WithoutId } from "#signaling/outbox.js" */

const CONNECT_AGAIN_MS = 20_000;

export class Visit {
  /** @type {Story} */
  story = BEGINNING;
  /** @type {ServiceFault | null} */
  fault = null;
  /** @type {Choice | null} */
  choice = null;
  /** @type {Ends | null} */
  ends = null;
  isDoubted = false; // a started-again booth: another person may stand there, so no camera opens before a touch
  skewMs = 0; // how far the server's clock is ahead of ours
  #changed;
  #taking;
  #channel = /** @type {Channel | null} */ (null);
  /**
   * @param {KeptVisit} keep
   * @param {(visit: Visit) => void} changed called after every change
   */
  constructor(keep, changed) {
    this.keep = keep;
    this.#changed = changed;
    this.#taking = new Taking(this, keep);
  }

  get screen() {
    return screenOf(this.story);
  }

  /** The connection; there is one from the first press on, at a booth always. */
  get channel() {
    this.#channel ??= this.#connect();
    return this.#channel;
  }

  get connection() {
    return this.#channel?.status ?? "waiting";
  }

  get trouble() {
    return this.#channel?.trouble ?? "";
  }

  /** Whether taking a number was given up. */
  get hasStopped() {
    return this.#taking.hasStopped;
  }

  get token() {
    return this.keep.visit?.token ?? "";
  }

  /** Come back after a reload, if there is something to come back to. */
  resume() {
    const kept = this.keep.visit;
    if (kept) {
      this.choice = kept.choice;
      this.story = { ...this.story, asked: true };
    }
    if (kept || this.keep.device?.isBooth) this.channel.open();
    this.#changed(this);
    this.#taking.showStub();
  }

  /** Take a ticket. @param {Choice} choice */
  async press(choice) {
    if (this.story.asked) return;
    this.choice = choice;
    this.fault = null;
    this.story = { ...BEGINNING, asked: true };
    this.#changed(this);
    await this.#taking.take();
  }

  /** Go on trying to take the number: at once, or anew where that was given up. */
  async tryNow() {
    if (this.hasStopped) await this.#taking.take();
    else this.#channel?.tryNow();
  }

  /** @param {WithoutId<Command>} command @returns {Promise<boolean>} whether it was carried out */
  async tell(command) {
    try {
      const answer = await this.channel.send(command);
      if (answer.type === "ticket_taken" && this.choice) this.keep.hold(answer, this.choice);
      this.fault = null;
      return true;
    } catch (problem) {
      this.fault = asFault(problem);
      return false;
    } finally {
      this.#changed(this);
    }
  }

  /** @param {number} level @param {string[]} reasons @param {string} comment */
  async rate(level, reasons, comment) {
    if (await this.tell({ type: "rate", level, reasons, comment })) this.#become({ ...this.story, rated: level });
  }

  /** What was agreed to, or taken back, from now on. @param {Consented} said */
  agreed(said) {
    this.#become({ ...this.story, consents: { ...this.story.consents, ...said } });
  }

  async hangUp() {
    this.#become({ ...this.story, hungUp: true });
    await this.tell({ type: "hang_up" });
  }

  /** Go on in this window after another one had taken over. */
  takeOver() {
    this.#channel?.close();
    this.#channel = null;
    this.#become({ ...this.story, over: "" });
    this.channel.open();
    this.#taking.showStub();
  }

  /** Something about the visit is to be drawn anew. */
  changed() {
    this.#changed(this);
  }

  /** No ticket came of the press: back to the beginning, with the reason. @param {ServiceFault} fault */
  refused(fault) {
    this.keep.visit = null;
    this.fault = fault;
    this.#become(BEGINNING);
  }

  /** Nothing of the visit stays: not in the page, not in storage, not on the wire. @param {number} [againMs] when a booth connects again */
  wipe(againMs = 0) {
    this.keep.visit = null;
    this.#channel?.close();
    this.#channel = null;
    [this.choice, this.fault] = [null, null];
    this.#become(BEGINNING);
    setTimeout(() => this.keep.device?.isBooth && this.channel.open(), againMs);
  }

  #connect() {
    const channel = new Channel(() => this.keep.introduce());
    channel.on("any", (frame) => this.#heard(frame));
    channel.on("status", () => this.#changed(this));
    channel.on("trouble", () => this.#changed(this));
    channel.on("over", (code) => this.#ended(code));
    return channel;
  }

  /** @param {ServerFrame} frame */
  #heard(frame) {
    if (frame.type === "welcome") this.skewMs = frame.server_ms - Date.now();
    if (frame.type === "ticket") this.keep.note(frame.ticket.callback_at_ms);
    if (isForgotten(this.story, frame)) this.#taking.again();
    else this.#become(apply(this.story, frame));
  }

  /** @param {string} code */
  #ended(code) {
    this.#channel = null;
    if (code === "superseded") return this.#become({ ...this.story, over: code });
    if (code === "bad_booth_proof" || code === "signed_out") this.keep.device?.refuse();
    if (code === "bad_booth_proof") return this.resume(); // the visit goes on, as at any PC
    this.wipe(this.keep.visit ? 0 : CONNECT_AGAIN_MS); // nobody at a booth would reload it
    this.fault = new ServiceFault(code);
    this.#changed(this);
  }

  /** @param {Story} story */
  #become(story) {
    if (story === this.story) return;
    this.story = story;
    if (["goodbye", "ended"].includes(this.screen)) this.keep.end();
    this.#changed(this);
  }
}
