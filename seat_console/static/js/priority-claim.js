/** `<priority-claim>`: the citizen's own word that he goes first, and the agent's answer: true or not, one key each. */
/** @import { Call } from "#seat_console/call.js" */
import { html, nothing } from "#vendor/lit.js";
import { gettext } from "#webui/i18n.js";
import { icon } from "#seat_console/icons.js";
import { Panel } from "#seat_console/panel.js";

export class PriorityClaim extends Panel {
  static properties = { call: { attribute: false } };

  constructor() {
    super();
    /** @type {Call | null} */
    this.call = null;
  }

  /** How the claim stands; empty where nothing was claimed. */
  get claim() {
    return this.call?.priority_claim ?? "";
  }

  /** Say whether the claim is true; nothing is said twice. @param {boolean} confirmed */
  answer(confirmed) {
    if (this.claim && this.claim !== (confirmed ? "confirmed" : "refused")) this.tell("call-priority", confirmed);
  }

  /** @override */
  render() {
    if (!this.claim) return nothing;
    return html`<div class="claim" role="group" aria-labelledby="claim-words">
      <p id="claim-words">${icon("person")} ${gettext("Claims priority: 60 or older, disabled, pregnant or a veteran")}</p>
      ${this.button(true, "y", gettext("True"))}
      ${this.button(false, "x", gettext("Not true"))}
    </div>`;
  }

  /**
   * @param {boolean} confirmed
   * @param {string} key
   * @param {string} words
   */
  button(confirmed, key, words) {
    const isSaid = this.claim === (confirmed ? "confirmed" : "refused");
    return html`<button type="button" class="button" aria-pressed=${isSaid ? "true" : "false"} aria-keyshortcuts=${key}
      @click=${() => this.answer(confirmed)}>${isSaid ? icon("good") : nothing} ${words} <kbd>${key.toUpperCase()}</kbd></button>`;
  }
}

customElements.define("priority-claim", PriorityClaim);
