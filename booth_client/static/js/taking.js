/** Takes the ticket that was asked for, and takes it again by its stub where the server has forgotten it. */
import { isUnanswered, takeTicket } from "#booth_client/kept_visit.js";
import { asFault } from "#signaling/faults.js";

/** @import { KeptVisit } from "#booth_client/kept_visit.js" */
/** @import { Visit } from "#booth_client/visit.js" */

const SHOW_AGAIN_MS = 3_000;
/** So long a press is carried over connections that break; after that nobody may be at the screen any more. */
const LIMIT_MS = 180_000;

export class Taking {
  #visit;
  #keep;
  /** Whether a forgotten ticket is being taken again, so that this is begun once. */
  #isFresh = false;
  /** Whether it was given up; the person may try again. */
  hasStopped = false;

  /** @param {Visit} visit @param {KeptVisit} keep */
  constructor(visit, keep) {
    this.#visit = visit;
    this.#keep = keep;
  }

  /** @param {string} [stub] of an earlier ticket, which then stands where it stood */
  async take(stub = "") {
    const { choice, channel } = this.#visit;
    if (!choice) return;
    this.#stop(false);
    channel.open();
    try {
      const answer = await channel.send(takeTicket(choice, stub, this.#keep.visit?.callbackAtMs), LIMIT_MS);
      if (answer.type !== "ticket_taken") return;
      this.#keep.hold(answer, choice);
      this.#isFresh = false;
    } catch (problem) {
      const fault = asFault(problem);
      if (!stub && fault.code === "departure") return; // left by the person
      if (stub && isUnanswered(fault)) {
        if (fault.code !== "departure") setTimeout(() => this.showStub(), SHOW_AGAIN_MS);
      } else if (fault.code === "unavailable" && this.#visit.story.asked) this.#stop(true);
      else this.#visit.refused(fault);
    }
  }

  /** The server does not know the ticket any more: take it again by its stub, once. */
  again() {
    const kept = this.#keep.visit;
    if (!kept || this.#isFresh) return;
    this.#isFresh = true;
    this.#keep.visit = { ...kept, token: "" }; // the stub outlives a reload until it is a ticket again
    this.showStub();
  }

  /** Show the stub of a ticket that the server does not know. */
  showStub() {
    const kept = this.#keep.visit;
    if (kept && !kept.token && !this.#visit.story.over) void this.take(kept.stub);
  }

  /** @param {boolean} hasStopped */
  #stop(hasStopped) {
    if (this.hasStopped === hasStopped) return;
    this.hasStopped = hasStopped;
    this.#visit.changed();
  }
}
