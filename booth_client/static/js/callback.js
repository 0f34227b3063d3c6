/** Being called later instead of waiting on: the times to choose from, and the face until then. */
import { icon } from "#booth_client/icons.js";
import { boothIsShared, freeBooth, wayBack } from "#booth_client/ways_back.js";
import { clockTime, describeError, gettext } from "#webui/i18n.js";
import { html } from "#vendor/lit.js";

/** @import { Visit } from "#booth_client/visit.js" */
/** @import { TicketView } from "#signaling/messages.d.ts" */

/** Nothing where nobody can be called later today. @param {Visit} visit @param {TicketView} ticket */
export function callbackChoices(visit, { callback_times_ms: times }) {
  if (times.length === 0) return "";
  return html`<div class="callback" role="group" aria-labelledby="callback-title">
    <h3 id="callback-title">${icon("bell")}${gettext("Call me here later")}</h3>
    <div class="callback__times">${times.map((atMs) => timeButton(visit, atMs))}</div>
  </div>`;
}

/** @param {Visit} visit @param {number} atMs */
function timeButton(visit, atMs) {
  const time = clockTime(atMs);
  const choose = () => visit.tell({ type: "call_back", at_ms: atMs });
  return html`<button class="button button--primary callback__time numeric" type="button" aria-label=${gettext("Call me at {time}", { time })} @click=${choose}>${time}</button>`;
}

/** @param {Visit} visit */
export function scheduledFace(visit) {
  const ticket = /** @type {TicketView} */ (visit.story.ticket);
  const time = clockTime(ticket.callback_at_ms);
  return html`<div class="waiting waiting--single wrap">
    <section class="stub card card--raised" aria-labelledby="scheduled-title">
      <h1 class="callback__when" id="scheduled-title" data-head tabindex="-1">${gettext("We will call you here soon after {time}", { time })}</h1>
      <p class="stub__number" translate="no">${ticket.about.number}</p>
      <hr class="stub__tear">
      <p class="stub__place">${gettext("Your place is kept. You will not start again.")}</p>
      ${visit.keep.isBooth ? html`${wayBack(visit)} ${boothIsShared()}` : keepOpen()}
      ${visit.fault ? html`<p class="notice notice--warn">${describeError(visit.fault.code, visit.fault.params)}</p>` : ""}
      <div class="row stub__acts">
        <button class="button" type="button" @click=${() => visit.tell({ type: "resume_place" })}>${gettext("Call me now")}</button>
        ${visit.keep.isBooth ? freeBooth(visit) : ""}
        <button class="button button--danger" type="button" @click=${() => visit.ends?.begin("queue")}>${gettext("Leave the queue")}</button>
      </div>
    </section>
  </div>`;
}

const keepOpen = () =>
  html`<p class="notice">${icon("info")}<span>${gettext("Keep this page open. One minute before, you hear a sound; you need not press anything.")}</span></p>`;
