/** `<seat-desk>`: the desk under the bar: rest, ringing, or the call in three columns. */
/** @import { Call } from "#seat_console/call.js" */
/** @import { Desk } from "#seat_console/desk.js" */
/** @import { CallMedia } from "#seat_console/call-media.js" */
import { html, nothing } from "#vendor/lit.js";
import { networkWordsForStaff } from "#signaling/network_words.js";
import { gettext } from "#webui/i18n.js";
import { face } from "#seat_console/desk.js";
import { icon } from "#seat_console/icons.js";
import { Panel } from "#seat_console/panel.js";
import "#seat_console/call-stage.js";
import "#seat_console/chat-box.js";
import "#seat_console/close-form.js";
import "#seat_console/document-viewer.js";
import "#seat_console/item-guide.js";
import "#seat_console/material-list.js";
import "#seat_console/notes-box.js";
import "#seat_console/priority-claim.js";
import "#seat_console/rest-face.js";
import "#seat_console/ring-card.js";
import "#seat_console/wrap-card.js";

const OFF = { microphone: false, camera: false, screen: false };

export class SeatDesk extends Panel {
  static properties = {
    desk: { attribute: false },
    media: { attribute: false },
    isSilent: { attribute: false },
    open: { state: true },
  };

  constructor() {
    super();
    /** @type {Desk | null} */
    this.desk = null;
    /** @type {CallMedia["state"] | null} */
    this.media = null;
    /** Browsers allow no sound before the first click or key on a page. */
    this.isSilent = false;
    /** The document in the viewer. */
    this.open = "";
    this.addEventListener("call-open", (event) => {
      const { detail } = /** @type {CustomEvent} */ (event);
      this.open = detail === this.open ? "" : detail;
    });
    this.addEventListener("call-step", (event) => this.step(/** @type {CustomEvent} */ (event).detail));
  }

  /** Go to the next or the previous document, round and round. @param {number} by */
  step(by) {
    const all = this.desk?.call?.documents ?? [];
    const at = all.findIndex((each) => each.document === this.open);
    if (at >= 0) this.open = all[(at + by + all.length) % all.length]?.document ?? "";
  }

  /** @override */
  render() {
    if (!this.desk) return nothing;
    const on = face(this.desk);
    return html`
      ${this.banner()}
      ${this.isSilent && on !== "call" ? html`<p class="hint">${icon("reserved")} ${gettext("Click anywhere once: only then can this page ring aloud.")}</p>` : nothing}
      ${on === "call" || (on === "wrap_up" && this.desk.call) ? this.atWork(on === "call") : html`<rest-face .desk=${this.desk} ?inert=${on === "ringing"}></rest-face>`}
      ${on === "ringing" ? html`<ring-card .ringing=${this.desk.ringing} .seat=${this.desk.seat}></ring-card>` : nothing}
      ${this.keys(on)}
    `;
  }

  /** What is wrong between this page and the server, said in words. */
  banner() {
    const { link, over, taken, trouble, call } = /** @type {Desk} */ (this.desk);
    if (link === "open" && trouble === "detour") return html`<p class="hint">${networkWordsForStaff(trouble)}</p>`;
    if (link === "open" || link === "connecting") return nothing;
    const words =
      over === "superseded"
        ? gettext("You are signed in in a newer window; this one has stopped.")
        : over === "signed_out" || over === "sign_in_required"
          ? gettext("You have been signed out.")
          : over === "seat_taken"
            ? takenWords(taken)
            : over
              ? gettext("This page has stopped. Please reload it.")
              : `${networkWordsForStaff(trouble) || gettext("Connection lost; this page is connecting again…")} ${
                  call && trouble !== "offline" ? gettext("The call goes on.") : ""
                }`;
    return html`<div class="banner banner--${link}" role="alert">
      ${icon("missed")} <span>${words}</span>
      ${over === "superseded" ? html`<a class="button" href="/console">${gettext("Work here")}</a>` : nothing}
      ${over === "seat_taken" && !taken?.has_call ? html`<button type="button" @click=${takeOver}>${gettext("Take the seat over")}</button>` : nothing}
      ${over && over !== "superseded" && over !== "seat_taken" ? html`<a class="button" href="/sign-in?next=/console">${gettext("Sign in")}</a>` : nothing}
    </div>`;
  }

