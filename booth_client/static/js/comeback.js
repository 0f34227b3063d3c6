/** The way back to a kept place: its number is typed here, at any booth, PC or phone. */
import { choiceOf } from "#booth_client/kept_visit.js";
import { say } from "#booth_client/voice.js";
import { faultParts } from "#booth_client/voice/front.js";
import { asFault } from "#signaling/faults.js";
import { describeError, gettext } from "#webui/i18n.js";
import { html, render } from "#vendor/lit.js";

/** @import { Visit } from "#booth_client/visit.js" */

/** @param {Visit} visit */
export function askForNumber(visit) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog card";
  document.body.append(dialog);
  const close = () => dialog.close();
  dialog.addEventListener("close", () => dialog.remove()); // what was typed goes with it
  document.addEventListener("person:gone", close, { once: true });

  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault();
    const receipt = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("receipt")).trim();
    try {
      await goOn(visit, receipt);
      close();
    } catch (problem) {
      const { code, params } = asFault(problem);
      const parts = code === "not_found" ? [{ id: "comeback.none" }] : faultParts(code, params);
      say("", { parts, kind: "comeback" });
      draw(
        code === "not_found"
          ? gettext("No place is kept under this number. Please check each character, or take a new number.")
          : describeError(code, params),
      );
    }
  }

  /** @param {string} fault */
  const draw = (fault) =>
    render(
      html`<form class="stack" @submit=${submit}>
        <h2>${gettext("Go on with your number")}</h2>
        <p>${gettext("Type the whole number that the screen showed you, with its letters.")}</p>
        <label class="field"><span class="field__label">${gettext("Receipt number")}</span>
          <input class="input numeric" name="receipt" required maxlength="60" autocomplete="off" autocapitalize="characters" spellcheck="false"></label>
        ${fault ? html`<p class="field__fault" role="alert">${fault}</p>` : ""}
        <button class="button button--primary button--wide" type="submit">${gettext("Go on")}</button>
        <button class="button button--wide" type="button" @click=${close}>${gettext("Cancel")}</button>
      </form>`,
      dialog,
    );
  draw("");
  dialog.showModal();
  say("", { id: "comeback.type", kind: "comeback", rank: "face" });
}

/**
 * Go on with a place that is kept under the number of a receipt.
 *
 * @param {Visit} visit
 * @param {string} receipt as it was typed
 * @returns {Promise<void>} rejects with a ServiceFault
 */
async function goOn(visit, receipt) {
  visit.channel.open();
  const answer = await visit.channel.send({ type: "come_back", receipt });
  if (answer.type !== "ticket_taken") return;
  visit.choice = choiceOf(answer.ticket);
  visit.keep.hold(answer, visit.choice);
  if (answer.ticket.state === "held") await visit.tell({ type: "resume_place" });
}
