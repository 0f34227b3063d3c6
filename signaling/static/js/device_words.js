/** Says in plain words what is wrong with a device, and how to mend it in this browser. */
import { gettext } from "#webui/i18n.js";

/** @import { DeviceState } from "#signaling/devices.js" */
/** @typedef {"microphone" | "camera"} Device */

/**
 * @param {Device} device
 * @param {DeviceState} state
 * @returns {string} nothing when all is well
 */
export function trouble(device, state) {
  const isMicrophone = device === "microphone";
  switch (state) {
    case "denied":
      return isMicrophone
        ? gettext("The browser does not let us hear you.")
        : gettext("The browser does not let us see you.");
    case "missing":
      return isMicrophone ? gettext("No microphone was found.") : gettext("No camera was found.");
    case "busy":
      return isMicrophone
        ? gettext("Another program is using the microphone.")
        : gettext("Another program is using the camera.");
    case "insecure":
      return gettext("This address is not secure (https), so the browser gives no camera or microphone.");
    case "failed":
      return isMicrophone ? gettext("The microphone does not start.") : gettext("The camera does not start.");
    case "asking":
      return isMicrophone
        ? gettext("The browser asks whether we may hear you.")
        : gettext("The browser asks whether we may see you.");
    case "muted":
      return isMicrophone
        ? gettext("The microphone is switched off on the device itself.")
        : gettext("The camera is switched off or covered on the device itself.");
    default:
      return "";
  }
}

/**
 * @param {Device} device
 * @param {DeviceState} state
 * @param {string} [agent] the browser's own description
 * @param {boolean} [isBooth] where no citizen can mend anything
 */
export function remedy(device, state, agent = navigator.userAgent, isBooth = atBooth()) {
  if (isBooth && trouble(device, state)) return gettext("Please ask the staff here. You can also type.");
  const isMicrophone = device === "microphone";
  switch (state) {
    case "asking":
      return gettext("Please press “Allow”.");
    case "muted":
      return isMicrophone
        ? gettext("Look for a switch on the headset or cable, or a key with a microphone on the keyboard.")
        : gettext("Look for a slide in front of the lens, or a key with a camera on the keyboard.");
    case "denied":
      return howToAllow(agent);
    case "missing":
      return isMicrophone
        ? gettext("Plug in a headset or microphone and press “Check again”. You can also type.")
        : gettext("Plug in a camera and press “Check again”. You can also go on with your voice only.");
    case "busy":
      return gettext("Close other video programs (WeChat, meeting software) and press “Check again”.");
    case "insecure":
      return gettext("Open the page with the https:// address you were given.");
    case "failed":
      return gettext("Unplug it, plug it in again and press “Check again”.");
    default:
      return "";
  }
}

const atBooth = () => globalThis.document?.documentElement.dataset.profile === "booth";

/** @param {string} agent */
function howToAllow(agent) {
  if (/MicroMessenger/i.test(agent)) {
    return gettext("Tap “…” at the top right, choose “Open in browser”, and allow camera and microphone there.");
  }
  if (/Firefox/i.test(agent)) {
    return gettext("Click the crossed-out camera left of the address, remove the block, and reload the page.");
  }
  if (/iPhone|iPad/i.test(agent)) {
    return gettext("Tap “aA” left of the address, choose “Website Settings”, and allow camera and microphone.");
  }
  if (/Safari/i.test(agent) && !/Chrom|Edg|HeadlessChrome/i.test(agent)) {
    return gettext("Choose Safari › Settings › Websites, and allow camera and microphone for this page.");
  }
  return gettext(
    "Click the icon left of the address, switch camera and microphone to “Allow”, and press “Check again”.",
  );
}
