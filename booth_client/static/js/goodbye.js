/** The faces of the end: what came of it, the receipt, and a rating that nobody has to give. */
import { facts } from "#booth_client/facts.js";
import { forget } from "#booth_client/forget.js";
import { face, icon } from "#booth_client/icons.js";
import { noticeView } from "#booth_client/notice.js";
import { isOwnPhone, ownPhone } from "#booth_client/own_phone.js";
import { canPrint, phoneCode, printButton } from "#booth_client/print.js";
import { goodbyeTitle, isDone, LEVELS, outcomeName, reasonName } from "#booth_client/words.js";
import { say } from "#booth_client/voice.js";
import { describeError, gettext } from "#webui/i18n.js";
import { html } from "#vendor/lit.js";

/** @import { Visit } from "#booth_client/visit.js" */

const BAD = 2;
const COMMENT_LONGEST = 500;
/** @type {{ level: number, reasons: Set<string> }} */
const rating = { level: 0, reasons: new Set() };
/** @type {readonly string[] | null} */
let badReasons = null;

/** @param {Visit} visit @param {() => void} again draws anew */
export function goodbyeFace(visit, again) {
  const { closing, ticket, session } = visit.story;
  const outcome = closing?.outcome ?? "";
  const receipt = closing?.receipt || session?.about.receipt || ticket?.about.receipt || "";
  if (badReasons === null) void loadReasons(again);
  return html`<div class="goodbye wrap">
    <section class="goodbye__head">
      ${isDone(outcome) ? html`<span class="goodbye__mark" aria-hidden="true">${icon("check")}</span>` : ""}
      <h1 data-head tabindex="-1">${goodbyeTitle(outcome)}</h1>
      <p class="goodbye__outcome">${outcomeName(outcome) || gettext("Staff may still be writing up the result; please wait a moment.")}</p>
      ${(closing?.version ?? 1) > 1 ? html`<p class="notice notice--warn">${icon("again")}<span>${corrected(closing?.version ?? 1)}</span></p>` : ""}
      ${closing?.summary ? html`<p>${closing.summary}</p>` : ""}
      ${closing?.notice.length ? noticeView(closing.notice) : ""}
    </section>
    ${receipt ? receiptView(visit, receipt, again) : ""}
    ${visit.story.rated ? html`<p class="notice notice--good">${icon("check")}<span>${gettext("Your rating was received. Thank you.")}</span></p>` : ratingView(visit, again)}
    <button class="button button--primary goodbye__finish" type="button" @click=${() => finish(visit)}>${gettext("Finish and clear the screen")}</button>
    <p class="quiet centred">${gettext("This clears the screen. The office keeps your record and documents.")}</p>
  </div>`;
}

/** @param {number} version */
const corrected = (version) =>
  gettext("The member of staff has corrected this. What you see now counts (version {version}).", { version });

/** @param {Visit} visit @param {string} receipt @param {() => void} again */
function receiptView(visit, receipt, again) {
  return html`<section class="receipt card" aria-labelledby="receipt-title">
    <h2 id="receipt-title" class="receipt__title">${gettext("Your receipt")}</h2>
    <p class="receipt__number numeric" translate="no">${receipt}</p>
    ${isOwnPhone(visit.keep.isBooth) ? ownPhone(receipt, again) : ""}
    ${phoneCode(receipt)}
    <p class="quiet">${gettext("Write the number down or photograph it. With it you can look up the result of your call.")}</p>
    ${canPrint(visit.keep.isBooth) ? printButton() : ""}
  </section>`;
}

