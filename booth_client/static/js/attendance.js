/** Watches a booth for signs of its person; asks, aloud and in words, and lets the next person in. */
import { forget } from "#booth_client/forget.js";
import { presenceOf } from "#booth_client/presence.js";
import { gettext, ngettext } from "#webui/i18n.js";
import { html, render } from "#vendor/lit.js";

/** @import { KeptVisit } from "#booth_client/kept_visit.js" */
/** @import { Visit } from "#booth_client/visit.js" */

const BEAT_MS = 1000;
/** They lead from one answer to another one, and are no answer. */
const LEADING = /^(Tab|Shift|Arrow(Up|Down|Left|Right))$/;
const SIGNS = ["pointerdown", "keydown", "input", "wheel"];
/** So long is the place of somebody kept who is no longer at the booth; the receipt brings it back. */
const KEPT_S = 900;
const GOODBYE_LIMIT_MS = 3000;
/** Time in which a person says that the visit on a screen that was started again is theirs. */
const ANSWER_MS = 60_000;

export class Attendance {
  #visit;
  #keep;
  #say;
  #dialog = document.createElement("dialog");
  #touchedMs = performance.now();
  #isUsed;
  #isAsked = false;
  #isLeaving = false;

  /**
   * @param {Visit} visit
   * @param {KeptVisit} keep
   * @param {typeof import("#booth_client/voice.js").say} say
   * @param {boolean} isUsed the page began with something of a person
   */
  constructor(visit, keep, say, isUsed) {
    this.#visit = visit;
    this.#keep = keep;
    this.#say = say;
    this.#isUsed = isUsed;
    this.#dialog.className = "dialog card";
    this.#dialog.dataset.presence = "";
    this.#dialog.setAttribute("aria-labelledby", "presence-title");
    this.#dialog.setAttribute("aria-describedby", "presence-words");
    for (const sign of SIGNS) document.addEventListener(sign, (event) => this.#touched(event), { passive: true });
    document.addEventListener("person:heard", () => this.#heard());
    // Another face that came by itself is looked at first; the same face with other words is no sign of anybody.
    const arrived = new MutationObserver(([first]) => {
      if (first?.oldValue === document.body.dataset.screen || this.#due || this.#isLeaving) return;
      this.#here();
    });
    arrived.observe(document.body, { attributeFilter: ["data-screen"], attributeOldValue: true });
    setInterval(() => this.#beat(), BEAT_MS);
  }

  /** Ask now, also where the screen was just touched: somebody else may have come while the page was away. */
  ask() {
    this.#due = performance.now() + ANSWER_MS;
  }

  /** When a question that was put at once must be answered; 0: the face's own patience counts. */
  #due = 0;

  /** @param {Event} event */
  #touched(event) {
    if (event.target instanceof Element && event.target.closest("[data-another], [data-gone]")) return;
    if (this.#isAsked && event instanceof KeyboardEvent && LEADING.test(event.key)) return;
    this.#isUsed = true;
    this.#here();
  }

  /** A voice is a sign of life, but not while the question itself sounds. */
  #heard() {
    if (!this.#isAsked && this.#visit.screen === "call") this.#touchedMs = performance.now();
  }

  #here() {
    this.#touchedMs = performance.now();
    this.#due = 0;
    if (this.#visit.isDoubted) {
      this.#visit.isDoubted = false;
      this.#visit.changed();
    }
    if (!this.#isAsked) return;
    this.#isAsked = false;
    this.#dialog.close();
    this.#dialog.remove();
    render(null, this.#dialog);
  }

  #beat() {
    const { screen } = this.#visit;
    if (this.#isLeaving) return;
    const now = performance.now();
    const { presence, leftS } = this.#due
      ? { presence: now < this.#due ? "asked" : "gone", leftS: Math.ceil((this.#due - now) / 1000) }
      : presenceOf(screen, now - this.#touchedMs, this.#isUsed);
    if (presence === "asked") this.#question(leftS);
    if (presence === "gone") void this.leave();
  }

  /** @param {number} leftS */
  #question(leftS) {
    const words = ngettext(
      "Are you still there? Please touch the screen within {n} second.",
      "Are you still there? Please touch the screen within {n} seconds.",
      leftS,
    );
    const isKept = ["waiting", "held", "scheduled"].includes(this.#visit.screen);
    const receipt = this.#visit.story.ticket?.about.receipt ?? "";
    render(
      html`<div class="stack centred">
        <h2 id="presence-title">${gettext("Are you still there?")}</h2>
        <p aria-hidden="true">${words}</p>
        <p id="presence-words">${isKept ? gettext("If not, your place is kept under this number, and the next person can use the booth: {receipt}", { receipt }) : gettext("If not, everything about you is removed from this screen.")}</p>
        <button class="button button--primary button--wide" type="button">${gettext("I am still here")}</button>
        ${this.#visit.screen === "welcome" ? "" : html`<button class="button button--wide" type="button" data-gone @click=${() => this.leave()}>${gettext("I am someone else")}</button>`}
      </div>`,
      this.#dialog,
    );
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#open();
    const last = isKept
      ? [{ id: "presence.kept" }, { id: "receipt.number", params: { receipt } }]
      : [{ id: "idle.warning" }];
    // The dialog itself tells screen readers: what is outside of it is silent while it is open.
    this.#say("", { parts: [{ id: "presence.ask" }, ...last], kind: "presence", rank: "urgent" });
  }

  #open() {
    if (!this.#dialog.isConnected) document.body.append(this.#dialog);
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  /** Another person is here: ask once whether the one before is done. */
  another() {
    const close = () => this.#here();
    const inCall = this.#visit.screen === "call";
    render(
      html`<div class="stack centred">
        <h2 id="presence-title">${gettext("Are you someone else?")}</h2>
        <p id="presence-words">${inCall ? gettext("The call on this screen is then ended.") : gettext("What the person before you did is then removed from this screen; a place in the queue is kept for them.")}</p>
        <button class="button button--primary button--wide" type="button" data-gone @click=${() => this.leave()}>${gettext("Yes, start for me")}</button>
        <button class="button button--wide" type="button" @click=${close}>${gettext("No")}</button>
      </div>`,
      this.#dialog,
    );
    this.#isAsked = true;
    this.#open();
    const parts = [{ id: "another.ask" }, { id: inCall ? "another.call" : "another.kept" }];
    this.#say("", { parts, kind: "presence", rank: "urgent" });
  }

  /** The person is gone: nobody rings an empty chair, the place is kept for them, and the screen is free. */
  async leave() {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    const { screen } = this.#visit;
    const goodbye =
      screen === "waiting"
        ? this.#visit.tell({ type: "hold_place", for_s: KEPT_S })
        : screen === "ringing"
          ? this.#visit.tell({ type: "leave_queue" })
          : screen === "call"
            ? this.#visit.hangUp()
            : undefined;
    const late = new Promise((done) => setTimeout(done, GOODBYE_LIMIT_MS));
    if (goodbye) await Promise.race([goodbye, late]); // without a connection the server's own grace time does it
    await forget(this.#visit, this.#keep, true);
    this.#isUsed = false;
    this.#here();
    this.#isLeaving = false;
  }
}
