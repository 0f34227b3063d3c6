/** Short sentences at the foot of the page, read out by screen readers, gone by themselves. */

const STAY_MS = 7000;

/** @param {string} sentence */
export function say(sentence) {
  const place = document.querySelector("[data-toasts]");
  if (!place) return;
  const toast = document.createElement("p");
  toast.className = "toast";
  toast.textContent = sentence;
  place.append(toast);
  window.setTimeout(() => toast.remove(), STAY_MS);
}
