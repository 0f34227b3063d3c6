/** `<own-paper>`: shows a citizen's own paper as the staff see it, also where this browser cannot open it (HEIC, TIFF). */
import { html, nothing } from "#vendor/lit.js";
import { describeError, gettext } from "#webui/i18n.js";
import { LightElement } from "#webui/light.js";

export class OwnPaper extends LightElement {
  static properties = {
    document: { attribute: false },
    token: { attribute: false },
    state: { state: true },
  };

  constructor() {
    super();
    this.document = "";
    this.name = "";
    this.token = "";
    /** @type {"closed" | "loading" | "shown" | "failed"} */
    this.state = "closed";
    this.picture = "";
    this.fault = "";
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.close();
  }

  close() {
    if (this.picture) URL.revokeObjectURL(this.picture);
    this.picture = "";
    this.state = "closed";
  }

  async open() {
    this.state = "loading";
    try {
      const url = `/api/documents/${encodeURIComponent(this.document)}/pages/1`;
      const answer = await fetch(url, { headers: { Authorization: `Bearer ${this.token}` } });
      if (!answer.ok) throw await answer.json();
      this.picture = URL.createObjectURL(await answer.blob());
      this.state = this.isConnected ? "shown" : "closed";
    } catch (problem) {
      const { code, params } = /** @type {{ code?: string, params?: Record<string, unknown> }} */ (problem);
      this.fault = describeError(code ?? "unavailable", params);
      this.state = "failed";
    }
  }

  /** @override */
  render() {
    const isOpen = this.state !== "closed";
    return html`<button class="button button--quiet" type="button" aria-expanded=${isOpen ? "true" : "false"}
        @click=${() => (isOpen ? this.close() : this.open())}>${isOpen ? gettext("Close") : gettext("View")}<span class="visually-hidden"> ${this.name}</span></button>
      ${this.state === "loading" ? html`<span role="status">${gettext("Opening…")}</span>` : nothing}
      ${this.state === "shown" ? html`<img class="own-paper__page" src=${this.picture} alt=${this.name}>` : nothing}
      ${this.state === "failed" ? html`<span role="status">${this.fault}</span>` : nothing}`;
  }
}

customElements.define("own-paper", OwnPaper);