  /** @param {boolean} isLive in the call; else its wrap-up, with everything but the pictures */
  atWork(isLive) {
    const call = this.desk?.call;
    if (!call) return nothing;
    const open = call.documents.find((each) => each.document === this.open) ?? null;
    const material = call.guide?.materials.find((each) => each.key === open?.material)?.name ?? "";
    return html`
      <div class="work" ?data-viewing=${open !== null}>
        <div class="work__left">
          ${isLive ? this.stage(call) : html`<wrap-card .desk=${this.desk}></wrap-card>`}
          <priority-claim .call=${call}></priority-claim>
          <chat-box .lines=${call.chat} .call=${call} .isOver=${!isLive}></chat-box>
        </div>
        <div class="work__middle">
          <material-list .call=${call} .open=${this.open} .isOver=${!isLive}></material-list>
        </div>
        <div class="work__right">
          <item-guide .call=${call}></item-guide>
          <notes-box .session=${call.session} .saved=${call.notes} .isOnline=${this.desk?.link === "open"}></notes-box>
          ${isLive ? html`<close-form .call=${call}></close-form>` : html`<close-form class="is-correction" .call=${call}></close-form>`}
        </div>
        ${open ? html`<document-viewer .document=${open} .material=${material} .count=${call.documents.length}></document-viewer>` : nothing}
      </div>
    `;
  }

  /** @param {Call} call */
  stage(call) {
    const media = this.media;
    return html`<h2 class="visually-hidden" data-head tabindex="-1">${gettext("In a call")} ${call.about.number}</h2>
          <call-stage .call=${call} .remote=${media?.remote ?? {}} .mine=${media?.mine ?? null} .theirs=${media?.theirs ?? {}} .paperTurn=${media?.paperTurn ?? 0}
            .on=${media?.on ?? OFF} .health=${media?.health ?? "new"} .score=${media?.score ?? 0}></call-stage>
          ${media?.fault ? html`<p class="work__fault" role="alert">${icon("missed")} ${media.fault}</p>` : nothing}
    `;
  }

  /** @param {string} on which face is on */
  keys(on) {
    /** @type {Array<[string, string]>} */
    const keys =
      on === "call"
        ? [
            ["M", gettext("Microphone")],
            ["V", gettext("Camera")],
            ["D", gettext("Switch views")],
            ["F", gettext("Full screen")],
            ["S", gettext("Take a photo")],
            ["C", gettext("Chat")],
            ["N", gettext("Notes")],
            ["1 2 3", gettext("Verdict")],
            ["O", gettext("Outcome")],
          ]
        : on === "ringing"
          ? [["Enter", gettext("Accept")]]
          : on === "idle"
            ? [["B", gettext("Short break")]]
            : on === "wrap_up" && this.desk?.call
              ? [
                  ["R", gettext("Ready")],
                  ["T", gettext("More time")],
                  ["N", gettext("Notes")],
                  ["1 2 3", gettext("Verdict")],
                  ["O", gettext("Outcome")],
                ]
              : [["R", gettext("Ready")]];
    if (this.desk?.call?.priority_claim && (on === "call" || on === "wrap_up"))
      keys.push(["Y X", gettext("Priority: true, not true")]);
    return html`<ul class="keys" aria-label=${gettext("Keys")}>
      ${keys.map(([key, words]) => html`<li><kbd>${key}</kbd> ${words}</li>`)}
    </ul>`;
  }
}

customElements.define("seat-desk", SeatDesk);

/** @param {Readonly<Record<string, unknown>> | null} taken who works at the seat already */
function takenWords(taken) {
  const account = String(taken?.account ?? "");
  return taken?.has_call
    ? gettext("{account} has a call at this seat. Wait until it is over, or ask for another seat.", { account })
    : gettext("{account} is signed in at this seat. If you take it over, that page stops.", { account });
}

function takeOver() {
  location.hash = "take-over";
  location.reload();
}
