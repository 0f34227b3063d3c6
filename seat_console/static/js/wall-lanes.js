/** `<wall-lanes>`: who waits, by skill and district, beside the seats that could help; and what needs a decision. */
/** @import { WallboardView } from "#signaling/messages.d.ts" */
/** @import { Alert } from "#seat_console/wall.js" */
import { html, nothing } from "#vendor/lit.js";
import { gettext, listed, ngettext } from "#webui/i18n.js";
import { icon } from "#seat_console/icons.js";
import { all, nameOf } from "#seat_console/names.js";
import { Panel } from "#seat_console/panel.js";
import { now, onBeat } from "#seat_console/server-clock.js";
import { ALL, alerts, lanes, LONG_WAIT_S, unspoken } from "#seat_console/wall.js";
import "#seat_console/ticking.js";

export class WallLanes extends Panel {
  static properties = { wall: { attribute: false } };

  constructor() {
    super();
    /** @type {WallboardView | null} */
    this.wall = null;
    /** @type {ReturnType<typeof lanes>} */
    this.waiting = [];
    this.stop = () => {};
  }

  /** The beat draws times anew; who can help is only counted when the floor changed. @override @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("wall")) this.waiting = this.wall ? lanes(this.wall) : [];
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
    if (!this.wall) return nothing;
    const waiting = this.waiting;
    const told = alerts(this.wall, now(), waiting);
    return html`
      <div role="status" aria-label=${gettext("Alerts")}><ul class="alerts">
        ${told.map(
          (each) => html`<li><button type="button" class="alert alert--${each.kind}" @click=${() => this.act(each)}>
            ${icon("missed")} <span>${this.words(each)}</span> <time-since aria-hidden="true" ms=${each.sinceMs}></time-since>
          </button></li>`,
        )}
        ${told.length ? nothing : html`<li class="alert alert--calm">${icon("idle")} <span>${gettext("Nothing needs you now")}</span></li>`}
      </ul></div>
      <h2>${gettext("Waiting by skill and district")}</h2>
      <table class="lanes">
        <thead>
          <tr>
            <th scope="col">${gettext("Skill")}</th>
            <th scope="col" class="lanes__n">${gettext("Waiting")}</th>
            <th scope="col" class="lanes__n">${gettext("Longest")}</th>
            <th scope="col" class="lanes__n" title=${gettext("Seats with this skill: ready, of those signed in")}>${gettext("Ready")}</th>
          </tr>
        </thead>
        <tbody>
          ${waiting.map(
            (
              each,
            ) => html`<tr ?data-late=${now() - each.oldest_ms > LONG_WAIT_S * 1000} ?data-empty=${each.ready === 0}>
              <th scope="row">${nameOf("skills", each.skill)}<small>${nameOf("districts", each.district)}</small></th>
              <td class="lanes__n"><b>${each.waiting}</b></td>
              <td class="lanes__n"><time-since ms=${each.oldest_ms}></time-since></td>
              <td class="lanes__n">${each.ready}<small>/${each.signedIn}</small></td>
            </tr>`,
          )}
          ${waiting.length ? nothing : html`<tr><td colspan="4" class="lanes__none">${gettext("Nobody is waiting")}</td></tr>`}
        </tbody>
      </table>
      ${this.unspoken(this.wall)}
    `;
  }

  /** @param {WallboardView} wall */
  unspoken({ seats }) {
    const names = unspoken(
      seats,
      all("languages").map(([id]) => id),
    ).map((each) => nameOf("languages", each));
    if (!names.length) return nothing;
    return html`<p class="lanes__unspoken">${gettext("Nobody signed in speaks: {languages}. Citizens who ask for one wait longer, or are answered in another.", { languages: listed(names) })}</p>`;
  }

  /** Open the seat that an alert is about, or show the seats that can help. @param {Alert} alert */
  act({ kind, about, seat = "" }) {
    if (seat) this.tell("wall-open", seat);
    else if (kind === "many_missed") this.tell("wall-filter", { ...ALL, state: "missed" });
    else if (kind !== "many_empty") this.tell("wall-filter", { ...ALL, skill: about });
    else this.tell("wall-filter", { ...ALL, skill: about.split(",")[0] ?? "" });
  }

  /** @param {Alert} alert */
  words({ kind, about }) {
    if (kind === "missed") return gettext("{seat} did not answer a call", { seat: about });
    if (kind === "many_missed") return ngettext("{n} seat did not answer", "{n} seats did not answer", Number(about));
    if (kind === "many_empty") {
      const skills = about.split(",").map((each) => nameOf("skills", each));
      return gettext("{n} skills have nobody ready: {skills}", { n: skills.length, skills: listed(skills) });
    }
    const skill = nameOf("skills", about);
    return kind === "long_wait"
      ? gettext("Waiting too long: {skill}", { skill })
      : gettext("No seat is ready: {skill}", { skill });
  }
}

customElements.define("wall-lanes", WallLanes);
