/** The question on a PC's welcome page whether to go on with the visit of a tab that was closed or killed. */
import { Channel } from "#signaling/channel.js";
import { say } from "#booth_client/voice.js";
import { gettext } from "#webui/i18n.js";
import { html, render } from "#vendor/lit.js";

/** @import { KeptVisit, Kept } from "#booth_client/kept_visit.js" */
/** @import { Visit } from "#booth_client/visit.js" */

/** @param {HTMLElement} place @param {Kept} left @param {KeptVisit} keep @param {Visit} visit */
export function ask(place, left, keep, visit) {
  const box = document.createElement("section");
  box.className = "notice left";
  const close = () => {
    document.removeEventListener("submit", close);
    box.remove();
  };
  const goOn = () => {
    close();
    keep.visit = left;
    visit.resume();
  };
  const refuse = () => {
    close();
    keep.forgetLeft(left);
    giveUp(left);
  };
  const number = left.number ?? "";
  render(
    html`<p><strong>${gettext("Your number {number} is still kept. Do you want to go on with it?", { number })}</strong></p>
    <div class="row">
      <button class="button button--primary" type="button" @click=${goOn}>${gettext("Yes, go on")}</button>
      <button class="button" type="button" @click=${refuse}>${gettext("No, give it up")}</button>
    </div>`,
    box,
  );
  say("", { id: "left.ask", params: { number }, kind: "left" });
  place.prepend(box);
  document.addEventListener("submit", close); // who takes a new number has answered
}

/** Leave the line, so that no member of staff calls into an empty room; in a call its own grace time ends it. @param {Kept} left */
function giveUp(left) {
  const channel = new Channel(() => ({ role: "citizen", token: left.token }));
  channel.open();
  channel
    .send({ type: "leave_queue" })
    .catch(() => undefined) // it has ended, or is being served
    .finally(() => channel.close());
}
