/** The face of the call: the agent large, oneself small, papers and chat beside, switches below. */
import { chatFace } from "#booth_client/chat.js";
import { ownTroubles, ownWords } from "#booth_client/device_choice.js";
import { consentFace, isAnswered } from "#booth_client/consent.js";
import { icon } from "#booth_client/icons.js";
import { staffLine, staffName } from "#booth_client/staff.js";
import { againCount, papersFace } from "#booth_client/papers.js";
import { stillFace } from "#booth_client/still_face.js";
import { gettext } from "#webui/i18n.js";
import { rove } from "#webui/roving.js";
import { html, live } from "#vendor/lit.js";

/** @import { OwnDevices } from "#booth_client/check.js" */
/** @import { LiveCall } from "#booth_client/live_call.js" */
/** @import { Visit } from "#booth_client/visit.js" */
/** @import { Device } from "#signaling/device_words.js" */
/** @import { SessionView } from "#signaling/messages.d.ts" */

/** @param {Visit} visit @param {LiveCall} talk @param {OwnDevices} devices @param {() => void} again draws anew */
export function callFace(visit, talk, devices, again) {
  const session = /** @type {SessionView} */ (visit.story.session);
  return html`<div class="call">
    <section class="call__stage" aria-label=${gettext("Video")}>
      <h1 class="visually-hidden" data-head tabindex="-1">${gettext("In a call with {name}", { name: staffName(session) })}</h1>
      <div class="call__top">
        <p class="call__who"><strong>${staffName(session)}</strong>${staffLine(session) ? html`<span>${staffLine(session)}</span>` : ""}<span>${session.guide?.name || session.about.item_name || gettext("Advice")}</span></p>
        ${qualityView(talk)}
      </div>
      <div class="call__picture">${remoteView(talk)}</div>
      ${barView(visit, talk, devices)}
    </section>
    <div class="call__mine">
      ${talk.isPaperOn ? paperView(devices, talk) : ""}
      <div class="call__self">
        <video class="call__own" .srcObject=${live(devices.face)} autoplay muted playsinline aria-label=${gettext("Your own picture")}></video>
        ${talk.isCameraOff || !devices.isLive("camera") ? html`<span class="call__blank">${icon("cameraOff")}<span class="visually-hidden">${ownWords("camera", devices) || gettext("Your camera is off.")}</span></span>` : ""}
      </div>
    </div>
    <aside class="call__side">
      ${troubleView(talk, devices)}
      ${tabs(talk, session, again)}
      ${talk.tab === "chat" ? chatFace(visit, session, again) : papersFace(session, talk, visit, devices)}
      ${isAnswered(visit) ? "" : html`<div class="call__agree">${consentFace(visit)}</div>`}
    </aside>
    ${stillFace(talk, devices)}
  </div>`;
}

/**
 * A stream is bound as `live` on every face: set anew, even the same one begins again, black and without a sound.
 *
 * @param {LiveCall} talk
 */
function remoteView(talk) {
  const shown = talk.theirs.screen ? talk.remote?.screen : talk.remote?.face;
  const isDark = talk.state === "connecting" || (talk.theirs.camera === false && !talk.theirs.screen);
  const words =
    talk.state === "connecting"
      ? gettext("Picture and sound are coming…")
      : gettext("Their camera is off. You can hear each other.");
  return html`<video class="call__remote" .srcObject=${live(talk.remote?.face ?? null)} ?hidden=${Boolean(talk.theirs.screen)} autoplay playsinline
      aria-label=${gettext("The member of staff")} @playing=${() => unblock(talk)} @loadedmetadata=${(/** @type {Event} */ event) => play(event, talk)}></video>
    ${talk.theirs.screen ? html`<video class="call__remote call__remote--screen" .srcObject=${live(shown ?? null)} autoplay muted playsinline aria-label=${gettext("What the member of staff shows you")}></video>` : ""}
    ${isDark ? html`<p class="call__coming" role="status">${words}</p>` : ""}
    ${talk.isSoundBlocked ? html`<button class="button button--primary call__sound" type="button" @click=${() => unblockAll(talk)}>${gettext("Press to hear the other person")}</button>` : ""}`;
}

/** A reloaded page may not make a sound before it is touched. @param {Event} event @param {LiveCall} talk */
function play(event, talk) {
  const video = /** @type {HTMLVideoElement} */ (event.target);
  video.play().catch((problem) => {
    if (problem.name === "NotAllowedError") talk.blockSound(true);
  });
}

/** @param {LiveCall} talk */
const unblock = (talk) => talk.isSoundBlocked && talk.blockSound(false);

/** @param {LiveCall} talk */
function unblockAll(talk) {
  for (const video of document.querySelectorAll(".call__remote")) {
    if (video instanceof HTMLVideoElement) video.play().catch(() => undefined); // the next touch tries again
  }
  talk.blockSound(false);
}

/** @param {LiveCall} talk */
function qualityView(talk) {
  const words =
    talk.score >= 4
      ? gettext("Connection good")
      : talk.score === 3
        ? gettext("Connection fair")
        : gettext("Connection weak");
  return html`<p class="call__quality" data-score=${talk.score}>
    <span class="bars" aria-hidden="true">${[1, 2, 3, 4, 5].map((bar) => html`<i class="bars__bar" data-on=${String(bar <= talk.score)}></i>`)}</span>
    <span>${words}</span>
  </p>`;
}

