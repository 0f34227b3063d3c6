/** What is asked before microphone and camera open: read while one waits, changed or taken back at any time. */
import { openNotice } from "#booth_client/notice_dialog.js";
import { say } from "#booth_client/voice.js";
import { isConsentSaid } from "#booth_client/story.js";
import { icon } from "#booth_client/icons.js";
import { gettext } from "#webui/i18n.js";
import { html } from "#vendor/lit.js";

/** @import { Visit } from "#booth_client/visit.js" */
/** @import { Consented } from "#booth_client/story.js" */
/** @typedef {"sound" | "picture"} Sense */

/** @type {Record<Sense, () => string>} */
const GIVE = {
  sound: () => gettext("Open my microphone: staff hear me"),
  picture: () => gettext("Open my camera: staff see me"),
};
/** @type {Record<Sense, () => string>} */
const TAKE_BACK = {
  sound: () => gettext("Close my microphone"),
  picture: () => gettext("Close my camera"),
};
/** @type {Record<Sense, () => string>} */
const GIVEN = {
  sound: () => gettext("You agreed that staff hear you."),
  picture: () => gettext("You agreed that staff see you."),
};
/** @type {Record<Sense, () => string>} */
const REFUSED = {
  sound: () => gettext("Staff do not hear you. You can write to them."),
  picture: () => gettext("Staff do not see you. You see them."),
};

/** Whether the question was answered. @param {Visit} visit */
export const isAnswered = ({ story }) => isConsentSaid(story);

/** What may be opened. @param {Visit} visit */
export const allowed = ({ story: { consents } }) => ({
  microphone: consents.sound === true,
  camera: consents.picture === true,
});

/**
 * Agree to something or take it back; giving holds from the server's word on, taking back at once.
 *
 * @param {Visit} visit
 * @param {Consented} said
 */
export async function consent(visit, said) {
  visit.agreed(Object.fromEntries(Object.entries(said).filter(([, given]) => !given)));
  const version = document.documentElement.dataset.notice ?? "";
  // All at once: what is still to be sent would be lost with a reload.
  const telling = Object.entries(said).map(async ([name, given]) => {
    const kind = /** @type {"service" | "sound" | "picture"} */ (name);
    const isKept = await visit.tell({ type: "consent", kind, given, version, how: "touch" });
    if (isKept) visit.agreed({ [kind]: given });
  });
  await Promise.all(telling);
}

/** The tickets that were told again, so that this is begun once. */
const toldAgain = new WeakSet();

/** A server that forgot the ticket forgot what was agreed to as well: it is told again. @param {Visit} visit */
export function tellAgain(visit) {
  const { ticket, consents } = visit.story;
  if (!ticket?.consents || toldAgain.has(ticket) || ticket.consents.length > 0 || visit.connection !== "open") return;
  const known = Object.entries(consents).filter(([, given]) => given !== undefined);
  if (known.length === 0) return;
  toldAgain.add(ticket);
  void consent(visit, Object.fromEntries(known));
}

/** The question, until it is answered; then how it was answered, and the way back. @param {Visit} visit */
export function consentFace(visit) {
  return isAnswered(visit) ? answeredFace(visit) : questionFace(visit);
}

/** Say what is open from now on. @param {Consented} said */
function confirm({ sound, picture }) {
  const id = sound && picture ? "consent.all" : sound ? "consent.sound" : picture ? "consent.picture" : "consent.none";
  say("", { id, kind: "choice" });
}

/** @param {Visit} visit */
function questionFace(visit) {
  const answer = (/** @type {Consented} */ said) => () => {
    confirm(said);
    void consent(visit, said);
  };
  return html`<section class="consent card" aria-labelledby="consent-title" data-consent="asked">
    <h2 id="consent-title">${gettext("Camera and microphone open only if you agree")}</h2>
    <ul class="consent__points">
      <li>${icon("info")}<span>${gettext("The call is not recorded, neither picture nor sound.")}</span></li>
      <li>${icon("info")}<span>${gettext("Documents you show and words you write are kept, only to deal with your request.")}</span></li>
      <li>${icon("info")}<span>${gettext("Staff never ask for bank passwords or codes, and never ask you to send money.")}</span></li>
      <li>${icon("info")}<span>${gettext("You can take it back at any time, also in the call.")}</span></li>
    </ul>
    <div class="consent__choices">
    <button class="button button--primary button--wide" type="button" data-agree="all" @click=${answer({ service: true, sound: true, picture: true })}>${icon("camera")}${gettext("I agree: open camera and microphone")}</button>
    <button class="button button--wide" type="button" data-agree="sound" @click=${answer({ service: true, sound: true, picture: false })}>${icon("microphone")}${gettext("Without my picture: only microphone")}</button>
    <button class="button button--wide" type="button" data-agree="none" @click=${answer({ service: true, sound: false, picture: false })}>${gettext("Neither: I will write")}</button>
    </div>
    ${noticeButton()}
  </section>`;
}

/** @param {Visit} visit */
function answeredFace(visit) {
  return html`<details class="consent card" data-consent="answered">
    <summary>${icon("info")}${gettext("Camera and microphone: what you agreed to")}</summary>
    ${senseRow(visit, "sound")} ${senseRow(visit, "picture")} ${noticeButton()}
  </details>`;
}

/** @param {Visit} visit @param {Sense} sense */
function senseRow(visit, sense) {
  const isGiven = visit.story.consents[sense] === true;
  const change = () => {
    confirm({ ...visit.story.consents, [sense]: !isGiven });
    void consent(visit, { [sense]: !isGiven });
  };
  return html`<p class="consent__said">${isGiven ? GIVEN[sense]() : REFUSED[sense]()}</p>
    <button class="button button--wide" type="button" data-sense=${sense} @click=${change}>${isGiven ? TAKE_BACK[sense]() : GIVE[sense]()}</button>`;
}

function noticeButton() {
  return html`<button class="button button--quiet" type="button" @click=${() => openNotice("privacy")}>${icon("info")}${gettext("Read the whole notice")}</button>`;
}
