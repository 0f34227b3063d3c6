/** This PC's camera and microphone: as much of them as there is, with a plain word on what is missing. */
import { gettext } from "#webui/i18n.js";

const AUDIO = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const VIDEO = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };

/**
 * Open both; where that fails, whichever opens alone: a call with sound only is still a call.
 * @returns {Promise<{ stream: MediaStream, fault: string }>}
 */
export async function openDevices() {
  if (!navigator.mediaDevices)
    return { stream: new MediaStream(), fault: gettext("This address gives no camera: it needs HTTPS.") };
  try {
    return { stream: await navigator.mediaDevices.getUserMedia({ audio: AUDIO, video: VIDEO }), fault: "" };
  } catch (problem) {
    const alone = await Promise.all([tryOne({ audio: AUDIO }), tryOne({ video: VIDEO })]);
    return {
      stream: new MediaStream(alone.flat()),
      fault: words(
        problem,
        alone.map((each) => each.length > 0),
      ),
    };
  }
}

/** @param {MediaStreamConstraints} wanted */
async function tryOne(wanted) {
  try {
    return (await navigator.mediaDevices.getUserMedia(wanted)).getTracks();
  } catch {
    return [];
  }
}

/**
 * @param {unknown} problem
 * @param {boolean[]} works sound, picture
 */
function words(problem, [sound, picture]) {
  const name = problem instanceof DOMException ? problem.name : "";
  if (name === "NotAllowedError")
    return gettext("Camera and microphone are blocked: allow them beside the address, then reload.");
  if (sound && !picture) return gettext("No camera: the citizen hears you but does not see you.");
  if (picture && !sound) return gettext("No microphone: the citizen sees you but does not hear you. Use the chat.");
  if (name === "NotReadableError")
    return gettext("Camera or microphone is in use by another program: close it, then reload.");
  return gettext("No camera and no microphone was found. Use the chat.");
}
