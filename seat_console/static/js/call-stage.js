/** `<call-stage>`: the citizen big, the document camera beside, myself small; swap, zoom, turn, full screen. */
/** @import { Call } from "#seat_console/call.js" */
/** @import { Slot } from "#signaling/messages.d.ts" */
import { html, nothing } from "#vendor/lit.js";
import { gettext } from "#webui/i18n.js";
import { rove, settle } from "#webui/roving.js";
import { consentNote } from "#seat_console/consent-note.js";
import { icon } from "#seat_console/icons.js";
import { Panel } from "#seat_console/panel.js";
import { troubleWords } from "#seat_console/stage-trouble.js";

/** @typedef {"camera" | "document_camera" | "screen"} View */

const ZOOMS = [1, 1.5, 2, 3, 4];

export class CallStage extends Panel {
  static properties = {
    call: { attribute: false },
    remote: { attribute: false },
    mine: { attribute: false },
    on: { attribute: false },
    health: { attribute: false },
    score: { attribute: false },
    theirs: { attribute: false },
    paperTurn: { attribute: false },
    big: { state: true },
    zoom: { state: true },
    turn: { state: true },
  };

  constructor() {
    super();
    /** @type {Call | null} */
    this.call = null;
    /** @type {Partial<Record<View, MediaStream>>} what the citizen sends now */
    this.remote = {};
    /** @type {MediaStream | null} */
    this.mine = null;
    this.on = { microphone: false, camera: false, screen: false };
    /** @type {"new" | "up" | "mending"} */
    this.health = "new";
    /** How good the connection is, 1-5; 0 while unknown. */
    this.score = 0;
    /** What the citizen's side says it sends. @type {Partial<Record<Slot, boolean>>} */
    this.theirs = {};
    this.paperTurn = 0;
    /** @type {View} */
    this.big = "camera";
    this.zoom = 0;
    this.turn = 0;
  }

  /** @override */
  updated() {
    for (const video of this.querySelectorAll("video")) {
      const stream =
        video.dataset.view === "self" ? this.mine : (this.remote[/** @type {View} */ (video.dataset.view)] ?? null);
      if (video.srcObject === stream) continue;
      video.srcObject = stream;
      if (stream) video.play().catch(() => {});
    }
    settle(this.querySelector(".stage__bar"));
    this.pan(0, 0);
  }

  /** @override */
  render() {
    const views = /** @type {View[]} */ (["camera", "document_camera", "screen"]);
    const shown = views.filter((each) => each === "camera" || this.remote[each]);
    const big = shown.includes(this.big) ? this.big : "camera";
    const zoom = ZOOMS[this.zoom] ?? 1;
    return html`
      <div class="stage" data-big=${big} data-count=${shown.length} @pointermove=${this.drag}>
        ${views.map(
          (view) => html`
            <figure class="stage__view" ?data-big=${view === big} ?hidden=${!shown.includes(view)}
              data-zoom=${view === big ? zoom : 1} data-turn=${this.turned(view, big)}>
              <video data-view=${view} autoplay playsinline ?muted=${view !== "camera"} .muted=${view !== "camera"}
                aria-label=${this.label(view)}></video>
              ${this.remote[view] || view !== "camera" ? nothing : this.empty()}
              <figcaption>${this.label(view)}</figcaption>
              ${
                view === big
                  ? nothing
                  : html`<button class="stage__swap" @click=${() => this.enlarge(view)} aria-label=${gettext("Show {what} large", { what: this.label(view) })}></button>`
              }
            </figure>
          `,
        )}
        <figure class="stage__self" ?data-off=${!this.on.camera}>
          <video data-view="self" autoplay playsinline muted .muted=${true} aria-label=${gettext("My own picture")}></video>
          ${this.on.camera ? nothing : html`<span class="stage__off">${icon("camera_off")}</span>`}
        </figure>
        ${this.trouble()}
        <div class="stage__bar" role="toolbar" aria-label=${gettext("Picture and sound")} @keydown=${rove}>
          ${this.toggle("microphone", "m", gettext("Microphone"))}
          ${this.toggle("camera", "v", gettext("Camera"))}
          <button class="tool" @click=${() => this.tell("stage-toggle", "screen")}>
            ${icon("screen")}<span class="tool__words">${this.on.screen ? gettext("Stop showing") : gettext("Show my screen")}</span>
          </button>
          <span class="stage__gap"></span>
          ${shown.length > 1 ? this.tool("swap", gettext("Swap pictures (D)"), () => this.next(shown)) : nothing}
          ${this.tool("zoom_out", gettext("Smaller"), () => this.step(-1), this.zoom === 0)}
          ${this.tool("zoom_in", gettext("Larger"), () => this.step(1), this.zoom === ZOOMS.length - 1)}
          ${this.tool("rotate", gettext("Turn by 90 degrees"), () => this.rotate())}
          ${this.tool("fullscreen", gettext("Full screen (F)"), () => this.fullscreen())}
        </div>
      </div>
    `;
  }

