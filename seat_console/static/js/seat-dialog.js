/** `<seat-dialog>`: one seat close up, and the supervisor's way to set it on break, with a second look. */
/** @import { SeatView } from "#signaling/messages.d.ts" */
import { html, nothing } from "#vendor/lit.js";
import { gettext, listed } from "#webui/i18n.js";
import { icon } from "#seat_console/icons.js";
import { nameOf } from "#seat_console/names.js";
import { Panel } from "#seat_console/panel.js";
import { reasonWord, stateKey, stateWord } from "#seat_console/words.js";
import "#seat_console/ticking.js";

export class SeatDialog extends Panel {
  static properties = { seat: { attribute: false }, isAsking: { state: true } };

  constructor() {
    super();
    /** @type {SeatView | null} */
    this.seat = null;
    this.isAsking = false;
  }

  /** @override */
  updated() {
    const dialog = this.querySelector("dialog");
    if (this.seat && dialog && !dialog.open) {
      this.isAsking = false;
      dialog.showModal();
    }
    if (!this.seat && dialog?.open) dialog.close();
  }

  /** @override */
  render() {
    return html`
      <dialog class="seat-dialog" aria-labelledby="seat-dialog-title" @close=${() => this.tell("wall-open", "")}>
        ${this.seat ? this.body(this.seat) : nothing}
      </dialog>
    `;
  }

  /** @param {SeatView} seat */
  body(seat) {
    const key = stateKey(seat);
    return html`
      <header class="seat-dialog__head">
        <h2 id="seat-dialog-title">${seat.name} <small>${seat.seat}</small></h2>
        <button class="tool" aria-label=${gettext("Close")} @click=${() => this.querySelector("dialog")?.close()}>${icon("close")}</button>
      </header>
      <p class="row">
        <span class="state state--${key}">${icon(key)} ${stateWord(key)}</span>
        ${seat.reason ? html`<span>${reasonWord(seat.reason)}</span>` : nothing}
        ${seat.state === "offline" ? nothing : html`<b><time-since ms=${seat.since_ms}></time-since></b>`}
      </p>
      <dl class="facts">
        ${seat.ticket_number ? html`<div><dt>${gettext("Number")}</dt><dd><b>${seat.ticket_number}</b></dd></div>` : nothing}
        <div><dt>${gettext("Site")}</dt><dd>${nameOf("sites", seat.site)}</dd></div>
        <div><dt>${gettext("District")}</dt><dd>${nameOf("districts", seat.district)}</dd></div>
        <div><dt>${gettext("Duty")}</dt><dd>${seat.duty === "part" ? gettext("Part-time: claims") : gettext("Full-time")}</dd></div>
        <div><dt>${gettext("Skills")}</dt><dd>${listed(seat.skills.map((each) => nameOf("skills", each)))}</dd></div>
        <div><dt>${gettext("Languages")}</dt><dd>${listed(seat.languages.map((each) => nameOf("languages", each)))}</dd></div>
      </dl>
      <footer class="seat-dialog__foot">
        <a class="button" href="/records?seat=${seat.seat}">${gettext("Calls of this seat")}</a>
        ${seat.state === "offline" || seat.state === "paused" ? nothing : this.pausing(seat)}
      </footer>
    `;
  }

  /** @param {SeatView} seat */
  pausing(seat) {
    if (!this.isAsking)
      return html`<button class="button button--danger" @click=${() => {
        this.isAsking = true;
      }}>${icon("paused")} ${gettext("Set on break…")}</button>`;
    const words =
      seat.state === "serving"
        ? gettext("The break begins when the call is over.")
        : gettext("A ringing call goes on to the next seat.");
    return html`
      <div class="seat-dialog__ask" role="alert">
        <p><b>${gettext("Set {seat} on break?", { seat: seat.name })}</b> ${words}</p>
        <button class="button button--end" @click=${() => this.tell("wall-pause", seat.seat)}>${gettext("Yes, set on break")}</button>
        <button class="button" @click=${() => {
          this.isAsking = false;
        }}>${gettext("No")}</button>
      </div>
    `;
  }
}

customElements.define("seat-dialog", SeatDialog);
