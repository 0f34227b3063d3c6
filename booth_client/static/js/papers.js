/** What the item asks for, what was sent, and what the agent says of each. */
import { consentFace, isAnswered } from "#booth_client/consent.js";
import { choiceInCall } from "#booth_client/device_choice.js";
import { facts } from "#booth_client/facts.js";
import { icon } from "#booth_client/icons.js";
import "#booth_client/own_paper.js";
import { fileName, materialNotes, verdictName } from "#booth_client/words.js";
import { dotted } from "#webui/dots.js";
import { describeError, gettext } from "#webui/i18n.js";
import { html } from "#vendor/lit.js";

/** @import { Sending } from "#booth_client/sending.js" */
/** @import { Visit } from "#booth_client/visit.js" */
/** @import { OwnDevices } from "#booth_client/check.js" */
/** @import { LiveCall } from "#booth_client/live_call.js" */
/** @import { DocumentView, MaterialView, SessionView } from "#signaling/messages.d.ts" */

/** By type and by ending: many systems know no type for the last ones. */
const ACCEPTED =
  "image/*,application/pdf,application/ofd,.jpg,.jpeg,.png,.webp,.heic,.heif,.avif,.tif,.tiff,.bmp,.gif,.pdf,.ofd";
const OFD = "application/ofd";
const MARKS = { good: "check", blurred: "again", wrong: "cross" };
const TONES = { good: "good", blurred: "warn", wrong: "bad" };

const limit = { asked: false, megabytes: 0 };

/** @param {SessionView} session @param {LiveCall} talk @param {Visit} visit @param {OwnDevices} devices */
export function papersFace(session, talk, visit, devices) {
  const materials = session.guide?.materials ?? [];
  const known = new Set(materials.map((material) => material.key));
  const others = session.documents.filter((document) => !known.has(document.material));
  const otherSendings = talk.outgoing.list.filter((sending) => !known.has(sending.material));
  return html`<section class="side papers" id="side" role="tabpanel" aria-labelledby="tab-papers">
    ${materials.length ? html`<p class="quiet">${talk.hasFiles ? gettext("This service needs these documents. Send a file, or photograph them here.") : gettext("This service needs these documents. Photograph them here.")}</p>` : ""}
    <ul class="papers__list">
      ${materials.map((material) => materialRow(material, session, talk))}
    </ul>
    <div class="papers__others">
      <h2 class="papers__heading">${materials.length ? gettext("Other documents") : gettext("Documents")}</h2>
      ${others.map((document) => documentLine(document, talk))} ${otherSendings.map(sendingLine)}
      ${picker(gettext("Send a file"), "", talk)}
      ${talk.hasFiles ? html`<p class="quiet">${limitWords(talk)}</p>` : ""}
    </div>
    ${isAnswered(visit) ? html`${choiceInCall(devices)}${consentFace(visit)}` : ""}
  </section>`;
}

/** What may be sent, with the limit of this installation once it is known. @param {LiveCall} talk */
function limitWords(talk) {
  if (!limit.asked) {
    limit.asked = true;
    facts().then(
      ({ document_max_bytes }) => {
        limit.megabytes = Math.floor(document_max_bytes / 1_048_576);
        talk.redraw();
      },
      () => {
        limit.asked = false; // asked again with the next drawing
      },
    );
  }
  return limit.megabytes
    ? gettext("Photos, scans, PDF or OFD, up to {max_mb} MB each.", { max_mb: limit.megabytes })
    : gettext("Photos, scans, PDF or OFD.");
}

/** @param {MaterialView} material @param {SessionView} session @param {LiveCall} talk */
function materialRow(material, session, talk) {
  const documents = session.documents.filter((document) => document.material === material.key);
  const sendings = talk.outgoing.list.filter((sending) => sending.material === material.key);
  const standing = standingOf(documents);
  const isDone = standing === "done";
  return html`<li class="paper" data-standing=${standing}>
    <p class="paper__name">${material.name}</p>
    <p class="paper__notes">${dotted(materialNotes(material))}</p>
    ${documents.map((document) => documentLine(document, talk))} ${sendings.map(sendingLine)}
    ${isDone ? "" : picker(documents.length ? gettext("Send again") : gettext("Send a file"), material.key, talk, material.name, standing === "again")}
  </li>`;
}

