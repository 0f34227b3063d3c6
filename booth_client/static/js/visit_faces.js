/** Draws the face of the visit that its story asks for: waiting, ringing, the call, goodbye. */
import { Awake } from "#booth_client/awake.js";
import { bannerView } from "#booth_client/banner.js";
import { callFace } from "#booth_client/call.js";
import { scheduledFace } from "#booth_client/callback.js";
import { chime } from "#booth_client/chime.js";
import { checkFace, OwnDevices } from "#booth_client/check.js";
import { Ends } from "#booth_client/ends.js";
import { endedFace, forgetRating, goodbyeFace, supersededFace } from "#booth_client/goodbye.js";
import { allowed, consentFace, tellAgain } from "#booth_client/consent.js";
import { Narrator } from "#booth_client/narrator.js";
import { ring } from "#booth_client/voice.js";
import { LiveCall } from "#booth_client/live_call.js";
import { followKeyboard } from "#booth_client/typing_room.js";
import { heldFace, ringingFace, takingFace, waitingFace } from "#booth_client/waiting.js";
import { loudspeaker } from "#signaling/loudspeaker.js";
import { html, render } from "#vendor/lit.js";

/** @import { Visit } from "#booth_client/visit.js" */
/** @typedef {{ isBooth: boolean, say: typeof import("#booth_client/voice.js").say }} Manner */

const TICK_MS = 1000;
/** The faces on which somebody waits to be called. */
const WAITING = ["waiting", "held", "scheduled"];
/** The faces on which microphone and camera are open, if they may be. */
const OPENING = ["waiting", "ringing", "call"];

class Faces {
  #stage;
  #visit;
  #screen = "";
  #timer = 0;
  #isDue = false;
  /** Whether the end is about to come and may be taken back. */
  #isAsked = false;

  /** @param {HTMLElement} stage @param {Visit} visit @param {Manner} manner */
  constructor(stage, visit, manner) {
    this.#stage = stage;
    this.#visit = visit;
    this.manner = manner;
    this.devices = new OwnDevices(() => this.draw());
    loudspeaker.follow(() => this.draw());
    this.talk = new LiveCall(visit, this.devices, manner, () => this.draw());
    this.narrator = new Narrator(manner.say, () => ring(chime));
    this.awake = new Awake();
    followKeyboard();
    visit.ends = new Ends(visit, () => this.draw());
    document.addEventListener("person:gone", () => this.#forget());
  }

  /** Nothing on these faces is anybody's any more: no open device, nothing told, nothing judged. */
  #forget() {
    this.#drawCheck(null);
    this.devices.close();
    this.narrator = new Narrator(this.manner.say, () => ring(chime));
    forgetRating();
    this.draw();
  }

  /** Draw soon, once for all changes of this moment. @type {() => void} */
  draw = () => {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      this.#draw();
    });
  };

  #draw() {
    const visit = this.#visit;
    const { screen } = visit;
    const isNew = screen !== this.#screen;
    this.#screen = screen;
    if (screen !== "welcome") this.#follow(visit);
    this.talk.follow(screen);
    if (screen === "welcome" && isNew && !this.checkPlace) this.devices.close();
    if (screen !== "welcome") this.#drawCheck(null);
    const isAsked = this.#isAsked;
    visit.ends?.follow(screen);
    this.#isAsked = visit.ends?.isAsked ?? false;
    render(html`${bannerView(visit, this.talk)}${this.#face(screen)}${visit.ends?.view()}`, this.#stage);
    if (this.#isAsked && !isAsked) this.#askAgain();
    if (this.checkPlace) this.#drawCheck(this.checkPlace);
    if (isNew) this.#enter(screen);
    this.narrator.follow(visit, this.talk, this.devices, loudspeaker.isLost);
    this.awake.follow(WAITING.includes(screen));
    this.#tick(screen);
  }

  /** Open what was agreed to, once, and close what was taken back. @param {Visit} visit */
  #follow(visit) {
    tellAgain(visit);
    this.devices.allow(allowed(visit));
    const isDoubted = visit.isDoubted && visit.screen !== "call"; // a call goes on: its other side is there
    if (this.devices.isWanting && !isDoubted && OPENING.includes(visit.screen)) void this.devices.open();
  }

  /** Where the first face shows the check of camera and microphone, once it was asked for. @type {HTMLElement | null} */
  checkPlace = null;

  /** @param {HTMLElement | null} place */
  #drawCheck(place) {
    if (!place && this.checkPlace) render(null, this.checkPlace);
    this.checkPlace = place;
    if (place) render(checkFace(this.devices), place);
  }

  /** @param {HTMLElement} place */
  check(place) {
    this.#drawCheck(place);
    this.manner.say("", { id: "check.begin", kind: "face", rank: "face" });
    this.devices.allow({ microphone: true, camera: true }); // the press asks for it, and nobody else sees or hears it
    void this.devices.open();
  }

  /** @param {string} screen */
  #face(screen) {
    const { talk, devices } = this;
    const visit = this.#visit;
    const again = this.draw;
    switch (screen) {
      case "taking":
        return takingFace(visit);
      case "waiting":
        return waitingFace(visit, html`${consentFace(visit)}${this.#checked(visit)}`);
      case "held":
        return heldFace(visit);
      case "scheduled":
        return scheduledFace(visit);
      case "ringing":
        return ringingFace(visit, devices);
      case "call":
        return callFace(visit, talk, devices, again);
      case "goodbye":
        return goodbyeFace(visit, again);
      case "ended":
        return endedFace(visit, again);
      case "superseded":
        return supersededFace(visit);
      default:
        return "";
    }
  }

  /** The check of what may be opened. @param {Visit} visit */
  #checked(visit) {
    const { microphone, camera } = allowed(visit);
    return microphone || camera ? checkFace(this.devices, { microphone, camera }) : "";
  }

  /** A new face takes the focus, so that keyboards and screen readers begin at its head. @param {string} screen */
  #enter(screen) {
    window.scrollTo({ top: 0 });
    if (screen === "ringing") ring(chime);
    const head = this.#stage.querySelector("[data-head]");
    if (screen !== "welcome" && head instanceof HTMLElement) head.focus({ preventScroll: true });
    if (screen === "welcome") document.querySelector("[data-start]")?.scrollIntoView({ block: "nearest" });
  }

  /** The way back has the focus, and is read aloud where that is wanted. */
  #askAgain() {
    /** @type {HTMLElement | null} */ (this.#stage.querySelector("[data-undo]"))?.focus();
    const words = /** @type {HTMLElement} */ (this.#stage.querySelector("#undo-words")).innerText;
    const id = this.#screen === "call" ? "undo.call" : "undo.queue";
    this.manner.say(words, { id, kind: "undo", rank: "urgent" });
  }

  /** Times on the screen go on while somebody waits. @param {string} screen */
  #tick(screen) {
    window.clearTimeout(this.#timer);
    if (WAITING.includes(screen)) this.#timer = window.setTimeout(this.draw, TICK_MS);
  }
}

/** @type {Faces | null} */
let faces = null;

/** The faces of this page: made once. @param {HTMLElement} stage @param {Visit} visit @param {Manner} manner */
export function facesOn(stage, visit, manner) {
  faces ??= new Faces(stage, visit, manner);
  return faces;
}
