/** `<close-form>`: the outcome without which no call ends, and in wrap-up its correction; a notice names what is missing. */
/** @import { Call } from "#seat_console/call.js" */
import { html, nothing } from "#vendor/lit.js";
import { gettext, ngettext } from "#webui/i18n.js";
import { SecondThought } from "#webui/second_thought.js";
import { lacking, lines } from "#seat_console/checklist.js";
import { icon } from "#seat_console/icons.js";
import { Panel } from "#seat_console/panel.js";
import { OUTCOME_KEYS, outcomeWord } from "#seat_console/words.js";

export class CloseForm extends Panel {
  static properties = {
    call: { attribute: false },
    outcome: { state: true },
    missing: { state: true },
    isSending: { state: true },
    fault: { state: true },
  };

  constructor() {
    super();
    /** @type {Call | null} */
    this.call = null;
    this.outcome = "";
    /** @type {ReadonlySet<string> | null} null until the agent has touched the ticks */
    this.missing = null;
    this.isSending = false;
    this.fault = "";
    this.thought = new SecondThought(() => this.requestUpdate());
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.thought.undo();
  }

  /** The call is over: what is sent now corrects its closing. */
  get isCorrection() {
    return Boolean(this.call?.ended);
  }

  /** @override */
  willUpdate() {
    const { call } = this;
    if (!call?.ended || this.outcome) return;
    const known = new Set(call.ended.notice);
    this.outcome = call.ended.outcome;
    this.missing = new Set((call.guide?.materials ?? []).filter(({ name }) => known.has(name)).map(({ key }) => key));
  }

  /** @override */
  render() {
    return html`
      <form class="close" @submit=${this.submit} aria-labelledby="close-title">
        <h2 class="panel__title" id="close-title">${this.isCorrection ? gettext("Correct the result") : gettext("Outcome")} <kbd>O</kbd></h2>
        <label class="visually-hidden" for="close-outcome">${gettext("Outcome")}</label>
        <select class="input" id="close-outcome" .value=${this.outcome} @change=${this.choose}>
          <option value="">${gettext("Choose an outcome to close…")}</option>
          ${OUTCOME_KEYS.map((key) => html`<option value=${key} ?selected=${key === this.outcome}>${outcomeWord(key)}</option>`)}
        </select>
        ${this.outcome === "correction" ? this.notice() : nothing}
        ${
          this.outcome
            ? html`<label class="visually-hidden" for="close-summary">${gettext("Summary for the record")}</label>
                <textarea class="input close__summary" id="close-summary" maxlength="2000" placeholder=${gettext("Summary for the record; the citizen can read it")} .defaultValue=${this.isCorrection ? (this.call?.summary ?? "") : ""}></textarea>`
            : nothing
        }
        ${this.fault ? html`<p class="close__fault" role="alert">${this.fault}</p>` : nothing}
        ${this.thought.what ? this.again() : this.button()}
      </form>
    `;
  }

  button() {
    if (this.isCorrection)
      return html`<button class="button button--primary button--wide" ?disabled=${!this.outcome || this.isSending}>
        ${icon("good")} ${gettext("Save the correction")}
      </button>`;
    return html`<button class="button button--end button--wide" ?disabled=${!this.outcome || this.isSending}>
      ${icon("decline")} ${gettext("End the call and save the result")}
    </button>`;
  }

  /** Some seconds in which the end may be taken back. */
  again() {
    const n = this.thought.left;
    return html`<p role="status">${ngettext("The call ends in {n} second.", "The call ends in {n} seconds.", n)}</p>
      <p class="close__again" @keydown=${(/** @type {KeyboardEvent} */ event) => event.key === "Escape" && this.thought.undo()}>
        <button class="button button--primary" type="button" data-undo @click=${() => this.thought.undo()}>${gettext("Back to the call")}</button>
        <button class="button button--end" type="button" data-end-now @click=${() => this.thought.now()}>${gettext("End it now")}</button>
      </p>`;
  }

  notice() {
    const all = lines(this.call?.guide ?? null, this.call?.documents ?? []);
    const ticked = this.ticked();
    return html`
      <fieldset class="close__notice">
        <legend>${gettext("One-time notice: tick everything that is missing")}</legend>
        ${all.map(
          ({ material }) => html`
            <label class="tick">
              <input type="checkbox" .checked=${ticked.has(material.key)}
                @change=${(/** @type {Event} */ event) => this.tick(material.key, /** @type {HTMLInputElement} */ (event.target).checked)}>
              <span>${material.name}</span>
            </label>
          `,
        )}
        ${all.length ? html`<p class="close__count">${ngettext("{n} material in the notice", "{n} materials in the notice", ticked.size)}</p>` : nothing}
      </fieldset>
    `;
  }

  /** What is ticked: until the agent changes it, all that is required and not good. */
  ticked() {
    return this.missing ?? new Set(lacking(lines(this.call?.guide ?? null, this.call?.documents ?? [])));
  }

  /**
   * @param {string} key
   * @param {boolean} isOn
   */
  tick(key, isOn) {
    const next = new Set(this.ticked());
    isOn ? next.add(key) : next.delete(key);
    this.missing = next;
  }

  /** @param {Event} event */
  choose(event) {
    this.thought.undo();
    this.outcome = /** @type {HTMLSelectElement} */ (event.target).value;
    this.fault = "";
  }

  /** @param {SubmitEvent} event */
  submit(event) {
    event.preventDefault();
    const missing = this.outcome === "correction" ? [...this.ticked()] : [];
    if (this.outcome === "correction" && !missing.length) {
      this.fault = gettext("A correction notice names at least one missing material.");
      return;
    }
    if (this.isCorrection) this.send(missing);
    else {
      this.thought.begin("close", () => this.send(missing));
      void this.updateComplete.then(() =>
        /** @type {HTMLElement | null} */ (this.querySelector("[data-undo]"))?.focus(),
      );
    }
  }

  /** @param {string[]} missing */
  send(missing) {
    this.isSending = true;
    const summary =
      /** @type {HTMLTextAreaElement | null} */ (this.querySelector("#close-summary"))?.value.trim() ?? "";
    const settle = () => {
      this.isSending = false;
    };
    const closing = { outcome: this.outcome, summary, missing, done: settle, failed: settle };
    this.tell(this.isCorrection ? "call-amend" : "call-close", closing);
  }
}

customElements.define("close-form", CloseForm);
