/** Tells, once each, what has changed: to screen readers, and aloud where that is wanted. */
import { placeWords, verdictName, widenedNote } from "#booth_client/words.js";
import { clockTime, gettext } from "#webui/i18n.js";

/** @import { Visit } from "#booth_client/visit.js" */

const LAST_CALL_MS = 60_000;

/** @param {Visit} visit whose place is kept, or who is called back */
function isLastCall({ story: { ticket }, skewMs }) {
  const endMs = ticket?.callback_at_ms || ticket?.held_until_ms || 0;
  return endMs - Date.now() - skewMs < LAST_CALL_MS;
}

export class Narrator {
  #say;
  #ring;
  #told = "";
  #widened = 0;
  #session = "";
  /** Whether the citizen was told that the call back is near. */
  #isDue = false;
  /** @type {Map<string, unknown>} */
  #judged = new Map();

  /** @param {(sentence: string, how?: { quietly?: boolean }) => void} say @param {() => void} ring */
  constructor(say, ring) {
    this.#say = say;
    this.#ring = ring;
  }

  /** @param {Visit} visit */
  follow(visit) {
    const { ticket } = visit.story;
    const widened = ticket?.widened.length ?? 0;
    if (widened > this.#widened) this.#say(widenedNote(ticket?.widened.at(-1) ?? ""));
    this.#widened = widened;
    this.#verdicts(visit);
    const words = this.#words(visit);
    if (words === this.#told) return;
    this.#told = words;
    if (words) this.#say(words);
    // Somebody who went away from the screen looks back only for a sound; so does who is called back and waits again.
    const isAway = ["held", "scheduled"].includes(visit.screen);
    const isBack = this.#isDue && visit.screen === "waiting";
    if (isBack || (isAway && isLastCall(visit))) this.#ring();
    this.#isDue = visit.screen === "scheduled" && isLastCall(visit);
  }

  /** What the agent said of a paper is heard too: somebody may look at the agent and not at the list. @param {Visit} visit */
  #verdicts({ story: { session } }) {
    const given = (session?.documents ?? []).filter((document) => document.verdict);
    const fresh = given.filter(({ document, verdict }) => this.#judged.get(document) !== verdict);
    const isFirstLook = this.#session !== (session?.session ?? "");
    this.#session = session?.session ?? "";
    this.#judged = new Map(given.map(({ document, verdict }) => [document, verdict]));
    for (const { material, name, verdict, note } of isFirstLook ? [] : fresh) {
      const paper = session?.guide?.materials.find(({ key }) => key === material)?.name ?? name;
      if (verdict) this.#say([gettext("{paper}: {verdict}", { paper, verdict: verdictName(verdict) }), note].join(" "));
    }
  }

  /** @param {Visit} visit */
  #words(visit) {
    const { ticket } = visit.story;
    switch (visit.screen) {
      case "waiting":
        return gettext("Your number is {number}. {place}.", {
          number: ticket?.about.number ?? "",
          place: placeWords(ticket?.place ?? 1, (ticket?.able_seats ?? 0) > 0),
        });
      case "held":
        return isLastCall(visit)
          ? gettext("Your place is kept for one more minute only. Please press “I am back”.")
          : gettext("Your place is kept");
      case "scheduled":
        return isLastCall(visit)
          ? gettext("You are called here in one minute. Please stay at this page.")
          : gettext("We call you here at {time}", { time: clockTime(ticket?.callback_at_ms ?? 0) });
      case "ringing":
        return gettext("Putting you through…");
      case "call":
        return gettext("You are connected. Please speak.");
      case "goodbye":
        return (visit.story.closing?.version ?? 1) > 1
          ? gettext("The result of your call was corrected. Please look at the screen again.")
          : gettext("Thank you, and goodbye");
      default:
        return "";
    }
  }
}
