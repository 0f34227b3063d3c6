/** `<wrap-card>`: how the call ended and how long its wrap-up lasts; more time, or ready for the next citizen. */
/** @import { Desk } from "#seat_console/desk.js" */
import { html, nothing } from "#vendor/lit.js";
import { gettext } from "#webui/i18n.js";
import { icon } from "#seat_console/icons.js";
import { Panel } from "#seat_console/panel.js";
import { outcomeWord } from "#seat_console/words.js";
import "#seat_console/ticking.js";

const MORE_S = 120;
/** As long as the server lets a wrap-up last. */
const LONGEST_MS = 1_800_000;

export class WrapCard extends Panel {
  static properties = { desk: { attribute: false } };

  constructor() {
    super();
    /** @type {Desk | null} */
    this.desk = null;
  }

  /** @override */
  render() {
    const seat = this.desk?.seat;
    const call = this.desk?.call;
    if (!seat) return nothing;
    const untilMs = seat.until_ms ?? 0;
    const isLongest = untilMs >= seat.since_ms + LONGEST_MS;
    return html`
      <section class="wrap-card" aria-labelledby="wrap-title">
        <h2 id="wrap-title" data-head tabindex="-1">${gettext("Wrap-up")}</h2>
        ${
          call?.ended
            ? html`<p><b>${call.about.number}&nbsp;· ${outcomeWord(call.ended.outcome)}</b><br>${gettext("Receipt")} <code>${call.ended.receipt}</code>
              ${(call.version ?? 1) > 1 ? html`<br>${gettext("Version {version}; the citizen was told", { version: call.version ?? 1 })}` : nothing}</p>`
            : nothing
        }
        <p>${gettext("Finish notes, documents and result here. Only then take the next citizen.")}</p>
        ${
          untilMs
            ? html`<p class="rest__count"><b><time-left ms=${untilMs}></time-left></b> ${gettext("seconds until you are ready again")}</p>
              <button class="button" data-extend ?disabled=${isLongest} @click=${() => this.tell("desk-extend", MORE_S)}>
                ${icon("clock")} ${isLongest ? gettext("No more time can be added") : gettext("{n} more minutes", { n: MORE_S / 60 })} <kbd>T</kbd>
              </button>`
            : nothing
        }
        <button class="button button--primary button--large" @click=${() => this.tell("desk-ready")}>
          ${icon("idle")} ${gettext("Ready now")} <kbd>R</kbd>
        </button>
      </section>
    `;
  }
}

customElements.define("wrap-card", WrapCard);
