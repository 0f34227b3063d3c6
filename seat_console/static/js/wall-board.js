/** `<wall-board>`: the wallboard's parts, its filters in the address, its big-screen face. */
/** @import { WallboardView } from "#signaling/messages.d.ts" */
/** @import { WallLink } from "#seat_console/wall-link.js" */
import { html, nothing } from "#vendor/lit.js";
import { networkWordsForStaff } from "#signaling/network_words.js";
import { followArrows } from "#webui/arrows.js";
import { gettext } from "#webui/i18n.js";
import { icon } from "#seat_console/icons.js";
import { Panel } from "#seat_console/panel.js";
import { readAddress, writeAddress } from "#seat_console/wall-address.js";
import "#seat_console/seat-dialog.js";
import "#seat_console/wall-figures.js";
import "#seat_console/wall-lanes.js";
import "#seat_console/wall-seats.js";

export class WallBoard extends Panel {
  static properties = {
    wall: { attribute: false },
    link: { attribute: false },
    trouble: { attribute: false },
    over: { attribute: false },
    open: { state: true },
    at: { state: true },
  };

  constructor() {
    super();
    /** @type {WallboardView | null} */
    this.wall = null;
    /** @type {WallLink["link"]} */
    this.link = "connecting";
    /** @type {WallLink["trouble"]} */
    this.trouble = "";
    this.over = "";
    this.open = "";
    this.at = readAddress(location.search);
    this.addEventListener("wall-filter", (event) =>
      this.go({ ...this.at, filter: /** @type {CustomEvent} */ (event).detail }),
    );
    this.addEventListener("wall-open", (event) => {
      this.open = /** @type {CustomEvent} */ (event).detail;
    });
  }

  /** Escape, and Back on a television's remote control, leave the big screen. @override */
  connectedCallback() {
    super.connectedCallback();
    followArrows(() => {
      if (!this.at.isBig || document.querySelector("dialog[open]")) return false;
      void this.enlarge();
      return true;
    });
    // A browser in full screen keeps Escape to itself, and only says that the full screen is over.
    document.addEventListener("fullscreenchange", () => {
      if (!document.fullscreenElement && this.at.isBig) this.go({ ...this.at, isBig: false });
    });
  }

  /** @param {ReturnType<typeof readAddress>} at */
  go(at) {
    this.at = at;
    history.replaceState(null, "", writeAddress(location.pathname, at));
  }

  /** @override */
  updated() {
    document.documentElement.toggleAttribute("data-big", this.at.isBig);
  }

  /** @override */
  render() {
    return html`
      ${this.banner()}
      <div class="wall" aria-busy=${this.wall ? "false" : "true"}>
        <div class="wall__top">
          <wall-figures .wall=${this.wall}></wall-figures>
          <button class="button wall__big" aria-pressed=${this.at.isBig ? "true" : "false"} @click=${() => this.enlarge()}>
            ${icon("fullscreen")} ${this.at.isBig ? gettext("Normal size") : gettext("Big screen")}
          </button>
        </div>
        <section class="wall__seats" aria-label=${gettext("Seats")}>
          ${this.wall ? nothing : html`<p class="tiles__none">${gettext("Connecting…")}</p>`}
          <wall-seats .wall=${this.wall} .filter=${this.at.filter}></wall-seats>
        </section>
        <aside class="wall__side" tabindex="0" aria-label=${gettext("Waiting")}><wall-lanes .wall=${this.wall}></wall-lanes></aside>
      </div>
      <seat-dialog .seat=${this.wall?.seats.find((each) => each.seat === this.open) ?? null}></seat-dialog>
    `;
  }

  banner() {
    if (this.link === "open" && this.trouble === "detour")
      return html`<p class="hint">${networkWordsForStaff(this.trouble)}</p>`;
    if (this.link === "open" || this.link === "connecting") return nothing;
    const words =
      this.link === "lost"
        ? `${gettext("What you see is old.")} ${networkWordsForStaff(this.trouble) || gettext("Connection lost; this page is connecting again…")}`
        : this.over === "superseded"
          ? gettext("This page was replaced by a newer window.")
          : gettext("You have been signed out.");
    return html`<div class="banner banner--${this.link}" role="alert">${icon("missed")} <span>${words}</span>
      ${this.link === "over" ? html`<a class="button" href="/sign-in?next=/wallboard">${gettext("Sign in")}</a>` : nothing}
    </div>`;
  }

  async enlarge() {
    this.go({ ...this.at, isBig: !this.at.isBig });
    // Full screen is a wish: a wall PC in kiosk mode has it already, and a refusal changes nothing.
    if (this.at.isBig) await document.documentElement.requestFullscreen().catch(() => {});
    else if (document.fullscreenElement) await document.exitFullscreen();
  }
}

customElements.define("wall-board", WallBoard);
