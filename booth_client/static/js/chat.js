/** The text chat of a call. */
import { icon } from "#booth_client/icons.js";
import { Earlier } from "#signaling/earlier.js";
import { staffName } from "#booth_client/staff.js";
import { nameOf } from "#signaling/session.js";
import { clockTime, describeError, gettext } from "#webui/i18n.js";
import { isSeen } from "#webui/typing.js";
import { createRef, html, ref } from "#vendor/lit.js";

/** @import { Visit } from "#booth_client/visit.js" */
/** @import { SessionView } from "#signaling/messages.d.ts" */

const LONGEST = 1000;
const log = createRef();
let shown = 0;

/** @type {Earlier | null} */
let earlier = null;

/** The way to lines that are too old for the snapshot. @param {Earlier} lines */
function moreView(lines) {
  if (!lines.hasMore && !lines.fault) return "";
  return html`<li class="chat__earlier">
    ${lines.fault ? html`<p class="notice notice--warn">${describeError(lines.fault.code, lines.fault.params)}</p>` : ""}
    <button class="button" type="button" ?disabled=${lines.isBusy} @click=${() => lines.more()}>${gettext("Show earlier lines")}</button>
  </li>`;
}

/** Who wrote a line. @param {SessionView} session @param {string} by the participant */
function writer(session, by) {
  if (by === "citizen") return gettext("You");
  return by === "seat" ? staffName(session) : nameOf(session, by) || gettext("Another participant");
}

/** @param {Visit} visit @param {SessionView} session @param {() => void} again draws anew */
export function chatFace(visit, session, again) {
  earlier ??= new Earlier(() => visit.token, again);
  earlier.follow(session);
  if (session.chat.length !== shown) {
    shown = session.chat.length;
    requestAnimationFrame(() => log.value?.scrollTo({ top: log.value.scrollHeight }));
  }
  return html`<section class="side chat" id="side" role="tabpanel" aria-labelledby="tab-chat">
    <div class="chat__log" role="log" aria-live="polite" tabindex="0" aria-label=${gettext("Text chat")} ${ref(log)}><ol class="chat__lines">
      ${session.chat.length ? "" : html`<li class="quiet">${gettext("Nothing written yet. You can type here when it is hard to hear.")}</li>`}
      ${moreView(earlier)}
      ${[...earlier.lines, ...session.chat].map(
        (line) => html`<li class="chat__line chat__line--${line.by === "citizen" ? "mine" : "theirs"}">
          <span class="chat__by">${writer(session, line.by)}&nbsp;· ${clockTime(line.at_ms)}</span>
          <span class="chat__text">${line.text}</span>
        </li>`,
      )}
    </ol></div>
    ${visit.fault ? html`<p class="notice notice--warn">${describeError(visit.fault.code, visit.fault.params)}</p>` : ""}
    <form class="chat__form" @submit=${(/** @type {SubmitEvent} */ event) => say(event, visit)}>
      <label class="visually-hidden" for="line">${gettext("Write a message")}</label>
      <input class="input" id="line" name="line" maxlength=${LONGEST} autocomplete="off" enterkeyhint="send" placeholder=${gettext("Write a message")}>
      <button class="button button--primary" type="submit" aria-label=${gettext("Send")}>${icon("send")}</button>
    </form>
  </section>`;
}

/** @param {SubmitEvent} event @param {Visit} visit */
async function say(event, visit) {
  event.preventDefault();
  const input = /** @type {HTMLInputElement} */ (
    /** @type {HTMLFormElement} */ (event.target).elements.namedItem("line")
  );
  const text = input.value.trim();
  if (!isSeen(text)) return;
  input.value = "";
  if (!(await visit.tell({ type: "chat", text })) && !input.value) input.value = text;
}
