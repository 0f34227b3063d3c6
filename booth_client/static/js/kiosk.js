/** What a booth does beside a PC: it is enrolled once, calls for help, and forgets the last person by itself. */
import { Attendance } from "#booth_client/attendance.js";
import { forget, hasTraces } from "#booth_client/forget.js";
import { helpOn } from "#booth_client/help.js";
import { notePrinter } from "#booth_client/print.js";
import { asFault } from "#signaling/faults.js";
import { describeError, gettext, language } from "#webui/i18n.js";
import { html, render } from "#vendor/lit.js";

/** @import { DeviceKey } from "#booth_client/device_key.js" */
/** @import { ServiceFault } from "#signaling/faults.js" */
/** @import { KeptVisit } from "#booth_client/kept_visit.js" */
/** @import { Visit } from "#booth_client/visit.js" */
/** @typedef {typeof import("#booth_client/voice.js").say} Say */

/** @param {Visit} visit @param {KeptVisit} keep @param {Say} say */
export function kiosk(visit, keep, say) {
  const { device } = keep;
  const dialog = document.createElement("dialog");
  dialog.className = "dialog card";
  document.body.append(dialog);
  // A booth may learn any moment that it is none any more; who is being served is served to the end.
  const look = () =>
    device && !device.isBooth && visit.screen === "welcome" && !dialog.open && enrol(dialog, keep, device, visit);
  setInterval(look, 1000);
  look();
  document.querySelector("[data-help]")?.addEventListener("click", () => help(dialog, visit, say));
  document.addEventListener("contextmenu", (event) => event.preventDefault());
  document.addEventListener("click", stayHere);
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  notePrinter();
  // Only a language that was chosen just now outlives a page on which nobody has a visit.
  const asked = new URLSearchParams(location.search);
  const isChosen = asked.has("lang");
  const isUsed = hasTraces(keep);
  if (device?.isBooth) history.replaceState(null, "", location.pathname);
  if (device?.isBooth && isUsed && !isChosen && !keep.visit) void forget(visit, keep, true);
  if (device?.isBooth && asked.get("devices") === "choose")
    void import("#booth_client/set_up.js").then(({ chooseDevices }) => chooseDevices(dialog));
  const attendance = new Attendance(visit, keep, say, isUsed);
  if (keep.visit) attendance.ask();
  document.querySelector("[data-another]")?.addEventListener("click", () => attendance.another());
}

/** No way leads back to what somebody else has seen, and none away from the booth's own pages. @param {MouseEvent} event */
function stayHere(event) {
  const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
  if (!(link instanceof HTMLAnchorElement) || link.hash) return;
  event.preventDefault();
  if (link.origin === location.origin) location.replace(link.href);
}

/** @param {HTMLDialogElement} dialog @param {KeptVisit} keep @param {DeviceKey} device @param {Visit} visit */
function enrol(dialog, keep, device, visit) {
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
      keep.language = language;
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

/** @param {HTMLDialogElement} dialog @param {Visit} visit @param {Say} say */
function help(dialog, visit, say) {
  const { canCall, words, parts } = helpOn(visit.screen);
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
    ${canCall ? html`<button class="button button--end button--wide" type="button" @click=${call}>${gettext("Get help first")}</button>` : ""}
    <button class="button button--wide" type="button" @click=${close}>${gettext("Close")}</button>
  </div>`,
    dialog,
  );
  dialog.showModal();
  say(words, { parts, rank: "urgent" });
}
