/** The faces of waiting: a number, a place, an honest time, and a way out. */
import { callbackChoices } from "#booth_client/callback.js";
import { consentFace, isAnswered } from "#booth_client/consent.js";
import { ownTroubles } from "#booth_client/device_choice.js";
import { icon } from "#booth_client/icons.js";
import { boothIsShared, freeBooth, wayBack } from "#booth_client/ways_back.js";
import { isLongWait, placeWords, returnedNote, waitedMs, waitLine, widenedNote } from "#booth_client/words.js";
import { networkWords } from "#signaling/network_words.js";
import { clockTime, describeError, gettext } from "#webui/i18n.js";
import { html, live } from "#vendor/lit.js";

/** @import { OwnDevices } from "#booth_client/check.js" */
/** @import { Visit } from "#booth_client/visit.js" */
/** @import { TicketView } from "#signaling/messages.d.ts" */

const HOLD_S = 600;
const HOLD_LONG_S = 1800;

/** @param {Visit} visit */
export function takingFace(visit) {
  const { hasStopped } = visit;
  return html`<div class="waiting wrap">
    <section class="stub card card--raised" aria-busy=${String(!hasStopped)}>
      <h1 class="stub__lead" data-head tabindex="-1">${
        hasStopped ? gettext("No number was taken. We have stopped trying.") : gettext("Taking a number for you…")
      }</h1>
      ${hasStopped ? "" : html`<p class="stub__number stub__number--coming" aria-hidden="true">· · ·</p>`}
      ${visit.choice?.itemName ? html`<p>${visit.choice.itemName}</p>` : ""}
      ${noConnection(visit)}
      <div class="row stub__acts">
        <button class="button button--danger" type="button" @click=${() => visit.wipe()}>${gettext("Leave")}</button>
      </div>
    </section>
  </div>`;
}

/** Why no number comes, and a button that tries. @param {Visit} visit */
function noConnection(visit) {
  const words = networkWords(visit.trouble, visit.keep.isBooth);
  if (!words && !visit.hasStopped) return "";
  return html`${words ? html`<p class="notice notice--warn" role="alert">${icon("again")}<span>${words}</span></p>` : ""}
    <button class="button button--primary button--wide" type="button" @click=${() => visit.tryNow()}>${
      visit.hasStopped ? gettext("Try again") : gettext("Try now")
    }</button>`;
}

/** @param {Visit} visit @param {unknown} agree what was or is to be agreed to, and the check of what may be opened */
export function waitingFace(visit, agree) {
  const ticket = /** @type {TicketView} */ (visit.story.ticket);
  const isLong = isLongWait(visit);
  return html`<div class="waiting wrap" data-long=${String(isLong)}>
    <section class="stub card card--raised" aria-labelledby="waiting-title">
      <h1 class="stub__lead" id="waiting-title" data-head tabindex="-1">${gettext("Your number")}</h1>
      <p class="stub__number" translate="no">${ticket.about.number}</p>
      ${ticket.about.item_name ? html`<p class="stub__about">${visit.choice?.itemName || ticket.about.item_name}</p>` : ""}
      <hr class="stub__tear">
      <div class="stack stub__standing">
        <p class="stub__place">${placeWords(ticket.place, ticket.able_seats > 0)}</p>
        <p class="stub__wait">${waitLine(ticket)}</p>
        ${ticket.returned ? html`<p class="notice">${icon("info")}<span>${returnedNote(ticket.returned)}</span></p>` : ""}
        ${visit.trouble === "detour" ? html`<p class="notice">${icon("info")}<span>${networkWords(visit.trouble, visit.keep.isBooth)}</span></p>` : ""}
        ${ticket.widened.map((relaxed) => html`<p class="notice">${icon("info")}<span>${widenedNote(relaxed)}</span></p>`)}
      </div>
      <p class="quiet numeric">${icon("clock")} ${waitedWords(waitedMs(ticket, visit.skewMs))}</p>
      ${visit.fault ? html`<p class="notice notice--warn">${describeError(visit.fault.code, visit.fault.params)}</p>` : ""}
      ${visit.keep.isBooth ? wayBack(visit) : ""}
      ${isLong ? "" : shortWait(visit)}
    </section>
    ${isLong ? longWait(visit, ticket) : ""}
    ${agree}
  </div>`;
}