/** @param {OwnDevices} devices @param {LiveCall} talk */
function paperView(devices, talk) {
  return html`<div class="call__paper">
    <video data-turn=${devices.paperTurn} .srcObject=${live(devices.paperView)} autoplay muted playsinline aria-label=${gettext("Your document under the camera")}></video>
    <span class="call__label">${gettext("Document camera is on")}</span>
    <button class="call__turn call__turn--start" type="button" aria-label=${gettext("Turn the picture")} @click=${() => devices.turnPaper()}>${icon("turn")}</button>
    ${devices.hasPaperChoice ? html`<button class="call__turn" type="button" aria-label=${gettext("Change camera")} @click=${() => talk.turnPaperCamera()}>${icon("again")}</button>` : ""}
  </div>`;
}

/** @param {Visit} visit @param {LiveCall} talk @param {OwnDevices} devices */
function barView(visit, talk, devices) {
  return html`<div class="call__bar" role="toolbar" aria-label=${gettext("Call controls")}>
    ${deviceControl("microphone", talk.isMuted, devices, () => talk.toggle("microphone"))}
    ${deviceControl("camera", talk.isCameraOff, devices, () => talk.toggle("camera"))}
    ${devices.hasPaperCamera ? control("paper", talk.isPaperOn, talk.isPaperOn ? gettext("Stop showing") : gettext("Show a document"), () => talk.switchPaper(!talk.isPaperOn), false) : ""}
    ${control("still", false, gettext("Take a picture"), () => talk.stills.prepare(), !devices.camera.track && !devices.hasPaperCamera)}
    <button class="control control--end" type="button" @click=${() => visit.ends?.begin("call")}>${icon("end")}<span>${gettext("End call")}</span></button>
  </div>`;
}

/**
 * A switch that shows what the device does, not what was wished; where there is none a press opens it.
 *
 * @param {Device} device
 * @param {boolean} isOff by the person's own wish
 * @param {OwnDevices} devices
 * @param {() => void} act
 */
function deviceControl(device, isOff, devices, act) {
  const isOn = !isOff && devices.isLive(device);
  const labels =
    device === "microphone" ? [gettext("Mic off"), gettext("Mic on")] : [gettext("Camera off"), gettext("Camera on")];
  return html`<button class="control" type="button" data-device=${device} data-on=${String(isOn)} ?disabled=${devices.isOpening || !devices.allowed[device]} @click=${act}>
    ${icon(isOn ? device : `${device}Off`)}<span>${isOn ? labels[0] : labels[1]}</span>
  </button>`;
}

/** @param {OwnDevices} devices */
const paperWords = ({ hasPaperCamera }) =>
  hasPaperCamera
    ? gettext("The document camera stopped. Press “Show a document” to switch it on again.")
    : gettext("The document camera is not plugged in.");

/** Who is not heard or seen learns it, and who does not hear too. @param {LiveCall} talk @param {OwnDevices} devices */
function troubleView(talk, devices) {
  const words = [
    talk.wantsPaper && devices.paper.state === "missing" ? paperWords(devices) : "",
    talk.state === "connected" && talk.theirs.microphone === false
      ? gettext("The microphone of the member of staff is off: you do not hear them now. You can type.")
      : "",
  ].filter(Boolean);
  const told = words.map((each) => html`<p class="notice notice--warn call__trouble" role="status">${each}</p>`);
  return html`${ownTroubles(devices)}${told}`;
}

/** @param {string} name @param {boolean} isPressed @param {string} label @param {() => void} act @param {boolean} isDisabled */
function control(name, isPressed, label, act, isDisabled) {
  const off = isPressed && name !== "paper";
  return html`<button class="control" type="button" ?disabled=${isDisabled} @click=${act}>
    ${icon(off ? `${name}Off` : name)}<span>${label}</span>
  </button>`;
}

/** @param {LiveCall} talk @param {SessionView} session @param {() => void} again */
function tabs(talk, session, again) {
  const theirs = session.chat.filter((line) => line.by === "seat").length;
  if (talk.tab === "chat") talk.readLines = theirs;
  const unread = theirs - talk.readLines;
  const retakes = againCount(session);
  const turn = (/** @type {KeyboardEvent} */ event) => rove(event)?.click();
  const open = (/** @type {string} */ tab) => () => {
    talk.tab = tab;
    again();
  };
  return html`<div class="tabs" role="tablist" @keydown=${turn}>
    <button class="tabs__tab" role="tab" type="button" id="tab-papers" aria-controls="side" tabindex=${talk.tab === "papers" ? 0 : -1} aria-selected=${String(talk.tab === "papers")} @click=${open("papers")}>${gettext("Documents")}${retakes ? html` <span class="tabs__count">${retakes}<span class="visually-hidden"> ${gettext("to photograph again")}</span></span>` : ""}</button>
    <button class="tabs__tab" role="tab" type="button" id="tab-chat" aria-controls="side" tabindex=${talk.tab === "chat" ? 0 : -1} aria-selected=${String(talk.tab === "chat")} @click=${open("chat")}>
      ${gettext("Text chat")}${unread ? html` <span class="tabs__count">${unread}<span class="visually-hidden"> ${gettext("unread")}</span></span>` : ""}
    </button>
  </div>`;
}
