/** What a booth does beside a PC: it is enrolled once, calls for help, and forgets the last person by itself. */
import { asFault } from "#signaling/faults.js";
import { describeError, gettext, ngettext } from "#webui/i18n.js";
import { html, render } from "#vendor/lit.js";

/** @import { DeviceKey } from "#booth_client/device_key.js" */
/** @import { ServiceFault } from "#signaling/faults.js" */
/** @import { Visit } from "#booth_client/visit.js" */

const IDLE_MS = { welcome: 60_000, goodbye: 90_000, ended: 40_000 };
const WARNING_MS = 20_000;

/** @param {Visit} visit @param {DeviceKey | null} device @param {(sentence: string) => void} say */
export function kiosk(visit, device, say) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog card";
  document.body.append(dialog);
  // A booth may learn any moment that it is none any more; who is being served is served to the end.
  const look = () =>
    device && !device.isBooth && visit.screen === "welcome" && !dialog.open && enrol(dialog, device, visit);
  setInterval(look, 1000);
  look();
  document.querySelector("[data-help]")?.addEventListener("click", () => help(dialog, visit, say));
  document.addEventListener("contextmenu", (event) => event.preventDefault());
  watchIdle(dialog, visit, say);
}

/** @param {HTMLDialogElement} dialog @param {DeviceKey} device @param {Visit} visit */
function enrol(dialog, device, visit) {
  const draw = (/** @type {ServiceFault | null} */ fault) =>
    render(
      html`<form class="stack" @submit=${submit}>
      <h2>${gettext("Set up this booth")}</h2>
      <p>${gettext("Type the one-time code that your administrator made for this booth.")}</p>
      <label class="field"><span class="field__label">${gettext("Booth code")}</span>
        <input class="input numeric" name="code" required maxlength="40" autocomplete="off" autocapitalize="characters" .value=${new URLSearchParams(location.search).get("code") ?? ""}></label>
      ${fault ? html`<p class="field__fault" role="alert">${describeError(fault.code, fault.params)}</p>` : ""}
      <button class="button button--primary button--wide" type="submit">${gettext("Set up")}</button>
    </form>`,
      dialog,
    );
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    try {
      await device.enrol(String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("code")).trim());
      dialog.close();
      render(null, dialog);
      visit.resume();
    } catch (problem) {
      draw(asFault(problem));
    }
  };
  dialog.addEventListener("cancel", (event) => device.isBooth || event.preventDefault());
  draw(null);
  dialog.showModal();
}

/** @param {HTMLDialogElement} dialog @param {Visit} visit @param {(sentence: string) => void} say */
function help(dialog, visit, say) {
  const words = gettext("Do you need somebody? Wave to the staff here, or press the button to reach a guide at once.");
  const close = () => dialog.close();
  const call = () => {
    close();
    const choice = {
      item: "",
      itemName: "",
      mode: /** @type {const} */ ("consult"),
      language: "cmn",
      site: "",
      priority: /** @type {const} */ ("sos"),
      helper: false,
    };
    void visit.press(choice);
  };
  render(
    html`<div class="stack">
    <h2>${gettext("Call for help")}</h2>
    <p>${words}</p>
    ${visit.screen === "welcome" ? html`<button class="button button--end button--wide" type="button" @click=${call}>${gettext("Reach a guide at once")}</button>` : ""}
    <button class="button button--wide" type="button" @click=${close}>${gettext("Close")}</button>
  </div>`,
    dialog,
  );
  dialog.showModal();
  say(words);
}

/** Left alone, the screen is cleared for the next person, after a spoken warning that one touch calls off. */
function watchIdle(
  /** @type {HTMLDialogElement} */ dialog,
  /** @type {Visit} */ visit,
  /** @type {(sentence: string) => void} */ say,
) {
  let touched = performance.now();
  let warned = false;
  const touch = () => {
    touched = performance.now();
    if (warned) dialog.close();
    warned = false;
  };
  for (const sign of ["pointerdown", "keydown", "input"]) document.addEventListener(sign, touch, { passive: true });
  setInterval(() => {
    const limit = IDLE_MS[/** @type {keyof typeof IDLE_MS} */ (visit.screen)];
    const idle = performance.now() - touched;
    if (!limit || (visit.screen === "welcome" && !isTouched())) return touch();
    if (idle > limit) {
      touch();
      visit.wipe();
      document.dispatchEvent(new CustomEvent("booth:reset"));
    } else if (idle > limit - WARNING_MS && !warned && !dialog.open) {
      warned = true;
      warn(dialog, say);
    }
  }, 1000);
}

/** Whether somebody has begun something on the first face. */
function isTouched() {
  const find = document.getElementById("find");
  return (find instanceof HTMLInputElement && find.value !== "") || Boolean(document.querySelector(".guide"));
}

/** @param {HTMLDialogElement} dialog @param {(sentence: string) => void} say */
function warn(dialog, say) {
  const seconds = WARNING_MS / 1000;
  const words = ngettext(
    "This screen is cleared in {n} second. Touch it to go on.",
    "This screen is cleared in {n} seconds. Touch it to go on.",
    seconds,
  );
  render(
    html`<div class="stack centred"><h2>${gettext("Are you still there?")}</h2><p>${words}</p>
    <button class="button button--primary button--wide" type="button">${gettext("I need more time")}</button></div>`,
    dialog,
  );
  dialog.showModal();
  say(words);
}
