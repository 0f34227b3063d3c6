/** `<rest-face>`: what the desk shows between calls: ready, on break, missed, in wrap-up; and tickets to claim. */
/** @import { Desk } from "#seat_console/desk.js" */
import { badgeView, ownBadge } from "#seat_console/badge.js";
import { html, nothing } from "#vendor/lit.js";
import { gettext, listed } from "#webui/i18n.js";
import { badges, place, title } from "#seat_console/about-lines.js";
import { face } from "#seat_console/desk.js";
import { icon } from "#seat_console/icons.js";
import { nameOf } from "#seat_console/names.js";
import { Panel } from "#seat_console/panel.js";
import { outcomeWord, reasonWord } from "#seat_console/words.js";
import "#seat_console/ticking.js";

export class RestFace extends Panel {
  static properties = { desk: { attribute: false } };

  constructor() {
    super();
    /** @type {Desk | null} */
    this.desk = null;
  }

  /** @override */
  render() {
    if (!this.desk?.seat) return html`<p class="rest rest--starting">${gettext("Connecting…")}</p>`;
    const on = face(this.desk);
    return html`
      <section class="rest rest--${on}">
        <div class="rest__now">
          <div class="rest__sign">${icon(on === "ringing" ? "reserved" : on === "starting" ? "clock" : on)}</div>
          ${this.words(on)}
        </div>
        ${this.desk.alerts.length || this.desk.seat.duty === "part" ? this.alerts() : nothing}
        ${this.able()}
      </section>
    `;
  }

  /** @param {ReturnType<typeof face>} on */
  words(on) {
    if (on === "idle") return this.idle();
    if (on === "missed") return this.missed();
    if (on === "wrap_up") return this.wrapUp();
    // Behind the ringing card, and while a call's snapshot is on its way, there is nothing to say.
    return on === "paused" ? this.paused() : html`<h2 data-head tabindex="-1">${gettext("One moment…")}</h2>`;
  }

  idle() {
    return html`
      <h2 data-head tabindex="-1">${gettext("Ready for the next citizen")}</h2>
      <p>${this.desk?.seat?.duty === "part" ? gettext("You can go on with other work: a bell and the title of this window tell you when someone waits to be claimed.") : gettext("You can go on with other work: a call rings, the title of this window flashes, and Enter accepts it.")}</p>
      ${
        this.desk?.rangOut === "rescinded"
          ? html`<p class="rest__note">${gettext("The last caller hung up before you answered.")}</p>`
          : nothing
      }
    `;
  }

  missed() {
    return html`
      <h2 data-head tabindex="-1">${gettext("You missed a call")}</h2>
      <p>${gettext("The citizen kept the place in line and goes to the next seat. You get no calls until you are ready again.")}</p>
      ${this.readyButton(gettext("I am back: ready"))}
    `;
  }

  paused() {
    const reason = this.desk?.seat?.reason ?? "";
    return html`
      <h2 data-head tabindex="-1">${gettext("On break")}</h2>
      <p>${reason ? reasonWord(reason) : nothing}</p>
      ${this.readyButton(gettext("Ready"))}
    `;
  }

  wrapUp() {
    const ended = this.desk?.call?.ended;
    const untilMs = this.desk?.seat?.until_ms ?? 0;
    return html`
      <h2 data-head tabindex="-1">${gettext("Wrap-up")}</h2>
      ${
        ended
          ? html`<p><b>${outcomeWord(ended.outcome)}</b>&nbsp;· ${gettext("Receipt")} <code>${ended.receipt}</code></p>`
          : nothing
      }
      ${ended?.notice.length ? html`<ul class="rest__notice">${ended.notice.map((each) => html`<li>${each}</li>`)}</ul>` : nothing}
      ${
        untilMs
          ? html`<p class="rest__count"><b><time-left ms=${untilMs}></time-left></b> ${gettext("seconds until you are ready again")}</p>`
          : nothing
      }
      ${this.readyButton(gettext("Ready now"))}
    `;
  }

  /** @param {string} words */
  readyButton(words) {
    return html`<button class="button button--primary button--large" @click=${() => this.tell("desk-ready")}>
      ${icon("idle")} ${words} <kbd>R</kbd>
    </button>`;
  }

  alerts() {
    const alerts = this.desk?.alerts ?? [];
    return html`
      <section class="claims" aria-labelledby="claims-title">
        <h3 id="claims-title">${gettext("Waiting to be claimed")} <span class="count">${alerts.length}</span></h3>
        ${alerts.length ? nothing : html`<p class="claims__none">${gettext("Nobody at the moment.")}</p>`}
        <ul class="claims__list">
          ${alerts.map(
            (each) => html`
              <li class="claims__line">
                <b class="claims__number">${each.about.number}</b>
                <span class="claims__what">${title(each.about)}<small>${place(each.about)}</small></span>
                <span class="claims__badges">${badges(each.about)}</span>
                <span class="claims__wait">${icon("clock")} <time-since ms=${each.sinceMs}></time-since></span>
                <button class="button button--primary" @click=${() => this.tell("desk-claim", each.ticket)}>
                  ${gettext("I take it")}
                </button>
              </li>
            `,
          )}
        </ul>
      </section>
    `;
  }

  able() {
    const seat = this.desk?.seat;
    if (!seat) return nothing;
    return html`
      <dl class="rest__able">
        <div><dt>${gettext("Skills")}</dt><dd>${listed(seat.skills.map((each) => nameOf("skills", each)))}</dd></div>
        <div><dt>${gettext("Languages")}</dt><dd>${listed(seat.languages.map((each) => nameOf("languages", each)))}</dd></div>
        <div><dt>${gettext("Citizens see")}</dt><dd>${badgeView(ownBadge())}</dd></div>
        <div><dt>${gettext("Site")}</dt><dd>${nameOf("sites", seat.site)}</dd></div>
      </dl>
    `;
  }
}

customElements.define("rest-face", RestFace);
