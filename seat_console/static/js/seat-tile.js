/** `<seat-tile>`: one seat on the wallboard; drawn anew only when this seat changed, however often the floor does. */
/** @import { SeatView } from "#signaling/messages.d.ts" */
import { html, nothing } from "#vendor/lit.js";
import { icon } from "#seat_console/icons.js";
import { nameOf } from "#seat_console/names.js";
import { dotted } from "#webui/dots.js";
import { listed } from "#webui/i18n.js";
import { Panel } from "#seat_console/panel.js";
import { reasonWord, stateKey, stateWord } from "#seat_console/words.js";
import "#seat_console/ticking.js";

export class SeatTile extends Panel {
  static properties = { seat: { attribute: false }, size: { attribute: false }, isStop: { attribute: false } };

  constructor() {
    super();
    /** @type {SeatView | null} */
    this.seat = null;
    /** @type {"roomy" | "snug" | "dense"} */
    this.size = "roomy";
    /** Whether the Tab key stops here; arrows lead to the others. */
    this.isStop = false;
  }

  /** @override */
  render() {
    const { seat, size } = this;
    if (!seat) return nothing;
    const key = stateKey(seat);
    const word = key === "paused" && seat.reason ? reasonWord(seat.reason) : stateWord(key);
    return html`
      <button class="tile tile--${key}" tabindex=${this.isStop ? 0 : -1} title=${dotted([seat.name, word, seat.ticket_number, listed(seat.skills.map((each) => nameOf("skills", each)))])}
        @click=${() => this.tell("wall-open", seat.seat)}>
        <span class="tile__name">${size === "dense" ? seat.seat : seat.name}</span>
        <span class="tile__state">${icon(key)}<span class=${size === "roomy" ? "" : "visually-hidden"}>${word}</span></span>
        <time-since class="tile__since" ?short=${size === "dense"} ms=${seat.state === "offline" ? 0 : seat.since_ms}></time-since>
        ${
          size === "roomy"
            ? html`<span class="tile__more">${seat.ticket_number || listed(seat.skills.map((each) => nameOf("skills", each)))}</span>`
            : nothing
        }
      </button>
    `;
  }
}

customElements.define("seat-tile", SeatTile);
