/** `<wall-seats>`: every seat as a tile, denser the more there are; one stop for the Tab key, arrows between them. */
/** @import { WallboardView } from "#signaling/messages.d.ts" */
/** @import { Filter } from "#seat_console/wall.js" */
import { html, nothing, repeat } from "#vendor/lit.js";
import { gettext, ngettext } from "#webui/i18n.js";
import { Panel } from "#seat_console/panel.js";
import { fit } from "#seat_console/tile-fit.js";
import { ALL, shown } from "#seat_console/wall.js";
import "#seat_console/seat-tile.js";
import "#seat_console/wall-filters.js";

/** Smaller text than this is not read, at a desk and on a wall that shows the whole floor at once (pixels). */
const LEAST_PX = { desk: 13, wall: 9 };
/** Up to so many seats a tile has room for words. */
const ROOMY_MAX = 60;
const SNUG_MAX = 220;

export class WallSeats extends Panel {
  static properties = { wall: { attribute: false }, filter: { attribute: false }, stop: { state: true } };

  constructor() {
    super();
    /** @type {WallboardView | null} */
    this.wall = null;
    /** @type {Filter} */
    this.filter = ALL;
    /** The seat where the Tab key stops; the first one while it is not shown. */
    this.stop = "";
    this.room = new ResizeObserver(() => this.fill());
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    if (this.parentElement) this.room.observe(this.parentElement);
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.room.disconnect();
  }

  /** @override */
  updated() {
    this.fill();
  }

  /** Give the tiles the size at which they fill the room under the filters. */
  fill() {
    const [around, list] = [this.parentElement, this.querySelector(".tiles")];
    if (!around || !(list instanceof HTMLElement) || !list.children.length) return;
    const root = document.documentElement;
    const { paddingLeft, paddingTop } = getComputedStyle(around);
    const room = {
      width: around.clientWidth - 2 * Number.parseFloat(paddingLeft),
      height: around.clientHeight - 2 * Number.parseFloat(paddingTop) - (list.offsetTop - this.offsetTop),
    };
    const size = /** @type {"roomy" | "snug" | "dense"} */ (list.dataset.size);
    const text = {
      rem: Number.parseFloat(getComputedStyle(root).fontSize),
      least: root.hasAttribute("data-big") ? LEAST_PX.wall : LEAST_PX.desk,
    };
    // Gaps are a part of the text's size: they are counted as ems of each tile.
    const found = fit(list.children.length, room, size, text);
    list.style.setProperty("--columns", String(found.columns));
    list.style.setProperty("--tile-block", `calc(${found.high}px - var(--gap))`);
    list.style.setProperty("--tile-text", `${found.text}px`);
  }

  /** @override */
  render() {
    if (!this.wall) return nothing;
    const seats = shown(this.wall.seats, this.filter);
    const size = seats.length <= ROOMY_MAX ? "roomy" : seats.length <= SNUG_MAX ? "snug" : "dense";
    const stop = seats.some((each) => each.seat === this.stop) ? this.stop : seats[0]?.seat;
    return html`
      <wall-filters .wall=${this.wall} .filter=${this.filter}></wall-filters>
      <p class="visually-hidden" role="status">${ngettext("{n} seat shown", "{n} seats shown", seats.length)}</p>
      <ul class="tiles tiles--${size}" data-size=${size} @keydown=${this.walk} @focusin=${this.settle}>
        ${repeat(
          seats,
          (each) => each.seat,
          (each) => html`<li><seat-tile .seat=${each} .size=${size} .isStop=${each.seat === stop}></seat-tile></li>`,
        )}
      </ul>
      ${seats.length ? nothing : html`<p class="tiles__none">${gettext("No seat passes these filters.")}</p>`}
    `;
  }

  /** A tile that was clicked or reached is where Tab comes back to. @param {FocusEvent} event */
  settle(event) {
    const tile = event.target instanceof Element ? event.target.closest("seat-tile") : null;
    if (tile?.seat) this.stop = tile.seat.seat;
  }

  /** @param {KeyboardEvent} event */
  walk(event) {
    const tiles = [...this.querySelectorAll("seat-tile")];
    const at = tiles.findIndex((each) => each.contains(document.activeElement));
    const to = at < 0 ? -1 : landing(event.key, at, tiles);
    if (to < 0) return;
    event.preventDefault();
    tiles[to]?.querySelector("button")?.focus();
  }
}

/**
 * Where a key leads from a tile, -1 for nowhere.
 * @param {string} key
 * @param {number} at
 * @param {HTMLElement[]} tiles
 */
function landing(key, at, tiles) {
  const top = tiles[0]?.offsetTop ?? 0;
  const firstBelow = tiles.findIndex((each) => each.offsetTop > top);
  const columns = firstBelow < 0 ? tiles.length : firstBelow;
  /** @type {Record<string, number>} */
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, Home: -at, End: tiles.length };
  const step = steps[key];
  if (step === undefined) return -1;
  const to = at + step;
  if (key === "End") return tiles.length - 1;
  return to >= 0 && to < tiles.length ? to : -1;
}

customElements.define("wall-seats", WallSeats);
