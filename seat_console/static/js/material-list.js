/** `<material-list>`: the item's materials with how each stands, their documents, and the still to ask for. */
/** @import { Call } from "#seat_console/call.js" */
/** @import { Line } from "#seat_console/checklist.js" */
/** @import { DocumentView, MaterialView } from "#signaling/messages.d.ts" */
import { html, nothing } from "#vendor/lit.js";
import { dotted } from "#webui/dots.js";
import { gettext } from "#webui/i18n.js";
import { lines, loose } from "#seat_console/checklist.js";
import { icon } from "#seat_console/icons.js";
import { Panel } from "#seat_console/panel.js";
import { size, timeOfDay } from "#seat_console/times.js";
import { standingWord, verdictWord } from "#seat_console/words.js";

export class MaterialList extends Panel {
  static properties = { call: { attribute: false }, open: { attribute: false }, isOver: { attribute: false } };

  constructor() {
    super();
    /** @type {Call | null} */
    this.call = null;
    /** The document in the viewer. */
    this.open = "";
    /** The call is over: no still can be asked for. */
    this.isOver = false;
  }

  /** @override */
  render() {
    if (!this.call) return nothing;
    const all = lines(this.call.guide, this.call.documents);
    const others = loose(this.call.guide, this.call.documents);
    const done = all.filter((each) => each.standing === "good" || each.standing === "covered").length;
    return html`
      <section class="materials" aria-labelledby="materials-title">
        <h2 class="panel__title" id="materials-title">
          ${gettext("Materials")}
          ${all.length ? html`<span class="count">${done}/${all.length}</span>` : nothing}
          <span class="panel__gap"></span>
          ${this.still("", gettext("Take a photo"))}
        </h2>
        ${this.failures()}
        <ul class="materials__list">
          ${all.map((each) => this.line(each))}
          ${
            others.length
              ? html`<li class="material">
                  <div class="material__head"><span class="material__name">${gettext("Other documents")}</span></div>
                  ${others.map((each) => this.document(each))}
                </li>`
              : nothing
          }
          ${all.length || others.length ? nothing : html`<li class="materials__none">${gettext("No list of materials for this item. Documents appear here as they arrive.")}</li>`}
        </ul>
      </section>
    `;
  }

  /** @param {Line} line */
  line({ material, standing, documents }) {
    return html`
      <li class="material material--${standing}">
        <div class="material__head">
          <span class="material__standing" title=${standingWord(standing)}>${icon(standing)}</span>
          <span class="material__name">${material.name}<small>${this.flags(material)}</small></span>
          <span class="material__word">${standingWord(standing)}</span>
          ${standing === "good" ? nothing : this.still(material.key, gettext("Ask for a photo: {name}", { name: material.name }))}
        </div>
        ${documents.map((each) => this.document(each))}
      </li>
    `;
  }

  /** @param {MaterialView} material */
  flags(material) {
    return dotted([
      material.required ? "" : gettext("optional"),
      material.conditional ? gettext("in some cases") : "",
      material.alternative ? gettext("one of several") : "",
      material.original ? gettext("see the original") : "",
      material.signature ? gettext("signature") : "",
      material.electronic ? gettext("e-certificate will do") : "",
      material.deferrable ? gettext("may follow later") : "",
    ]);
  }

  /** @param {DocumentView} document */
  document(document) {
    return html`
      <button class="paper" ?data-open=${document.document === this.open} @click=${() => this.tell("call-open", document.document)}>
        ${icon("document")}
        <span class="paper__name">${document.name}<small>${timeOfDay(document.stored_ms)}&nbsp;· ${size(document.bytes)}</small></span>
        ${
          document.verdict
            ? html`<span class="verdict verdict--${document.verdict}">${icon(document.verdict)} ${verdictWord(document.verdict)}</span>`
            : html`<span class="verdict verdict--new">${gettext("New")}</span>`
        }
      </button>
    `;
  }

  /**
   * @param {string} material
   * @param {string} words
   */
  still(material, words) {
    if (this.isOver) return nothing;
    const isAsked = (this.call?.stills ?? []).some((each) => each.material === material && !each.why);
    return html`<button class="tool tool--plain" ?data-busy=${isAsked} title=${words} aria-label=${words}
      @click=${() => this.tell("call-still", material)}>${icon("still")}${material ? nothing : html`<span>${isAsked ? gettext("Asked…") : words}</span>`}</button>`;
  }

  failures() {
    const failed = (this.call?.stills ?? []).filter((each) => each.why);
    if (!failed.length) return nothing;
    return html`<p class="materials__fault" role="status">
      ${icon("missed")} ${gettext("The photo could not be taken: {why}", { why: this.why(failed.at(-1)?.why ?? "") })}
    </p>`;
  }

  /** @param {string} why a device error's name */
  why(why) {
    if (why === "NotFoundError") return gettext("there is no document camera");
    if (why === "NotAllowedError") return gettext("the camera is not allowed");
    return why === "NotReadableError" ? gettext("the camera is in use elsewhere") : why;
  }
}

customElements.define("material-list", MaterialList);
