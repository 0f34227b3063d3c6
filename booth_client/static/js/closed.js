/** What a citizen is told outside the hours: when it opens, and what can be done until then. */
import { gettext, hotline, weekdayAndTime } from "#webui/i18n.js";
import { html, render } from "#vendor/lit.js";

/**
 * @param {HTMLElement} place
 * @param {unknown} nextOpen ISO 8601, or null when no opening is known
 * @param {{ search: () => void, check: () => void, hasReceipts: boolean }} act
 */
export function showClosed(place, nextOpen, act) {
  const box = document.createElement("div");
  render(view(nextOpen, act), box);
  place.replaceChildren(box);
  box.querySelector("h2")?.focus();
}

/** The hotline, and that it never sleeps where the realm says so. */
function hotlineLink() {
  const words = document.documentElement.dataset.allDay
    ? gettext("Call {hotline}, day and night")
    : gettext("Call {hotline}");
  return html`<a class="button" href="tel:${hotline().replace(/[^\d+*#]/g, "")}">${words}</a>`;
}

/** @param {unknown} nextOpen @param {{ search: () => void, check: () => void, hasReceipts: boolean }} act */
function view(nextOpen, act) {
  return html`<section class="closed card card--raised" aria-labelledby="closed-title">
    <h2 id="closed-title" class="closed__title" tabindex="-1" aria-describedby="closed-when">${gettext("We are closed at the moment")}</h2>
    <p class="closed__when" id="closed-when">${
      typeof nextOpen === "string" && nextOpen
        ? gettext("We open again on {time}", { time: weekdayAndTime(new Date(nextOpen)) })
        : gettext("The next opening is not fixed yet. Please call {hotline} to ask.")
    }</p>
    <p>${gettext("Come back then and press the big button.")}</p>
    <h3>${gettext("What you can do already")}</h3>
    <div class="closed__acts">
      <button class="button" type="button" @click=${act.search}>${gettext("See which documents to bring")}</button>
      <button class="button" type="button" @click=${act.check}>${gettext("Check camera and microphone")}</button>
      ${act.hasReceipts ? html`<a class="button" href="/receipt">${gettext("Check the result of your call")}</a>` : ""}
      ${hotlineLink()}
    </div>
  </section>`;
}
