/** Says in words what stands between the agent and the citizen; pure. */
/** @import { Call } from "#seat_console/call.js" */
/** @import { MediaView } from "#seat_console/call-media.js" */
import { consentNote, isAgreed } from "#seat_console/consent-note.js";
import { isHere } from "#signaling/session.js";
import { gettext } from "#webui/i18n.js";

/** From this score down the agent is told. */
const WEAK = 2;

/**
 * @param {Call | null} call
 * @param {Pick<MediaView, "health" | "score" | "theirs">} media
 * @returns {string} the one thing that matters most, or nothing
 */
export function troubleWords(call, { health, score, theirs }) {
  if (call?.hung_up) return gettext("The citizen has said goodbye. Choose an outcome to close.");
  if (call && !isHere(call, "citizen")) return gettext("The citizen's page is away. The place is kept; please wait.");
  if (health === "mending") return gettext("The picture is being restored…");
  // Nobody speaks to somebody who cannot answer without being told; what was not agreed to is said as that.
  const isOff = (/** @type {"microphone" | "camera"} */ slot) => health === "up" && theirs[slot] === false;
  const note = call ? consentNote(call) : "";
  const isAsked = call !== null && note !== "";
  if (isOff("microphone") && !(isAsked && !isAgreed(call, "sound")))
    return isOff("camera")
      ? gettext("The citizen's microphone and camera are off.")
      : gettext("The citizen's microphone is off: you do not hear them.");
  if (isOff("camera") && !(isAsked && !isAgreed(call, "picture")))
    return gettext("The citizen's camera is off; you can hear each other.");
  if (score > 0 && score <= WEAK) return gettext("The network is weak: the voice goes first. Photos still come sharp.");
  return note;
}