/** Whether a material is done, to be brought again, or neither yet. @param {readonly DocumentView[]} documents */
function standingOf(documents) {
  if (documents.some((document) => document.verdict === "good")) return "done";
  const last = documents.at(-1)?.verdict;
  return last === "blurred" || last === "wrong" ? "again" : "open";
}

/** How many materials are to be brought again: told on the tab too. @param {SessionView} session */
export function againCount(session) {
  const materials = new Set(session.documents.map((document) => document.material));
  const standings = [...materials].map((key) =>
    standingOf(session.documents.filter((document) => document.material === key)),
  );
  return standings.filter((standing) => standing === "again").length;
}

/** @param {DocumentView} document @param {LiveCall} talk */
function documentLine(document, talk) {
  const { verdict } = document;
  return html`<div class="document">
    ${icon("paper")}<span class="document__name">${fileName(document.name)}</span>
    ${
      verdict
        ? html`<span class="tag tag--${TONES[verdict]}">${icon(MARKS[verdict])}${verdictName(verdict)}</span>`
        : html`<span class="tag">${icon("clock")}${gettext("Not checked yet")}</span>`
    }
    ${document.media_type === OFD || document.needs_password ? "" : html`<own-paper .document=${document.document} .name=${document.name} .token=${talk.token}></own-paper>`}
    ${document.note ? html`<span class="document__note">${document.note}</span>` : ""}
    ${document.located ? html`<span class="document__note quiet">${gettext("This photo says where it was taken. The staff look at a copy that does not; the photo itself is kept as you sent it.")}</span>` : ""}
    ${document.needs_password ? html`<span class="document__note quiet">${gettext("This file opens with a password. Tell the staff the password when they ask for it.")}</span>` : ""}
  </div>`;
}

/** @param {Sending} sending */
function sendingLine(sending) {
  const percent = Math.round(sending.share * 100);
  return html`<div class="document document--coming">
    ${icon("upload")}<span class="document__name">${fileName(sending.name)}</span>
    ${
      sending.fault
        ? html`<span class="field__fault document__note" role="alert">${describeError(sending.fault.code, sending.fault.params)}</span>
          <button class="button" type="button" @click=${sending.again}>${icon("again")}${gettext("Try again")}</button>`
        : html`<span class="numeric">${percent}%</span>
          <progress class="progress document__note" max="1" .value=${sending.share} aria-label=${gettext("Sending {name}", { name: fileName(sending.name) })}></progress>`
    }
    <button class="button button--quiet" type="button" @click=${sending.stop}>${icon("cross")}${gettext("Remove")}</button>
  </div>`;
}

/** @param {string} label @param {string} material @param {LiveCall} talk @param {string} [name] @param {boolean} [isUrgent] */
function picker(label, material, talk, name = "", isUrgent = false) {
  const choose = (/** @type {Event} */ event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    talk.sendFiles(input.files ?? [], material);
    input.value = "";
  };
  return html`<div class="row paper__acts">
    ${
      // A booth's disk is nobody's: papers come from its camera only.
      talk.hasFiles
        ? html`<label class="button picker">
            ${icon("upload")}${label}<span class="visually-hidden"> ${name}</span>
            <input class="picker__input" type="file" accept=${ACCEPTED} multiple data-material=${material} @change=${choose}>
          </label>`
        : ""
    }
    <button class=${isUrgent ? "button button--primary" : "button"} type="button" @click=${() => talk.stills.prepare(material)}>${icon("still")}${isUrgent ? gettext("Photograph again") : gettext("Photograph")}<span class="visually-hidden"> ${name}</span></button>
  </div>`;
}
