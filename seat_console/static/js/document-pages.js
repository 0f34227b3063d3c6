/** `<document-pages>`: a document's pages one at a time, its text where it is not drawn, its password where it has one. */
/** @import { DocumentView } from "#signaling/messages.d.ts" */
/** @import { Contents } from "#seat_console/preview.js" */
import { html, nothing } from "#vendor/lit.js";
import { asFault, ServiceFault } from "#signaling/faults.js";
import { describeError, gettext } from "#webui/i18n.js";
import { wellFormed } from "#webui/typing.js";
import { icon } from "#seat_console/icons.js";
import { Panel } from "#seat_console/panel.js";
import { contents, page } from "#seat_console/preview.js";

/** What may be over when one tries again. */
const PASSING = /^(unavailable|storage_unavailable|ledger_unavailable|queue_unavailable|service_error)$/;

export class DocumentPages extends Panel {
  static properties = {
    document: { attribute: false },
    zoom: { attribute: false },
    turn: { attribute: false },
    state: { state: true },
    number: { state: true },
  };

  constructor() {
    super();
    /** @type {DocumentView | null} */
    this.document = null;
    this.zoom = 1;
    this.turn = 0;
    /** @type {"loading" | "shown" | "failed" | "locked"} */
    this.state = "loading";
    this.number = 1;
    this.pages = 0;
    /** @type {Contents | null} */
    this.inside = null;
    /** @type {ServiceFault | null} */
    this.fault = null;
    this.picture = "";
    this.loaded = "";
    this.password = "";
    this.loading = new AbortController();
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.forget();
    this.loaded = "";
  }

  /** @override */
  updated() {
    const id = this.document?.document ?? "";
    if (id && id !== this.loaded) void this.load(id);
  }

  /** Leave nothing of the last document in this page's memory. */
  forget() {
    this.loading.abort();
    this.loading = new AbortController();
    if (this.picture) URL.revokeObjectURL(this.picture);
    [this.picture, this.password, this.inside, this.fault] = ["", "", null, null];
  }

  /** @param {string} id */
  async load(id) {
    this.forget();
    [this.loaded, this.state, this.number, this.pages] = [id, "loading", 1, 0];
    await this.attempt(async (signal) => {
      const inside = await contents(id, signal);
      [this.inside, this.pages] = [inside, inside.pages];
      if (inside.needs_password) throw new ServiceFault("document_locked");
      if (!inside.texts.length) await this.draw(1, signal);
    });
  }

  /** @param {number} number */
  async turnTo(number) {
    await this.attempt((signal) => this.draw(number, signal));
  }

  /** @param {number} number @param {AbortSignal} signal */
  async draw(number, signal) {
    const drawn = await page(this.loaded, number, this.password, signal);
    if (signal.aborted) return;
    if (this.picture) URL.revokeObjectURL(this.picture);
    this.picture = URL.createObjectURL(drawn.picture);
    [this.number, this.pages] = [number, drawn.pages || this.pages || 1];
  }

  /** @param {(signal: AbortSignal) => Promise<void>} work */
  async attempt(work) {
    const { signal } = this.loading;
    this.state = "loading";
    try {
      await work(signal);
      if (!signal.aborted) [this.fault, this.state] = [null, "shown"];
    } catch (problem) {
      if (signal.aborted) return;
      this.fault = asFault(problem);
      this.state = this.fault.code === "document_locked" ? "locked" : "failed";
    }
    this.requestUpdate();
  }

  /** @override */
  render() {
    if (!this.document) return nothing;
    return html`
      ${this.pages > 1 && !this.inside?.texts.length ? this.steps() : nothing}
      <div class="viewer__sheets" data-zoom=${this.zoom} data-turn=${this.turn}>${this.sheets()}</div>
      ${this.state === "loading" ? html`<p class="viewer__state">${gettext("Opening…")}</p>` : nothing}
      ${this.state === "failed" ? this.failed() : nothing}
      ${this.state === "locked" ? this.locked() : nothing}
    `;
  }

  sheets() {
    const texts = this.inside?.texts ?? [];
    if (texts.length) {
      return html`
        <p class="viewer__state">${gettext("This kind of file is shown as text. Save it to see it as it was made.")}</p>
        <dl class="sheet sheet--text">${this.inside?.fields.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
        ${texts.map((text) => html`<pre class="sheet sheet--text">${text}</pre>`)}
      `;
    }
    if (!this.picture || this.state === "failed" || this.state === "locked") return nothing;
    const { name } = /** @type {DocumentView} */ (this.document);
    return html`<img class="sheet" src=${this.picture} alt=${this.pages > 1 ? `${name} ${this.number}/${this.pages}` : name}>`;
  }

  steps() {
    const go = (/** @type {number} */ by) => () => this.turnTo(this.number + by);
    return html`<nav class="viewer__pages" aria-label=${gettext("Pages")}>
      <button class="button" ?disabled=${this.number <= 1} @click=${go(-1)}>${icon("previous")}${gettext("Previous page")}</button>
      <span class="numeric" role="status">${gettext("Page {n} of {all}", { n: this.number, all: this.pages })}</span>
      <button class="button" ?disabled=${this.number >= this.pages} @click=${go(1)}>${gettext("Next page")}${icon("next")}</button>
    </nav>`;
  }

  failed() {
    const { code, params } = this.fault ?? new ServiceFault("service_error");
    return html`<p class="viewer__state" role="status">
      ${describeError(code, params)}
      ${PASSING.test(code) ? html`<button class="button" @click=${() => this.load(this.loaded)}>${gettext("Try again")}</button>` : nothing}
    </p>`;
  }

  locked() {
    const open = (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      const form = /** @type {HTMLFormElement} */ (event.target);
      this.password = wellFormed(String(new FormData(form).get("password") ?? ""));
      void this.turnTo(1);
    };
    return html`<form class="viewer__state" @submit=${open}>
      <p role="status">${this.fault?.params.tried ? gettext("This password does not open it.") : gettext("This file opens with a password only. Ask the citizen for it; it is used to look and is not stored.")}</p>
      <label class="field"><span class="field__label">${gettext("Password of the file")}</span>
        <input class="input" name="password" type="password" autocomplete="off" maxlength="200" required></label>
      <button class="button button--primary" type="submit">${gettext("Open")}</button>
    </form>`;
  }
}

customElements.define("document-pages", DocumentPages);
