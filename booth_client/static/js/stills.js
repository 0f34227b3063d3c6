/** Pictures of papers: asked for by the agent, with a countdown, or taken by the person's own wish. */
import { stillName, takeStill } from "#booth_client/still.js";
import { gettext } from "#webui/i18n.js";

/** @import { OwnDevices } from "#booth_client/check.js" */
/** @import { Manner } from "#booth_client/visit_faces.js" */
/** @import { Outgoing } from "#booth_client/sending.js" */
/** @import { Visit } from "#booth_client/visit.js" */
/**
 * @typedef {object} Pending a picture about to be taken
 * @property {number} left seconds; 0 while it is taken
 * @property {string} request the agent's, or nothing
 * @property {string} material
 * @property {string} why the device's error, when it failed
 */

const COUNT_FROM = 5;
const SECOND_MS = 1000;

export class Stills {
  /** @type {Pending | null} */
  pending = null;
  #visit;
  #devices;
  #outgoing;
  #manner;
  #changed;
  #countdown = 0;
  #answered = "";

  /**
   * @param {Visit} visit
   * @param {OwnDevices} devices
   * @param {Outgoing} outgoing
   * @param {Manner} manner
   * @param {() => void} changed
   */
  constructor(visit, devices, outgoing, manner, changed) {
    this.#visit = visit;
    this.#devices = devices;
    this.#outgoing = outgoing;
    this.#manner = manner;
    this.#changed = changed;
  }

  /** Take up the agent's request, once. @param {{ request: string, material: string } | null} asked */
  follow(asked) {
    if (!asked || asked.request === this.#answered) return;
    this.#answered = asked.request;
    const words = gettext("Staff would like a photo of your document. Please put it under the camera.");
    this.#manner.say(words, { id: "call.still", rank: "urgent" });
    this.#prepare(asked.request, asked.material);
    // Of itself only where the person agreed to be seen; else their own press takes it.
    if (this.#devices.camera.track) this.#countdown = window.setInterval(() => this.#count(), SECOND_MS);
  }

  /** By the person's own wish: no countdown. */
  prepare(material = "") {
    this.#prepare("", material);
    this.#manner.say("", { id: "call.lay", kind: "still" });
  }

  /** Say no, or put the camera away. */
  refuse() {
    const request = this.pending?.request;
    this.end();
    this.#changed();
    if (request) this.#tellFailure(request, "declined");
  }

  end() {
    window.clearInterval(this.#countdown);
    this.pending = null;
  }

  async shoot() {
    const { pending } = this;
    if (!pending) return;
    window.clearInterval(this.#countdown);
    this.#become({ ...pending, left: 0, why: "" });
    try {
      const track = (await this.#devices.openPaperCamera()) ?? this.#devices.camera.track;
      if (!track) throw new DOMException("no camera", "NotFoundError");
      const picture = await takeStill(track, this.#devices.paperTurn);
      this.#become(null);
      await this.#send(picture, pending);
    } catch (problem) {
      const why = problem instanceof Error ? problem.name : "Error";
      this.#become({ ...pending, left: 0, why });
      this.#manner.say("", { id: "call.still_failed", rank: "urgent" });
      if (pending.request) this.#tellFailure(pending.request, why);
    }
  }

  /** @param {string} request @param {string} material */
  #prepare(request, material) {
    window.clearInterval(this.#countdown);
    this.#become({ left: COUNT_FROM, request, material, why: "" });
    void this.#devices.openPaperCamera();
  }

  #count() {
    const { pending } = this;
    if (!pending) window.clearInterval(this.#countdown);
    else if (pending.left <= 1) void this.shoot();
    else this.#become({ ...pending, left: pending.left - 1 });
  }

  /** @param {Blob} picture @param {Pending} pending */
  async #send(picture, { request, material }) {
    const name = stillName(picture, new Date());
    const document = await this.#outgoing.add(
      picture,
      { name, purpose: "still", material, request },
      this.#visit.token,
    );
    if (request) await this.#visit.tell({ type: "still_taken", request, document });
  }

  /** @param {string} request @param {string} why */
  #tellFailure(request, why) {
    void this.#visit.tell({ type: "still_failed", request, why });
  }

  /** @param {Pending | null} pending */
  #become(pending) {
    this.pending = pending;
    this.#changed();
  }
}
