/** Says in plain words what is missing of this PC's camera and microphone, and what to do. */
/** @import { DeviceState } from "#signaling/devices.js" */
import { gettext } from "#webui/i18n.js";

/**
 * @param {DeviceState} microphone
 * @param {DeviceState} camera
 * @param {boolean} [isSpeakerLost] the chosen loudspeaker is not there
 * @returns {string} nothing where both work, or were not asked for yet
 */
export function deviceFault(microphone, camera, isSpeakerLost = false) {
  const states = [microphone, camera];
  if (states.includes("insecure")) return gettext("This address gives no camera: it needs HTTPS.");
  if (states.includes("asking")) return gettext("The browser asks for camera and microphone: press “Allow”.");
  if (states.includes("denied"))
    return gettext(
      "Camera and microphone are blocked: allow them beside the address, then press the crossed-out button.",
    );
  if (states.includes("busy"))
    return gettext("Camera or microphone is in use by another program: close it, then press the crossed-out button.");
  if (microphone === "muted")
    return gettext("Your microphone is switched off on the device itself: the citizen does not hear you.");
  if (camera === "muted") return gettext("Your camera is switched off or covered on the device itself.");
  if (isFine(microphone))
    return !isFine(camera)
      ? gettext("No camera: the citizen hears you but does not see you.")
      : isSpeakerLost
        ? gettext("The loudspeaker you chose is not plugged in. The sound comes from another one.")
        : "";
  if (isFine(camera)) return gettext("No microphone: the citizen sees you but does not hear you. Use the chat.");
  return gettext("No camera and no microphone was found. Use the chat.");
}

/** @param {DeviceState} state */
const isFine = (state) => state === "ok" || state === "off";
