/** `<ring-card>`: the ringing reservation, with all that a clerk needs to say yes in one glance. */
/** @import { Desk } from "#seat_console/desk.js" */
import { html, nothing } from "#vendor/lit.js";
import { gettext } from "#webui/i18n.js";
import { badges, crossDistrict, place, title } from "#seat_console/about-lines.js";
import { explainLine, notSpoken } from "#seat_console/explain.js";
import { icon } from "#seat_console/icons.js";
import { Panel } from "#seat_console/panel.js";
import { now, onBeat } from "#seat_console/server-clock.js";
import { duration } from "#seat_console/times.js";
import "#seat_console/ticking.js";

/** Why a ringing ticket may be refused; the word goes on record. */
const DECLINE_REASONS = () => ({
  window: gettext("Serving someone at the window"),
  skill: gettext("Not my subject"),
  device: gettext("My devices do not work"),
  other: gettext("Other reason"),
});

export class RingCard extends Panel {
  static properties = { ringing: { attribute: false }, seat: { attribute: false } };

  constructor() {
    super();
    /** @type {Desk["ringing"]} */
    this.ringing = null;
    /** @type {Desk["seat"]} */
    this.seat = null;
    this.stop = () => {};
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    this.stop = onBeat(() => this.drain());
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.stop();
  }

  /** @override */
  firstUpdated() {
    /** @type {HTMLButtonElement | null} */ (this.querySelector("[data-accept]"))?.focus();
    this.drain();
  }

  /** The bar is for the eye; the number beside it says the same. */
  drain() {
    const bar = /** @type {HTMLProgressElement | null} */ (this.querySelector("progress"));
    if (bar && this.ringing) bar.value = Math.max(0, (this.ringing.endsMs - now()) / 1000);
  }

  /** @override */
  render() {
    if (!this.ringing) return nothing;
    const { about, endsMs, waited_s: waited, explain } = this.ringing;
    const [cross, why, warning] = [crossDistrict(about), explainLine(explain), notSpoken(this.seat, about)];
    return html`
      <section class="ring" role="alertdialog" aria-labelledby="ring-title" aria-describedby="ring-where ring-facts">
        <p class="ring__call">${icon("reserved")} ${gettext("Incoming call")}</p>
        <p class="ring__number">${about.number}</p>
        <p class="ring__where" id="ring-where">${place(about)}</p>
        <h2 class="ring__title" id="ring-title">${title(about)}</h2>
        <p class="ring__badges">${badges(about)}</p>
        ${warning ? html`<p class="ring__warn">${icon("missed")} ${warning}</p>` : nothing}
        <dl class="ring__facts" id="ring-facts">
          <div><dt>${gettext("Waited")}</dt><dd>${duration(waited * 1000)}</dd></div>
          ${cross ? html`<div><dt>${gettext("District")}</dt><dd>${cross}</dd></div>` : nothing}
          ${why ? html`<div><dt>${gettext("Why you")}</dt><dd>${why}</dd></div>` : nothing}
        </dl>
        <div class="ring__clock">
          <progress max="20" value="20" aria-hidden="true"></progress>
          <span><b><time-left ms=${endsMs}></time-left></b> ${gettext("seconds left")}</span>
        </div>
        <div class="ring__acts">
          <button class="button button--good button--large" data-accept @click=${() => this.tell("desk-accept")}>
            ${icon("accept")} ${gettext("Accept")} <kbd>Enter</kbd>
          </button>
          <details class="menu menu--up">
            <summary class="button button--large">${icon("decline")} ${gettext("Decline")}</summary>
            <div class="menu__list" role="group" aria-label=${gettext("Reason for declining")}>
              ${Object.entries(DECLINE_REASONS()).map(
                ([reason, word]) => html`
                  <button class="menu__item" @click=${() => this.tell("desk-decline", reason)}>${word}</button>
                `,
              )}
            </div>
          </details>
        </div>
      </section>
    `;
  }
}

customElements.define("ring-card", RingCard);
