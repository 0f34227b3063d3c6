/** `<wall-figures>`: the eight numbers of the floor, the ones that matter in red when they are bad. */
/** @import { WallboardView } from "#signaling/messages.d.ts" */
import { html, nothing } from "#vendor/lit.js";
import { gettext } from "#webui/i18n.js";
import { Panel } from "#seat_console/panel.js";
import { now, onBeat } from "#seat_console/server-clock.js";
import { byState, LONG_WAIT_S, serviceLevel } from "#seat_console/wall.js";
import "#seat_console/ticking.js";

const LEVEL_GOOD = 80;

export class WallFigures extends Panel {
  static properties = { wall: { attribute: false } };

  constructor() {
    super();
    /** @type {WallboardView | null} */
    this.wall = null;
    this.stop = () => {};
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    this.stop = onBeat(() => this.requestUpdate());
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.stop();
  }

  /** @override */
  render() {
    const wall = this.wall;
    if (!wall) return nothing;
    const [level, states] = [serviceLevel(wall), byState(wall.seats)];
    const since = wall.longest_wait_since_ms;
    const isLate = since > 0 && now() - since > LONG_WAIT_S * 1000;
    const here = wall.seats.length - states.offline;
    return html`
      <dl class="figures">
        ${this.figure(gettext("Waiting"), wall.waiting, wall.waiting > 0 && states.idle === 0 ? "bad" : "")}
        ${this.figure(gettext("Longest wait"), since ? html`<time-since ms=${since}></time-since>` : "0:00", isLate ? "bad" : "")}
        ${this.figure(gettext("In a call"), wall.serving)}
        ${this.figure(gettext("Ready seats"), html`${states.idle}<small>/${here}</small>`, here > 0 && states.idle === 0 ? "warn" : "")}
        ${this.figure(gettext("Answered in 60 s"), level === null ? "–" : html`${level}<small>%</small>`, level !== null && level < LEVEL_GOOD ? "warn" : "")}
        ${this.figure(gettext("Answered today"), wall.answered_today)}
        ${this.figure(gettext("Given up today"), wall.abandoned_today)}
        ${this.figure(gettext("Booths online"), html`${wall.booths_online.length}<small>/${wall.booths_known}</small>`)}
      </dl>
    `;
  }

  /**
   * @param {string} name
   * @param {unknown} value
   * @param {"" | "warn" | "bad"} [mood]
   */
  figure(name, value, mood = "") {
    return html`<div class="figure" data-mood=${mood}><dt>${name}</dt><dd>${value}</dd></div>`;
  }
}

customElements.define("wall-figures", WallFigures);
