/** `<wall-filters>`: how many seats are in each state, and what of the floor is shown in which order. */
/** @import { WallboardView } from "#signaling/messages.d.ts" */
/** @import { Filter } from "#seat_console/wall.js" */
import { html, nothing } from "#vendor/lit.js";
import { gettext } from "#webui/i18n.js";
import { icon } from "#seat_console/icons.js";
import { all } from "#seat_console/names.js";
import { Panel } from "#seat_console/panel.js";
import { ALL, byState, shown, STATE_KEYS } from "#seat_console/wall.js";
import { stateWord } from "#seat_console/words.js";

const ORDER_WORDS = () => ({
  "": gettext("By state"),
  longest: gettext("Longest in a state first"),
  seat: gettext("By seat"),
});

export class WallFilters extends Panel {
  static properties = { wall: { attribute: false }, filter: { attribute: false } };

  constructor() {
    super();
    /** @type {WallboardView | null} */
    this.wall = null;
    /** @type {Filter} */
    this.filter = ALL;
    this.find = this.find.bind(this);
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    document.addEventListener("keydown", this.find);
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.find);
  }

  /** A slash leads to the search, as in many programs. @param {KeyboardEvent} event */
  find(event) {
    const isTyping = event.target instanceof HTMLElement && event.target.matches("input, select, textarea");
    if (event.key !== "/" || isTyping || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    this.querySelector("input")?.focus();
  }

  /** @override */
  render() {
    const { wall, filter } = this;
    if (!wall) return nothing;
    // A count says what a press on it would show.
    const counts = byState(shown(wall.seats, { ...filter, state: "" }));
    const used = new Set(wall.seats.flatMap((each) => each.skills));
    const districts = new Set(wall.seats.map((each) => each.district));
    return html`
      <div class="filters" role="search" aria-label=${gettext("Filter the seats")}>
        <div class="filters__states" role="group" aria-label=${gettext("State")}>
          ${STATE_KEYS.map(
            (
              state,
            ) => html`<button class="chip chip--${state}" aria-pressed=${filter.state === state ? "true" : "false"}
              @click=${() => this.change({ state: filter.state === state ? "" : state })}>
              ${icon(state)} ${stateWord(state)} <b>${counts[/** @type {keyof typeof counts} */ (state)]}</b>
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
        <label class="visually-hidden" for="wall-order">${gettext("Order")}</label>
        <select class="input filters__select" id="wall-order" @change=${(/** @type {Event} */ event) => this.change({ order: /** @type {HTMLSelectElement} */ (event.target).value })}>
          ${Object.entries(ORDER_WORDS()).map(([id, words]) => html`<option value=${id} ?selected=${filter.order === id}>${words}</option>`)}
        </select>
        <label class="visually-hidden" for="wall-text">${gettext("Seat or number")}</label>
        <input class="input filters__text" id="wall-text" type="search" placeholder=${gettext("Seat or number (/)")}
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
        <option value="">${words}&nbsp;· ${gettext("all")}</option>
        ${choices.map(([id, name]) => html`<option value=${id} ?selected=${this.filter[key] === id}>${name}</option>`)}
      </select>
    `;
  }

  /** @param {Partial<Filter>} part */
  change(part) {
    this.tell("wall-filter", { ...this.filter, ...part });
  }
}

customElements.define("wall-filters", WallFilters);
