/** `<notes-box>`: the agent's notes, saved while they are typed. */
import { html } from "#vendor/lit.js";
import { gettext } from "#webui/i18n.js";
import { local } from "#webui/store.js";
import { keep, restore, settle, sweep } from "#seat_console/draft.js";
import { Panel } from "#seat_console/panel.js";

const PAUSE_MS = 700;
const RETRY_MS = 4000;
const TEXT_MAX = 8000;

export class NotesBox extends Panel {
  static properties = {
    session: { attribute: false },
    saved: { attribute: false },
    isOnline: { attribute: false },
    status: { state: true },
  };

  constructor() {
    super();
    this.session = "";
    /** What the server has. */
    this.saved = "";
    /** @type {"" | "saving" | "saved" | "waiting"} */
    this.status = "";
    this.isOnline = true;
    this.shown = "";
    this.timer = 0;
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    window.clearTimeout(this.timer);
    if (this.status === "saving") this.save();
  }

  /** @override */
  updated() {
    if (this.session && this.session !== this.shown) this.show();
    else if (this.status !== "saving" && this.status !== "waiting" && this.field.value !== this.saved)
      this.field.value = this.saved;
  }

  /** Show a session's notes; an unsaved draft from before a reload is sent at once. */
  show() {
    this.shown = this.session;
    sweep(local, Date.now());
    const { text, isUnsaved } = restore(local, this.session, this.saved);
    this.field.value = text;
    if (isUnsaved) this.save();
  }

  get field() {
    return /** @type {HTMLTextAreaElement} */ (this.querySelector("textarea"));
  }

  /** @override */
  render() {
    return html`
      <section class="notes">
        <label class="panel__title" for="notes-text">${gettext("Notes")} <kbd>N</kbd>
          <span class="panel__gap"></span>
          <span class="notes__status" role="status">${this.words()}</span>
        </label>
        <textarea class="input notes__text" id="notes-text" maxlength=${TEXT_MAX} @input=${this.typed}
          placeholder=${gettext("Only staff see these.")}></textarea>
      </section>
    `;
  }

  words() {
    if (this.status === "saved") return gettext("Saved");
    if (this.status === "waiting" || (this.status === "saving" && !this.isOnline))
      return gettext("Kept on this PC until the connection is back");
    return this.status === "saving" ? gettext("Saving…") : "";
  }

  typed() {
    keep(local, this.session, this.field.value, Date.now());
    this.status = "saving";
    this.later(PAUSE_MS);
  }

  /** @param {number} ms */
  later(ms) {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.save(), ms);
  }

  /** Send at once what waits for a pause in typing. */
  flush() {
    if (this.status === "") return;
    window.clearTimeout(this.timer);
    if (this.status !== "saved") this.save();
  }

  save() {
    const [session, text] = [this.session, this.field.value];
    this.status = "saving";
    this.tell("call-notes", {
      text,
      saved: () => {
        settle(local, session, text);
        if (this.session === session && this.field.value === text) this.status = "saved";
      },
      failed: () => {
        this.status = "waiting";
        if (this.isConnected && this.session === session) this.later(RETRY_MS);
      },
    });
  }
}

customElements.define("notes-box", NotesBox);
