/** The two ends a citizen can choose, of the call and of the wait: each may be taken back for some seconds. */
import { gettext, ngettext } from "#webui/i18n.js";
import { SecondThought } from "#webui/second_thought.js";
import { html } from "#vendor/lit.js";

/** @import { Visit } from "#booth_client/visit.js" */
/** @typedef {"call" | "queue"} End */

/** Faces of one who stands in the line: between them the wish to leave stays. */
const LINE = ["waiting", "held", "scheduled"];

export class Ends {
  #visit;
  #thought;
  #screen = "";

  /** @param {Visit} visit @param {() => void} changed */
  constructor(visit, changed) {
    this.#visit = visit;
    this.#thought = new SecondThought(changed);
  }

  get isAsked() {
    return this.#thought.what !== "";
  }

  /** Begin to end it. @param {End} end */
  begin(end) {
    const visit = this.#visit;
    this.#thought.begin(end, () => void (end === "call" ? visit.hangUp() : visit.tell({ type: "leave_queue" })));
  }

  /** Forget it when the face changed by itself: it rings, or the other side has ended the call. @param {string} screen */
  follow(screen) {
    const isSame = screen === this.#screen || (LINE.includes(screen) && LINE.includes(this.#screen));
    this.#screen = screen;
    if (!isSame) this.#thought.undo();
  }

  /** The bar with the way back. */
  view() {
    const thought = this.#thought;
    if (!thought.what) return "";
    const [isCall, n] = [thought.what === "call", thought.left];
    const words = isCall
      ? ngettext("The call ends in {n} second.", "The call ends in {n} seconds.", n)
      : ngettext("You leave the queue in {n} second.", "You leave the queue in {n} seconds.", n);
    const back = (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && thought.undo();
    return html`<section class="undo" role="alertdialog" aria-labelledby="undo-words" @keydown=${back}>
      <p id="undo-words" class="undo__words">${words}</p>
      <button class="button button--primary" type="button" data-undo @click=${() => thought.undo()}>${isCall ? gettext("No, go on talking") : gettext("No, stay in the queue")}</button>
      <button class="button" type="button" data-end-now @click=${() => thought.now()}>${isCall ? gettext("End the call now") : gettext("Leave now")}</button>
    </section>`;
  }
}