  empty() {
    const words = (this.call && consentNote(this.call)) || gettext("The citizen's picture is on its way…");
    return html`<p class="stage__empty">${icon("person")}<span>${words}</span></p>`;
  }

  /** What stands between the two, said over the picture. */
  trouble() {
    const words = troubleWords(this.call, this);
    return words ? html`<p class="stage__trouble" role="status">${icon("missed")} ${words}</p>` : nothing;
  }

  /**
   * @param {"microphone" | "camera"} slot
   * @param {string} key
   * @param {string} words
   */
  toggle(slot, key, words) {
    const isOn = this.on[slot];
    return html`<button class="tool" ?data-off=${!isOn} aria-pressed=${isOn ? "true" : "false"} aria-keyshortcuts=${key}
      title="${words} (${key.toUpperCase()})" @click=${() => this.tell("stage-toggle", slot)}>
      ${icon(isOn ? slot : `${slot}_off`)}<span class="tool__words">${words}</span>
    </button>`;
  }

  /** @param {string} name @param {string} words @param {() => void} act @param {boolean} [isOff] */
  tool(name, words, act, isOff = false) {
    return html`<button class="tool" aria-label=${words} title=${words} ?disabled=${isOff} @click=${act}>${icon(name)}</button>`;
  }

  /** As it hangs, and as the agent turned it. @param {View} view @param {View} big */
  turned(view, big) {
    return ((view === big ? this.turn * 90 : 0) + (view === "document_camera" ? this.paperTurn : 0)) % 360;
  }

  /** @param {View} view */
  label(view) {
    if (view === "document_camera") return gettext("Document camera");
    return view === "screen" ? gettext("Screen") : gettext("Citizen");
  }

  /** @param {View} view */
  enlarge(view) {
    [this.big, this.zoom, this.turn] = [view, 0, 0];
    this.at = [0, 0];
  }

  /** @param {View[]} shown */
  next(shown = /** @type {View[]} */ (["camera", ...Object.keys(this.remote).filter((each) => each !== "camera")])) {
    this.enlarge(shown[(shown.indexOf(this.big) + 1) % shown.length] ?? "camera");
  }

  /** @param {number} by */
  step(by) {
    this.zoom = Math.min(ZOOMS.length - 1, Math.max(0, this.zoom + by));
    if (this.zoom === 0) this.at = [0, 0];
  }

  rotate() {
    this.turn = (this.turn + 1) % 4;
  }

  async fullscreen() {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await this.querySelector(".stage")?.requestFullscreen();
  }

  /** Where the enlarged picture was dragged to, in pixels. */
  at = [0, 0];

  /** @param {PointerEvent} event */
  drag(event) {
    const inPicture = event.target instanceof HTMLVideoElement && event.target.dataset.view === this.big;
    if (this.zoom > 0 && event.buttons === 1 && inPicture) this.pan(event.movementX, event.movementY);
  }

  /** @param {number} x @param {number} y */
  pan(x, y) {
    this.at = [(this.at[0] ?? 0) + x, (this.at[1] ?? 0) + y];
    const figure = /** @type {HTMLElement | null} */ (this.querySelector("[data-big].stage__view"));
    figure?.style.setProperty("--pan-x", `${this.at[0]}px`);
    figure?.style.setProperty("--pan-y", `${this.at[1]}px`);
  }
}

customElements.define("call-stage", CallStage);
