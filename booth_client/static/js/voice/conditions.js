/** What holds just now beside the face itself: what does not work, and what was tried and works; pure. */
import { faultParts } from "#booth_client/voice/front.js";

/** @import { OwnDevices } from "#booth_client/check.js" */
/** @import { LiveCall } from "#booth_client/live_call.js" */
/** @import { Visit } from "#booth_client/visit.js" */
/** @import { Part } from "#booth_client/voice/queue.js" */
/** @typedef {Pick<LiveCall, "tab" | "trouble"> & Partial<Pick<LiveCall, "state" | "theirs" | "wantsPaper" | "outgoing">>} Talk */
/** @typedef {Pick<OwnDevices, "camera" | "microphone"> & Partial<Pick<OwnDevices, "paper" | "hasPaperCamera" | "isHeard">>} Devices */

/** The faces that show a check of the devices. */
const CHECKED = ["welcome", "waiting"];

/**
 * The sentences of each condition, by its kind; none where it does not hold. Each is said once while it lasts.
 *
 * @param {Visit} visit
 * @param {Talk | null} talk
 * @param {Devices | null} devices
 * @param {boolean} isSpeakerLost
 * @returns {Record<string, Part[]>}
 */
export function conditions({ fault, screen }, talk, devices, isSpeakerLost) {
  /** @type {LiveCall["theirs"]} */
  const theirs = (talk?.state === "connected" && talk.theirs) || {};
  const isPaperLost = Boolean(talk?.wantsPaper) && devices?.paper?.state === "missing";
  const isUnsent = talk?.outgoing?.list.some((sending) => sending.fault) ?? false;
  const isChecked = CHECKED.includes(screen);
  return {
    // The first face tells its fault when it is read.
    fault: fault && screen !== "welcome" ? faultParts(fault.code, fault.params) : [],
    "their microphone": said(theirs.microphone === false, "call.their_microphone"),
    "their camera": said(theirs.camera === false && !theirs.screen, "call.their_camera"),
    paper: said(isPaperLost, devices?.hasPaperCamera ? "call.paper_stopped" : "call.paper_missing"),
    speaker: said(isSpeakerLost, "check.speaker_lost"),
    unsent: said(isUnsent, "papers.failed"),
    seen: said(isChecked && devices?.camera.state === "ok", "check.camera_works"),
    heard: said(isChecked && Boolean(devices?.isHeard), "check.heard"),
  };
}

/** @param {boolean} isSo @param {string} id @returns {Part[]} */
const said = (isSo, id) => (isSo ? [{ id }] : []);