/** @param {Visit} visit @param {() => void} again */
function ratingView(visit, again) {
  return html`<form class="rating card" @submit=${(/** @type {SubmitEvent} */ event) => send(event, visit)}>
    <fieldset>
      <legend class="rating__legend">${gettext("How did we do? Your answer is not shown to the person who helped you.")}</legend>
      <div class="rating__levels">
        ${LEVELS.map(
          ([level, name]) => html`<label class="rating__level" data-level=${level}>
            <input type="radio" name="level" value=${level} .checked=${rating.level === level} @change=${() => choose(level, again)}>
            <span class="rating__face">${face(level)}<span>${name()}</span></span>
          </label>`,
        )}
      </div>
    </fieldset>
    ${rating.level && rating.level <= BAD ? reasonsView(again) : ""}
    ${
      rating.level
        ? html`<label class="field"><span class="field__label">${gettext("Anything to add? (optional)")}</span>
          <textarea class="input" name="comment" rows="2" maxlength=${COMMENT_LONGEST}></textarea></label>
          ${visit.fault ? html`<p class="field__fault" role="alert">${describeError(visit.fault.code, visit.fault.params)}</p>` : ""}
          <button class="button button--primary" type="submit">${gettext("Send the rating")}</button>`
        : ""
    }
  </form>`;
}

/** @param {() => void} again */
function reasonsView(again) {
  const toggle = (/** @type {string} */ reason) => () => {
    if (!rating.reasons.delete(reason)) rating.reasons.add(reason);
    again();
  };
  return html`<fieldset>
    <legend class="field__label">${gettext("We are sorry. What went wrong? Please choose at least one.")}</legend>
    <div class="choice rating__reasons">
      ${(badReasons ?? []).map(
        (reason) => html`<label class="choice__option">
          <input type="checkbox" .checked=${rating.reasons.has(reason)} @change=${toggle(reason)}><span class="choice__face">${reasonName(reason)}</span>
        </label>`,
      )}
    </div>
  </fieldset>`;
}

/** @param {number} level @param {() => void} again */
function choose(level, again) {
  rating.level = level;
  if (level > BAD) rating.reasons.clear();
  else say("", { id: "goodbye.why", kind: "choice" });
  again();
}

/** @param {SubmitEvent} event @param {Visit} visit */
async function send(event, visit) {
  event.preventDefault();
  const comment = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("comment") ?? "").trim();
  await visit.rate(rating.level, [...rating.reasons], comment);
}

/** @param {Visit} visit */
const finish = (visit) => forget(visit, visit.keep, visit.keep.isBooth);

/** The next person has judged nothing yet. */
export function forgetRating() {
  rating.level = 0;
  rating.reasons.clear();
}

/** @param {() => void} again */
async function loadReasons(again) {
  badReasons = [];
  try {
    badReasons = (await facts()).bad_reasons;
    again();
  } catch {
    badReasons = null; // asked again with the next drawing
  }
}

/** @param {Visit} visit @param {() => void} again draws anew */
export function endedFace(visit, again) {
  const { ticket } = visit.story;
  const receipt = ticket?.about.receipt ?? "";
  return html`<div class="goodbye wrap">
    <section class="goodbye__head">
      <h1 data-head tabindex="-1">${endWords(ticket?.state ?? "")}</h1>
      <p>${gettext("You can take a new number any time we are open.")}</p>
    </section>
    ${receipt ? receiptView(visit, receipt, again) : ""}
    <button class="button button--primary goodbye__finish" type="button" @click=${() => finish(visit)}>${gettext("Back to the start")}</button>
  </div>`;
}

/** @param {string} state */
function endWords(state) {
  switch (state) {
    case "abandoned":
      return gettext("You have left the queue");
    case "redirected":
      return gettext("Your number is now in another queue. Do not take a new one.");
    default:
      return gettext("Your number has expired");
  }
}

/** @param {Visit} visit */
export function supersededFace(visit) {
  return html`<div class="goodbye wrap">
    <section class="goodbye__head">
      <h1 data-head tabindex="-1">${gettext("You are continuing in another window")}</h1>
      <p>${gettext("This one has stopped, so that you are not called twice.")}</p>
    </section>
    <button class="button button--primary goodbye__finish" type="button" @click=${() => visit.takeOver()}>${gettext("Go on here instead")}</button>
  </div>`;
}
