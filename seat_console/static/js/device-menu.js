/** `<device-menu>`: which microphone, camera and loudspeaker this PC uses; looked at before a call, changed in one. */
/** @import { CallMedia } from "#seat_console/call-media.js" */
import { html, live, nothing } from "#vendor/lit.js";
import { deviceSelect, speakerSelect } from "#signaling/device_select.js";
import { loudspeaker } from "#signaling/loudspeaker.js";
import { gettext } from "#webui/i18n.js";
import { icon } from "#seat_console/icons.js";
import { Panel } from "#seat_console/panel.js";

export class DeviceMenu extends Panel {
  static properties = { isOpen: { state: true } };

  constructor() {
    super();
    /** @type {CallMedia | null} */
    this.media = null;
    this.isOpen = false;
    loudspeaker.follow(() => this.requestUpdate());
  }

  /** @override */
  render() {
    const words = gettext("Camera, microphone, loudspeaker");
    return html`<details class="menu" @toggle=${this.toggled}>
      <summary class="button" aria-label=${words} title=${words} data-devices>${icon("camera")}</summary>
      ${this.isOpen && this.media ? this.list(this.media) : nothing}
    </details>`;
  }

  /** @param {CallMedia} media */
  list({ own, state }) {
    return html`<div class="menu__list devices" role="group" aria-label=${gettext("Camera, microphone, loudspeaker")}>
      <video class="devices__view" .srcObject=${live(state.mine)} autoplay playsinline muted .muted=${true} aria-label=${gettext("My own picture")}></video>
      ${state.fault ? html`<p class="notice notice--warn" role="status">${state.fault}</p>` : nothing}
      ${deviceSelect(own, "camera", gettext("Camera"))} ${deviceSelect(own, "microphone", gettext("Microphone"))}
      ${speakerSelect(loudspeaker, gettext("Loudspeaker"))}
      <button class="button" @click=${() => this.tell("devices-sound")}>${icon("reserved")} ${gettext("Play a sound")}</button>
    </div>`;
  }

  /** Devices are named only while one is open. @param {Event} event */
  toggled(event) {
    this.isOpen = /** @type {HTMLDetailsElement} */ (event.target).open;
    this.tell("devices-open", this.isOpen);
  }
}

customElements.define("device-menu", DeviceMenu);
