/** Larger text and reading aloud: switches that stay as the person left them. */
import { gettext, language } from "#webui/i18n.js";

const SIZES = ["normal", "large", "largest"];
const TEXT = "cloudwindow.text";
const VOICE = "cloudwindow.voice";
/** @type {Record<string, string>} */
const VOICES = { "zh-Hans": "zh-CN", "zh-Hant": "zh-HK", en: "en-GB" };

/**
 * Make the two switches work; what comes back puts them as they are for somebody new.
 * @param {boolean} isBooth a booth reads aloud unless told not to
 */
export function comfort(isBooth) {
  const text = document.querySelector('[data-comfort="text"]');
  const voice = document.querySelector('[data-comfort="voice"]');
  setSize(localStorage.getItem(TEXT) ?? "normal");
  setVoice(localStorage.getItem(VOICE) ?? (isBooth ? "on" : "off"));
  text?.addEventListener("click", () => {
    const now = SIZES.indexOf(document.documentElement.dataset.text ?? "normal");
    localStorage.setItem(TEXT, setSize(SIZES[(now + 1) % SIZES.length] ?? "normal"));
  });
  voice?.addEventListener("click", () => localStorage.setItem(VOICE, setVoice(isOn() ? "off" : "on")));
  if (voice instanceof HTMLElement) voice.hidden = !("speechSynthesis" in window);
  return () => {
    localStorage.removeItem(TEXT);
    localStorage.removeItem(VOICE);
    setSize("normal");
    setVoice(isBooth ? "on" : "off");
  };
}

/** @param {string} size */
function setSize(size) {
  document.documentElement.dataset.text = size;
  const button = document.querySelector('[data-comfort="text"]');
  button?.setAttribute("aria-pressed", String(size !== "normal"));
  const label = button?.querySelector("span");
  if (label) label.textContent = sizeWords(size);
  return size;
}

/** @param {string} size */
function sizeWords(size) {
  if (size === "large") return gettext("Text: large");
  return size === "largest" ? gettext("Text: largest") : gettext("Larger text");
}

/** @param {string} state */
function setVoice(state) {
  document.documentElement.dataset.voice = state;
  document.querySelector('[data-comfort="voice"]')?.setAttribute("aria-pressed", String(state === "on"));
  if (state === "off") globalThis.speechSynthesis?.cancel();
  return state;
}

const isOn = () => document.documentElement.dataset.voice === "on";

/**
 * Tell the person something: to screen readers always, aloud where that is switched on.
 *
 * @param {string} sentence
 * @param {{ quietly?: boolean }} [how] quietly: not aloud
 */
export function say(sentence, { quietly = false } = {}) {
  const status = document.getElementById("status");
  if (status) status.textContent = sentence;
  if (quietly || !isOn() || !globalThis.speechSynthesis) return;
  const words = new SpeechSynthesisUtterance(sentence);
  words.lang = VOICES[language] ?? "zh-CN";
  words.rate = 0.95;
  speechSynthesis.cancel();
  speechSynthesis.speak(words);
}
