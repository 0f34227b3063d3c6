/** `<seat-bar>`: who I am, how I stand, since when, how many today; ready, break, and the end of wrap-up. */
/** @import { Desk } from "#seat_console/desk.js" */
import { html, nothing } from "#vendor/lit.js";
import { gettext } from "#webui/i18n.js";
import { face } from "#seat_console/desk.js";
import { badgeView, ownBadge } from "#seat_console/badge.js";
import { icon } from "#seat_console/icons.js";
import { seatName } from "#seat_console/names.js";
import { Panel } from "#seat_console/panel.js";
import { BREAK_REASONS, reasonWord, stateKey, stateWord } from "#seat_console/words.js";
import "#seat_console/ticking.js";

export class SeatBar extends Panel {
  static properties = { desk: { attribute: false }, today: { attribute: false } };

  constructor() {
    super();
    /** @type {Desk | null} */
    this.desk = null;
    this.today = 0;
  }

  /** @override */
  render() {
    const seat = this.desk?.seat;
    if (!this.desk || !seat) return html`<p class="seat-bar__waiting">${gettext("Connecting…")}</p>`;
    const key = stateKey(seat);
    return html`
      <details class="menu seat-bar__who">
        <summary title=${gettext("What citizens see of you")}><strong>${seatName(seat)}</strong> ${icon("person")}</summary>
        <div class="menu__list menu__list--start">${badgeView(ownBadge())}</div>
      </details>
      <p class="state state--${key}" role="status">
        ${icon(key)} <span>${stateWord(key)}</span>
        ${seat.reason && key === "paused" ? html`<span class="state__reason">${reasonWord(seat.reason)}</span>` : nothing}
      </p>
      <p class="seat-bar__since">
        ${
          seat.state === "wrap_up" && seat.until_ms
            ? html`${gettext("Until ready")} <b><time-left clock ms=${seat.until_ms}></time-left></b>`
            : html`${gettext("Duration")} <b><time-since ms=${seat.since_ms}></time-since></b>`
        }
      </p>
      <p class="seat-bar__today">${gettext("Today")} <b>${this.today}</b></p>
      <div class="seat-bar__acts">${this.acts(face(this.desk))}</div>
    `;
  }

  /** @param {string} on which face of the console is on */
  acts(on) {
    const isResting = on === "paused" || on === "missed" || on === "wrap_up";
    return html`
      ${
        isResting
          ? html`<button class="button button--primary" @click=${() => this.tell("desk-ready")} aria-keyshortcuts="r">
              ${icon("idle")} ${gettext("Ready")} <kbd>R</kbd>
            </button>`
          : nothing
      }
      ${on === "starting" || on === "ringing" ? nothing : this.breakMenu(on === "call")}
    `;
  }

  /** @param {boolean} isInCall a break asked for in a call counts from its end */
  breakMenu(isInCall) {
    return html`
      <details class="menu">
        <summary class="button">${icon("paused")} ${isInCall ? gettext("Break after this call") : gettext("Break")}</summary>
        <div class="menu__list" role="group" aria-label=${gettext("Reason for the break")}>
          ${BREAK_REASONS.map(
            (
              reason,
            ) => html`<button class="menu__item" @click=${(/** @type {Event} */ event) => this.pause(event, reason)}>
              ${reasonWord(reason)}
            </button>`,
          )}
        </div>
      </details>
    `;
  }

  /**
   * @param {Event} event
   * @param {string} reason
   */
  pause(event, reason) {
    /** @type {HTMLElement} */ (event.currentTarget).closest("details")?.removeAttribute("open");
    this.tell("desk-pause", reason);
  }
}

customElements.define("seat-bar", SeatBar);