/** @param {Visit} visit */
function shortWait(visit) {
  return html`<div class="row stub__acts">
    ${holdButton(visit, "")}
    <button class="button button--danger" type="button" @click=${() => leave(visit)}>${gettext("Leave the queue")}</button>
  </div>
  <p class="quiet">${gettext("Stay on this page. We connect you when it is your turn; you need not press anything.")}</p>`;
}

/** Nobody waits in the dark: after some minutes the ways on are laid open. @param {Visit} visit @param {TicketView} ticket */
function longWait(visit, ticket) {
  return html`<section class="stub__choices" aria-labelledby="long-wait">
    <h2 id="long-wait"><span>${gettext("We are sorry that it takes this long.")}</span> <span>${gettext("What would you like to do?")}</span></h2>
    <p>${gettext("Keep waiting: stay on this page; you need not press anything.")}</p>
    ${callbackChoices(visit, ticket)}
    ${holdButton(visit, "button--wide")} ${holdButton(visit, "button--wide", HOLD_LONG_S)}
    <button class="button button--danger button--wide" type="button" @click=${() => leave(visit)}>${gettext("Leave and come back another day")}</button>
  </section>`;
}

/** @param {Visit} visit @param {string} shape @param {number} [forS] */
function holdButton(visit, shape, forS = HOLD_S) {
  const hold = () => visit.tell({ type: "hold_place", for_s: forS });
  const words = gettext("Keep my place for {n} minutes", { n: forS / 60 });
  return html`<button class="button ${shape}" type="button" @click=${hold}>${icon("clock")}${words}</button>`;
}

/** @param {Visit} visit */
const leave = (visit) => visit.ends?.begin("queue");

/** @param {Visit} visit */
export function heldFace(visit) {
  const ticket = /** @type {TicketView} */ (visit.story.ticket);
  return html`<div class="waiting waiting--single wrap">
    <section class="stub card card--raised" aria-labelledby="held-title">
      <h1 class="stub__lead" id="held-title" data-head tabindex="-1">${gettext("Your place is kept")}</h1>
      <p class="stub__number" translate="no">${ticket.about.number}</p>
      <hr class="stub__tear">
      <p class="stub__place">${gettext("Until {time}. We will not call you before you are back.", { time: clockTime(ticket.held_until_ms) })}</p>
      <p>${gettext("Press the button when you are back. After that time your number expires.")}</p>
      ${wayBack(visit)} ${visit.keep.isBooth ? boothIsShared() : ""}
      <div class="row stub__acts">
        <button class="button button--primary" type="button" @click=${() => visit.tell({ type: "resume_place" })}>${gettext("I am back")}</button>
        ${visit.keep.isBooth ? freeBooth(visit) : ""}
        <button class="button button--danger" type="button" @click=${() => leave(visit)}>${gettext("Leave the queue")}</button>
      </div>
    </section>
  </div>`;
}

/** @param {Visit} visit @param {OwnDevices} devices */
export function ringingFace(visit, devices) {
  return html`<div class="ringing wrap">
    <div class="ringing__face">
      <span class="ringing__ring" aria-hidden="true">${icon("camera")}</span>
      <h1 data-head tabindex="-1">${gettext("Putting you through…")}</h1>
      <p class="ringing__who">${gettext("Someone will be with you in a moment.")}</p>
      <p class="stub__number ringing__number" translate="no">${visit.story.ticket?.about.number ?? ""}</p>
      ${isAnswered(visit) ? "" : consentFace(visit)} ${ownTroubles(devices)}
      ${devices.camera.track ? html`<video class="ringing__self" .srcObject=${live(devices.face)} autoplay muted playsinline aria-label=${gettext("Your own picture")}></video>` : ""}
    </div>
  </div>`;
}

/** How long somebody has waited, as it is said: 5:07 reads like seven past five. @param {number} ms */
function waitedWords(ms) {
  const seconds = Math.floor(ms / 1000);
  const [m, s] = [Math.floor(seconds / 60), seconds % 60];
  return m ? gettext("You have waited {m} min {s} s", { m, s }) : gettext("You have waited {s} s", { s });
}
