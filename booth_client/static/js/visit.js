/** One citizen's visit, from the button to the receipt: its story, its connection, and what can be done. */
import { isUnanswered, takeTicket } from "#booth_client/keep.js";
import { apply, BEGINNING, isForgotten, screenOf } from "#booth_client/story.js";
import { Channel } from "#signaling/channel.js";
import { asFault, ServiceFault } from "#signaling/faults.js";

/** @import { Choice, Keep } from "#booth_client/keep.js" */
/** @import { Ends } from "#booth_client/ends.js" */
/** @import { Consented, Story } from "#booth_client/story.js" */
/** @import { ServerFrame } from "#signaling/messages.d.ts" */
/** @import { Command, WithoutId } from "#signaling/outbox.js" */

const SHOW_AGAIN_MS = 3_000;
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
  skewMs = 0; // how far the server's clock is ahead of ours
  #changed;
  #channel = /** @type {Channel | null} */ (null);
  /** Whether a forgotten ticket is being taken again, so that this is begun once. */
  #fresh = false;

  /**
   * @param {Keep} keep
   * @param {(visit: Visit) => void} changed called after every change
   */
  constructor(keep, changed) {
    this.keep = keep;
    this.#changed = changed;
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
    this.#showStub();
  }

  /** Take a ticket. @param {Choice} choice */
  async press(choice) {
    if (this.story.asked) return;
    this.choice = choice;
    this.fault = null;
    this.story = { ...BEGINNING, asked: true };
    this.#changed(this);
    await this.#take("");
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
    this.#showStub();
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

  /** @param {string} stub of an earlier ticket, which then stands where it stood */
  async #take(stub) {
    const choice = this.choice;
    if (!choice) return;
    this.channel.open();
    try {
      const answer = await this.channel.send(takeTicket(choice, stub, this.keep.visit?.callbackAtMs));
      if (answer.type !== "ticket_taken") return;
      this.keep.hold(answer, choice);
      this.#fresh = false;
    } catch (problem) {
      const fault = asFault(problem);
      if (stub && isUnanswered(fault.code)) {
        if (fault.code !== "departure") setTimeout(() => this.#showStub(), SHOW_AGAIN_MS);
        return;
      }
      this.keep.visit = null;
      this.fault = fault;
      this.#become(BEGINNING);
    }
  }

  #connect() {
    const channel = new Channel(() => this.keep.introduce());
    channel.on("any", (frame) => this.#heard(frame));
    channel.on("status", () => this.#changed(this));
    channel.on("over", (code) => this.#ended(code));
    return channel;
  }

  /** @param {ServerFrame} frame */
  #heard(frame) {
    if (frame.type === "welcome") this.skewMs = frame.server_ms - Date.now();
    if (frame.type === "ticket") this.keep.note(frame.ticket.callback_at_ms);
    if (isForgotten(this.story, frame)) this.#forgotten();
    else this.#become(apply(this.story, frame));
  }

  /** The server does not know the ticket any more: take it again by its stub, once. */
  #forgotten() {
    const kept = this.keep.visit;
    if (!kept || this.#fresh) return;
    this.#fresh = true;
    this.keep.visit = { ...kept, token: "" }; // the stub outlives a reload until it is a ticket again
    this.#showStub();
  }

  #showStub() {
    const kept = this.keep.visit;
    if (kept && !kept.token && !this.story.over) void this.#take(kept.stub);
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
