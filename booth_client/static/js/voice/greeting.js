/** Speaks the sentences of the first face: a booth greets the first touch, and each choice is confirmed. */
import { readFace, say } from "#booth_client/voice.js";

/** @import { Visit } from "#booth_client/visit.js" */

/** Choices other than the language, by the name of their field. @type {Record<string, string>} */
const CONFIRMED = { priority: "welcome.prioritised", helper: "welcome.helper" };

/** @param {HTMLFormElement} form @param {Visit} visit @param {boolean} isBooth */
export function greeting(form, visit, isBooth) {
  let isGreeted = !isBooth;
  document.addEventListener("person:gone", () => {
    isGreeted = !isBooth;
  });
  // Not in the way of what was touched: if that is the button or a switch, its own words follow.
  document.addEventListener("click", ({ target }) => {
    if (isGreeted) return;
    isGreeted = true;
    const isControl = target instanceof Element && target.closest("button, a, input, label, dialog");
    if (visit.screen === "welcome" && !isControl) void readFace();
  });
  form.addEventListener("change", ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return;
    if (target.name === "spoken") say("", { id: `voice.${target.value}`, kind: "choice", rank: "face" });
    else if (target.checked && CONFIRMED[target.name])
      say("", { id: CONFIRMED[target.name] ?? "", kind: "choice", rank: "face" });
  });
}
