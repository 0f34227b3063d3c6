/** `<document-viewer>`: one document large beside the citizen's picture, with the verdict buttons under it. */
/** @import { DocumentView } from "#signaling/messages.d.ts" */
import { html, nothing } from "#vendor/lit.js";
import { gettext } from "#webui/i18n.js";
import { icon } from "#seat_console/icons.js";
import { Panel } from "#seat_console/panel.js";
import "#seat_console/document-pages.js";
import { original } from "#seat_console/preview.js";
import { size } from "#seat_console/times.js";
import { verdictWord } from "#seat_console/words.js";

const VERDICTS = /** @type {const} */ (["good", "blurred", "wrong"]);
const ZOOMS = [1, 1.5, 2, 3];

export class DocumentViewer extends Panel {
  static properties = {
    document: { attribute: false },
    material: { attribute: false },
    judges: { attribute: false },
    count: { attribute: false },
    zoom: { state: true },
    turn: { state: true },
  };

  constructor() {
    super();
    /** @type {DocumentView | null} */
    this.document = null;
    /** The name of the material it was sent for. */
    this.material = "";
    /** Whether a verdict can be given here; the records page only looks. */
    this.judges = true;
    /** Of how many documents this is one. */
    this.count = 1;
    this.zoom = 0;
    this.turn = 0;
    this.shown = "";
  }

  /** @override */
  updated() {
    const id = this.document?.document ?? "";
    if (id !== this.shown) [this.shown, this.zoom, this.turn] = [id, 0, 0];
  }

  /** @override */
  render() {
    const document = this.document;
    if (!document) return nothing;
    return html`
      <section class="viewer" aria-label=${gettext("Document {name}", { name: document.name })}>
        <header class="viewer__head">
          <h3>${this.material || document.name}<small>${this.material ? `${document.name}\u00a0· ` : ""}${size(document.bytes)}</small></h3>
          <div class="viewer__tools">
            ${this.count > 1 ? this.steps() : nothing}
            ${this.tool(
              "zoom_out",
              gettext("Smaller"),
              () => {
                this.zoom = Math.max(0, this.zoom - 1);
              },
              this.zoom === 0,
            )}
            ${this.tool(
              "zoom_in",
              gettext("Larger"),
              () => {
                this.zoom = Math.min(ZOOMS.length - 1, this.zoom + 1);
              },
              this.zoom === ZOOMS.length - 1,
            )}
            ${this.tool("rotate", gettext("Turn by 90 degrees"), () => {
              this.turn = (this.turn + 90) % 360;
            })}
            <a class="tool tool--plain" href=${original(document.document)} download aria-label=${gettext("Save the file as it was sent")} title=${gettext("Save the file as it was sent")}>${icon("arrived")}</a>
            ${this.tool("close", gettext("Close the document (Esc)"), () => this.tell("call-open", ""))}
          </div>
        </header>
        <div class="viewer__body" tabindex="0" role="group" aria-label=${gettext("Document")}>
          <document-pages .document=${document} .zoom=${ZOOMS[this.zoom] ?? 1} .turn=${this.turn}></document-pages>
        </div>
        ${this.judges ? this.verdicts(document) : nothing}
      </section>
    `;
  }

  steps() {
    return html`
      ${this.tool("previous", gettext("Previous document (←)"), () => this.tell("call-step", -1))}
      ${this.tool("next", gettext("Next document (→)"), () => this.tell("call-step", 1))}
    `;
  }

  /** @param {DocumentView} document */
  verdicts(document) {
    return html`
      <form class="viewer__verdict" @submit=${(/** @type {Event} */ event) => event.preventDefault()}>
        <label class="visually-hidden" for="verdict-note">${gettext("Note for the citizen")}</label>
        <input class="input" id="verdict-note" maxlength="200" autocomplete="off" placeholder=${gettext("Note for the citizen")} .value=${document.note}>
        ${VERDICTS.map(
          (verdict, index) => html`
            <button class="button judge judge--${verdict}" type="button" aria-pressed=${document.verdict === verdict ? "true" : "false"}
              @click=${() => this.judge(verdict)}>
              ${icon(verdict)} ${verdictWord(verdict)} <kbd>${index + 1}</kbd>
            </button>
          `,
        )}
      </form>
    `;
  }

  /** @param {"good" | "blurred" | "wrong"} verdict */
  judge(verdict) {
    if (!this.document) return;
    const note = /** @type {HTMLInputElement | null} */ (this.querySelector("#verdict-note"))?.value.trim() ?? "";
    this.tell("call-verdict", { document: this.document.document, verdict, note });
  }

  /**
   * @param {string} name
   * @param {string} words
   * @param {() => void} act
   * @param {boolean} [isOff]
   */
  tool(name, words, act, isOff = false) {
    return html`<button class="tool tool--plain" aria-label=${words} title=${words} ?disabled=${isOff} @click=${act}>${icon(name)}</button>`;
  }
}

customElements.define("document-viewer", DocumentViewer);
