/** Says below the big button, before it is pressed, whether somebody answers now. */
import { facts } from "#booth_client/facts.js";
import { gettext, weekdayAndTime } from "#webui/i18n.js";

const AGAIN_MS = 300_000;

/**
 * Keep the line true while the page stands open. A site has hours of its own, of which the installation's say nothing:
 * a page that was opened for one shows none.
 *
 * @param {HTMLElement} place
 */
export function tellHours(place) {
  if (new URLSearchParams(location.search).has("site")) return;
  const tell = async () => {
    try {
      place.textContent = hoursWords(await facts(true));
    } catch {
      place.textContent = ""; // not known just now: rather nothing than what was true before
    }
  };
  void tell();
  setInterval(() => document.hidden || tell(), AGAIN_MS);
}

/** @param {import("#booth_client/facts.js").Facts} facts */
export function hoursWords({ open_now, next_open }) {
  if (open_now) return gettext("We are open now.");
  if (!next_open) return gettext("We are closed at the moment.");
  const time = weekdayAndTime(new Date(next_open));
  return `${gettext("We are closed at the moment.")} ${gettext("We open again on {time}", { time })}`;
}
