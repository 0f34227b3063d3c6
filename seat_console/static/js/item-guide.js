/** `<item-guide>`: what the item is, who decides, how long it takes, what comes out; and what the call is about. */
/** @import { Call } from "#seat_console/call.js" */
import { html, nothing } from "#vendor/lit.js";
import { gettext } from "#webui/i18n.js";
import { badges, crossDistrict, place, title } from "#seat_console/about-lines.js";
import { explainLine } from "#seat_console/explain.js";
import { nameOf } from "#seat_console/names.js";
import { Panel } from "#seat_console/panel.js";
import "#seat_console/ticking.js";

/** The kinds of the trade, which every catalogue keeps in Chinese; others are shown as they are. */
/** @type {Record<string, () => string>} */
const KINDS = {
  即办件: () => gettext("done on the spot"),
  承诺件: () => gettext("done within a promised time"),
};

export class ItemGuide extends Panel {
  static properties = { call: { attribute: false } };

  constructor() {
    super();
    /** @type {Call | null} */
    this.call = null;
  }

  /** @override */
  render() {
    if (!this.call) return nothing;
    const { about, guide, explain, began_ms: beganMs } = this.call;
    const [cross, why] = [crossDistrict(about), explainLine(explain)];
    return html`
      <section class="guide" aria-labelledby="guide-title">
        <p class="guide__top"><b class="guide__number">${about.number}</b> <time-since ms=${beganMs}></time-since></p>
        <h2 class="guide__title" id="guide-title">${title(about)}</h2>
        ${guide?.official ? html`<p class="guide__official" lang="zh-Hans">${guide.official}</p>` : nothing}
        <p class="guide__badges">${badges(about)}</p>
        <p class="guide__place">${place(about)}${about.booth ? `\u00a0· ${about.booth}` : ""}</p>
        ${cross ? html`<p class="guide__cross">${cross}</p>` : nothing}
        ${why ? html`<p class="guide__why"><b>${gettext("Why you")}</b> ${why}</p>` : nothing}
        ${
          guide
            ? html`<details class="guide__more" open>
                <summary>${gettext("Guide")}</summary>
                <dl>
                  ${this.fact(gettext("Department"), guide.department)}
                  ${this.fact(gettext("District"), guide.district && nameOf("districts", guide.district))}
                  ${this.fact(gettext("Kind"), KINDS[guide.kind]?.() ?? guide.kind)}
                  ${this.fact(gettext("Time limit"), this.limit(guide.promised_days, guide.legal_days))}
                  ${this.fact(gettext("Result"), guide.result)}
                  ${this.fact(gettext("Code"), guide.impl_code)}
                </dl>
              </details>`
            : nothing
        }
      </section>
    `;
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  fact(name, value) {
    return value ? html`<div><dt>${name}</dt><dd>${value}</dd></div>` : nothing;
  }

  /**
   * @param {number} promised
   * @param {number} legal
   */
  limit(promised, legal) {
    if (!promised)
      return legal ? gettext("On the spot; {legal} working days by law", { legal }) : gettext("On the spot");
    return gettext("{promised} working days promised, {legal} by law", { promised, legal });
  }
}

customElements.define("item-guide", ItemGuide);
