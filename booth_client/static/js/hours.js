/** Says below the big button, before it is pressed, whether somebody answers now and how many wait. */
import { ask } from "#booth_client/facts.js";
import { SET } from "#webui/business-clock.js";
import { gettext, ngettext, together, weekdayAndTime } from "#webui/i18n.js";

const AGAIN_MS = 60_000;

/**
 * Keep the line true while the page stands open; a site has hours of its own.
 *
 * @param {HTMLElement} line
 * @param {() => string} booth returns its id, where this screen is one
 * @param {import("#booth_client/welcome.js").Known} known where it is noted for who has the face read aloud
 */
export function tellHours(line, booth, known) {
  const tell = async () => {
    // Not known just now: rather nothing than what was true before.
    known.facts = await ask(here(booth())).catch(() => null);
    const words = known.facts ? hoursWords(known.facts) : "";
    if (words !== line.textContent) line.textContent = words; // who hears the page hears each change once
  };
  void tell();
  setInterval(() => document.hidden || tell(), AGAIN_MS);
  document.addEventListener(SET, () => void tell());
}

/** @param {string} booth @returns {Record<string, string>} */
function here(booth) {
  const site = new URLSearchParams(location.search).get("site");
  return booth ? { booth } : site ? { site } : {};
}

/** @param {Pick<import("#booth_client/facts.js").Facts, "open_now" | "next_open" | "waiting">} facts */
export function hoursWords({ open_now, next_open, waiting }) {
  if (open_now) return together(gettext("We are open now."), waitingWords(waiting));
  if (!next_open) return gettext("We are closed at the moment.");
  const time = weekdayAndTime(new Date(next_open));
  return together(gettext("We are closed at the moment."), gettext("We open again on {time}", { time }));
}

/** @param {number | null | undefined} waiting not known where the queue or an older server does not say it */
function waitingWords(waiting) {
  if (typeof waiting !== "number") return "";
  return waiting
    ? ngettext("{n} person is waiting now.", "{n} people are waiting now, for all services together.", waiting)
    : gettext("Nobody is waiting now.");
}
