/** `<wall-seats>`: every seat as a tile, by state and then by time; denser the more there are. */
/** @import { SeatView, WallboardView } from "#signaling/messages.d.ts" */
/** @import { Filter } from "#seat_console/wall.js" */
import { html, nothing, repeat } from "#vendor/lit.js";
import { gettext, ngettext } from "#webui/i18n.js";
import { icon } from "#seat_console/icons.js";
import { all, nameOf } from "#seat_console/names.js";
import { Panel } from "#seat_console/panel.js";
import { ALL, byState, shown, STATE_ORDER } from "#seat_console/wall.js";
import { reasonWord, stateKey, stateWord } from "#seat_console/words.js";
import "#seat_console/ticking.js";

/** Up to so many seats a tile has room for words. */
const ROOMY_MAX = 60;
const SNUG_MAX = 220;

export class WallSeats extends Panel {
  static properties = { wall: { attribute: false }, filter: { attribute: false } };

  constructor() {
    super();
    /** @type {WallboardView | null} */
    this.wall = null;
    /** @type {Filter} */
    this.filter = ALL;
  }

  /** @override */
  render() {
    if (!this.wall) return nothing;
    const seats = shown(this.wall.seats, this.filter);
    const size = seats.length <= ROOMY_MAX ? "roomy" : seats.length <= SNUG_MAX ? "snug" : "dense";
    return html`
      ${this.filters(this.wall)}
      <p class="visually-hidden" role="status">${ngettext("{n} seat shown", "{n} seats shown", seats.length)}</p>
      <ul class="tiles tiles--${size}">
        ${repeat(
          seats,
          (each) => each.seat,
          (each) => html`<li>${this.tile(each, size)}</li>`,
        )}
      </ul>
      ${seats.length ? nothing : html`<p class="tiles__none">${gettext("No seat passes these filters.")}</p>`}
    `;
  }

  /** @param {WallboardView} wall */
  filters(wall) {
    const [filter, counts] = [this.filter, byState(wall.seats)];
    const used = new Set(wall.seats.flatMap((each) => each.skills));
    const districts = new Set(wall.seats.map((each) => each.district));
    return html`
      <div class="filters" role="search" aria-label=${gettext("Filter the seats")}>
        <div class="filters__states" role="group" aria-label=${gettext("State")}>
          ${STATE_ORDER.map(
            (
              state,
            ) => html`<button class="chip chip--${state}" aria-pressed=${filter.state === state ? "true" : "false"}
              @click=${() => this.change({ state: filter.state === state ? "" : state })}>
              ${icon(state)} ${stateWord(state)} <b>${counts[state]}</b>
            </button>`,
          )}
        </div>
        ${this.select(
          "district",
          gettext("District"),
          all("districts").filter(([code]) => districts.has(code)),
        )}
        ${this.select(
          "skill",
          gettext("Skill"),
          all("skills").filter(([id]) => used.has(id)),
        )}
        <label class="visually-hidden" for="wall-text">${gettext("Seat or number")}</label>
        <input class="input filters__text" id="wall-text" type="search" placeholder=${gettext("Seat or number")}
          .value=${filter.text} @input=${(/** @type {Event} */ event) => this.change({ text: /** @type {HTMLInputElement} */ (event.target).value })}>
      </div>
    `;
  }

  /**
   * @param {"district" | "skill"} key
   * @param {string} words
   * @param {Array<[string, string]>} choices
   */
  select(key, words, choices) {
    return html`
      <label class="visually-hidden" for="wall-${key}">${words}</label>
      <select class="input filters__select" id="wall-${key}" @change=${(/** @type {Event} */ event) => this.change({ [key]: /** @type {HTMLSelectElement} */ (event.target).value })}>
        <option value="">${words} · ${gettext("all")}</option>
        ${choices.map(([id, name]) => html`<option value=${id} ?selected=${this.filter[key] === id}>${name}</option>`)}
      </select>
    `;
  }

  /** @param {Partial<Filter>} part */
  change(part) {
    this.tell("wall-filter", { ...this.filter, ...part });
  }

  /**
   * @param {SeatView} seat
   * @param {string} size
   */
  tile(seat, size) {
    const key = stateKey(seat);
    const word = key === "paused" && seat.reason ? reasonWord(seat.reason) : stateWord(key);
    return html`
      <button class="tile tile--${key}" @click=${() => this.tell("wall-open", seat.seat)} title="${seat.name} · ${word}">
        <span class="tile__name">${size === "dense" ? seat.seat : seat.name}</span>
        <span class="tile__state">${icon(key)}<span class=${size === "roomy" ? "" : "visually-hidden"}>${word}</span></span>
        <time-since class="tile__since" ?short=${size === "dense"} ms=${seat.state === "offline" ? 0 : seat.since_ms}></time-since>
        ${
          size === "roomy"
            ? html`<span class="tile__more">${seat.ticket_number || seat.skills.map((each) => nameOf("skills", each)).join("、")}</span>`
            : nothing
        }
      </button>
    `;
  }
}

customElements.define("wall-seats", WallSeats);
