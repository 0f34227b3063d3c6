/** This PC's camera and microphone: as much of them as there is, with a plain word on what is missing. */
/** @import { DeviceState } from "#signaling/devices.js" */
import { openFace } from "#signaling/devices.js";
import { gettext } from "#webui/i18n.js";

/**
 * Open both, or whichever opens alone: a call with sound only is still a call.
 * @returns {Promise<{ stream: MediaStream, fault: string }>}
 */
export async function openDevices() {
  const { microphone, camera } = await openFace();
  const tracks = [microphone.track, camera.track].filter((each) => each !== null);
  return { stream: new MediaStream(tracks), fault: words(microphone.state, camera.state) };
}

/**
 * @param {DeviceState} microphone
 * @param {DeviceState} camera
 */
function words(microphone, camera) {
  const states = [microphone, camera];
  if (states.includes("insecure")) return gettext("This address gives no camera: it needs HTTPS.");
  if (states.includes("denied"))
    return gettext("Camera and microphone are blocked: allow them beside the address, then reload.");
  if (states.includes("busy"))
    return gettext("Camera or microphone is in use by another program: close it, then reload.");
  if (microphone === "ok")
    return camera === "ok" ? "" : gettext("No camera: the citizen hears you but does not see you.");
  if (camera === "ok") return gettext("No microphone: the citizen sees you but does not hear you. Use the chat.");
  return gettext("No camera and no microphone was found. Use the chat.");
}
