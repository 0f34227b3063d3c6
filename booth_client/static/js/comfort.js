/** Larger text and reading aloud: switches that stay as the person left them. */
import { voice } from "#booth_client/voice.js";
import { gettext } from "#webui/i18n.js";
import { local } from "#webui/store.js";

/** @import { Part } from "#booth_client/voice/queue.js" */

const SIZES = ["normal", "large", "largest"];
const TEXT = "cloudwindow.text";

/**
 * Make the switches work; what comes back puts them as they are for somebody new.
 *
 * @param {boolean} isBooth a booth reads aloud unless told not to
 * @param {() => string} language what the person chose to speak
 * @param {() => Promise<readonly Part[]>} reading what is on the face now
 */
export function comfort(isBooth, language, reading) {
  const text = document.querySelector('[data-comfort="text"]');
  setSize(local.getItem(TEXT) ?? "normal");
  const forgetVoice = voice(isBooth, language, reading);
  text?.addEventListener("click", () => {
    const now = SIZES.indexOf(document.documentElement.dataset.text ?? "normal");
    local.setItem(TEXT, setSize(SIZES[(now + 1) % SIZES.length] ?? "normal"));
  });
  return () => {
    local.removeItem(TEXT);
    setSize("normal");
    forgetVoice();
  };
}

/** @param {string} size */
function setSize(size) {
  document.documentElement.dataset.text = size;
  const button = document.querySelector('[data-comfort="text"]');
  button?.setAttribute("data-on", String(size !== "normal")); // for the eye; its words tell the ear
  const label = button?.querySelector("span");
  if (label) label.textContent = sizeWords(size);
  return size;
}

/** @param {string} size */
function sizeWords(size) {
  if (size === "large") return gettext("Text: large");
  return size === "largest" ? gettext("Text: largest") : gettext("Larger text");
}
