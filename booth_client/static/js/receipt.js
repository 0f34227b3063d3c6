/** Asks after a receipt: its number in, how the matter stands out. */
import { noticeView } from "#booth_client/notice.js";
import { printButton } from "#booth_client/print.js";
import { outcomeName, standingName } from "#booth_client/words.js";
import { describeError, gettext, language, weekdayAndTime } from "#webui/i18n.js";
import { wellFormed } from "#webui/typing.js";
import { html, render } from "#vendor/lit.js";

const form = /** @type {HTMLFormElement} */ (document.getElementById("ask"));
const answer = /** @type {HTMLElement} */ (document.getElementById("answer"));

/** @param {Record<string, any>} found */
function found(found) {
  return html`<section class="receipt card" aria-labelledby="found-title">
    <h2 id="found-title" class="receipt__title numeric" translate="no">${found.receipt}</h2>
    <p class="goodbye__outcome">${outcomeName(found.outcome ?? "") || standingName(found.ticket_state ?? "")}</p>
    ${found.version > 1 ? html`<p class="notice notice--warn">${gettext("The member of staff has corrected this. What you see now counts (version {version}).", { version: found.version })}</p>` : ""}
    <dl class="facts">
      ${fact(gettext("Service"), found.item_name)}
      ${fact(gettext("Number"), found.number)}
      ${fact(gettext("Ended"), found.closed_ms ? weekdayAndTime(new Date(found.closed_ms)) : "")}
    </dl>
    ${found.notice?.length ? noticeView(found.notice) : ""}
    ${printButton()}
  </section>`;
}

/** @param {string} name @param {string} value */
function fact(name, value) {
  return value ? html`<div class="facts__row"><dt>${name}</dt><dd>${value}</dd></div>` : "";
}

async function ask() {
  const number = wellFormed(String(new FormData(form).get("number") ?? "").trim());
  if (!number) return;
  render(html`<p class="quiet">${gettext("Searching…")}</p>`, answer);
  try {
    const reply = await fetch(`/api/receipts/${encodeURIComponent(number)}?locale=${language}`);
    const body = await reply.json();
    render(reply.ok ? found(body) : refused(body.code, body.params), answer);
  } catch {
    render(refused("unavailable"), answer);
  }
}

/** @param {string} code @param {Record<string, unknown>} [params] */
function refused(code, params) {
  const words =
    code === "not_found"
      ? gettext("There is no receipt with this number. Please check each character.")
      : describeError(code, params);
  return html`<p class="notice notice--warn">${words}</p>`;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void ask();
});
if (new URLSearchParams(location.search).get("number")) void ask();
