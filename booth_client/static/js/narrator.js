/** Tells, once each, what has changed: to screen readers, and aloud where that is wanted. */
import { placeWords, widenedNote } from "#booth_client/words.js";
import { gettext } from "#webui/i18n.js";

/** @import { Visit } from "#booth_client/visit.js" */

export class Narrator {
  #say;
  #told = "";
  #widened = 0;

  /** @param {(sentence: string, how?: { quietly?: boolean }) => void} say */
  constructor(say) {
    this.#say = say;
  }

  /** @param {Visit} visit */
  follow(visit) {
    const { ticket } = visit.story;
    const widened = ticket?.widened.length ?? 0;
    if (widened > this.#widened) this.#say(widenedNote(ticket?.widened.at(-1) ?? ""));
    this.#widened = widened;
    const words = this.#words(visit);
    if (words === this.#told) return;
    this.#told = words;
    if (words) this.#say(words);
  }

  /** @param {Visit} visit */
  #words(visit) {
    const { ticket } = visit.story;
    switch (visit.screen) {
      case "waiting":
        return gettext("Your number is {number}. {place}.", {
          number: ticket?.about.number ?? "",
          place: placeWords(ticket?.place ?? 1),
        });
      case "held":
        return gettext("Your place is kept");
      case "ringing":
        return gettext("Putting you through…");
      case "call":
        return gettext("You are connected. Please speak.");
      case "goodbye":
        return gettext("Thank you, and goodbye");
      default:
        return "";
    }
  }
}
