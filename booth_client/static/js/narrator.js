/** Tells, once each, what has changed: to screen readers what the page itself does not, and aloud where that is wanted. */
import { conditions } from "#booth_client/voice/conditions.js";
import * as readings from "#booth_client/voice/readings.js";
import {
  isLongWait,
  outcomeName,
  placeWords,
  returnedNote,
  verdictName,
  waitLine,
  widenedNote,
} from "#booth_client/words.js";
import { offsetMs } from "#webui/business-clock.js";
import { clockTime, gettext } from "#webui/i18n.js";

/** @import { Devices, Talk } from "#booth_client/voice/conditions.js" */
/** @import { Visit } from "#booth_client/visit.js" */
/** @typedef {typeof import("#booth_client/voice.js").say} Say */

const LAST_CALL_MS = 60_000;
const NOWHERE = { fault: null, guide: null };

/** @param {Visit} visit whose place is kept, or who is called back */
function isLastCall({ screen, story: { ticket }, skewMs }) {
  if (!["held", "scheduled"].includes(screen)) return false;
  const callMs = ticket?.callback_at_ms ? ticket.callback_at_ms - offsetMs() : 0;
  const endMs = callMs || ticket?.held_until_ms || 0;
  return endMs - Date.now() - skewMs < LAST_CALL_MS;
}

export class Narrator {
  #say;
  #ring;
  #screen = "";
  /** What was told last of each kind, so that nothing is told twice. @type {Map<string, string>} */
  #told = new Map();
  #session = "";
  #lines = 0;
  /** Whether the citizen was told that the call back is near. */
  #isDue = false;
  /** @type {Map<string, unknown>} */
  #judged = new Map();
  /** The state of each device when it was last told. @type {Map<string, string>} */
  #broken = new Map();

  /** @param {Say} say @param {() => void} ring */
  constructor(say, ring) {
    this.#say = say;
    this.#ring = ring;
  }

  /** @param {Visit} visit @param {Talk | null} [talk] @param {Devices | null} [devices] @param {boolean} [isSpeakerLost] */
  follow(visit, talk = null, devices = null, isSpeakerLost = false) {
    const isNew = visit.screen !== this.#screen;
    this.#screen = visit.screen;
    if (isNew) this.#told.clear();
    this.#face(visit, isNew);
    if (visit.screen === "waiting") this.#waiting(visit, isNew);
    this.#session_(visit, talk);
    const thanks = visit.story.rated ? gettext("Your rating was received. Thank you.") : "";
    if (this.#isNews("rated", thanks)) this.#say(thanks, { id: "goodbye.rated" });
    this.#network(visit, talk);
    this.#conditions(conditions(visit, talk, devices, isSpeakerLost));
    this.#devices(devices);
    this.#tones(visit);
  }

  /** Whether this is news of its kind. @param {string} kind @param {string} news */
  #isNews(kind, news) {
    if (this.#told.get(kind) === news) return false;
    this.#told.set(kind, news);
    return news !== "";
  }

  /** The face as a whole, when it appears or becomes another one. @param {Visit} visit @param {boolean} isNew */
  #face(visit, isNew) {
    const sentence = this.#words(visit);
    const isOther = this.#isNews(
      "face",
      `${sentence}${isLastCall(visit)}${visit.story.closing?.version ?? 1}${visit.hasStopped}`,
    );
    if (visit.screen === "welcome" || !(isNew || isOther)) return;
    const last = isLastCall(visit) ? [{ id: `${visit.screen}.last` }] : null;
    const parts = last ?? readings.faceParts(visit, NOWHERE, isLongWait(visit));
    this.#say(sentence, { parts, kind: "face", rank: "face" });
  }

  /** For screen readers; they hear the head of a new face from the focus. @param {Visit} visit */
  #words(visit) {
    const { ticket, closing } = visit.story;
    switch (visit.screen) {
      case "held":
        return isLastCall(visit)
          ? gettext("Your place is kept for one more minute only. Please press “I am back”.")
          : gettext("Until {time}. We will not call you before you are back.", {
              time: clockTime(ticket?.held_until_ms ?? 0),
            });
      case "scheduled":
        return isLastCall(visit)
          ? gettext("We will call you in one minute. Please stay.")
          : gettext("Your place is kept. You will not start again.");
      case "ringing":
        return gettext("Someone will be with you in a moment.");
      case "call":
        return gettext("You are connected. Please speak.");
      case "goodbye":
        if ((closing?.version ?? 1) > 1)
          return gettext("The result of your call was corrected. Please look at the screen again.");
        return (
          outcomeName(closing?.outcome ?? "") ||
          gettext("The call has ended. Staff may still be writing up the result; please wait a moment.")
        );
      default:
        return "";
    }
  }

  /** @param {Visit} visit @param {boolean} isNew the whole face is being read anyway */
  #waiting(visit, isNew) {
    const { ticket } = visit.story;
    if (!ticket) return;
    const aloud = (/** @type {import("#booth_client/voice/queue.js").Part[]} */ parts) => (isNew ? [] : parts);
    const relaxed = ticket.widened.at(-1) ?? "";
    if (this.#isNews("widened", ticket.widened.join()))
      this.#say(widenedNote(relaxed), { parts: aloud(readings.widenedParts(relaxed)) });
    const back = ticket.returned ? returnedNote(ticket.returned) : "";
    if (this.#isNews("returned", back))
      this.#say(back, { parts: aloud(readings.returnedParts(ticket.returned ?? "")) });
    const place = placeWords(ticket.place, ticket.able_seats > 0);
    if (this.#isNews("place", `${place}${ticket.able_seats > 0}`)) {
      const words = gettext("Your number is {number}. {place}.", { number: ticket.about.number, place });
      this.#say(`${words} ${waitLine(ticket)}`, { parts: aloud(readings.placeParts(ticket)), kind: "place" });
    }
    if (this.#isNews("long", isLongWait(visit) ? "long" : "")) {
      const sorry = [gettext("We are sorry that it takes this long."), gettext("What would you like to do?")];
      this.#say(sorry.join(" "), { parts: aloud(readings.longParts(ticket)), kind: "long" });
    }
  }

  /** What is written and judged is heard too: somebody may look at the agent. @param {Visit} visit @param {Talk | null} talk */
  #session_({ story: { session } }, talk) {
    const given = (session?.documents ?? []).filter((document) => document.verdict);
    const fresh = given.filter(({ document, verdict }) => this.#judged.get(document) !== verdict);
    const lines = (session?.chat ?? []).filter((line) => line.by === "seat");
    const unheard = lines.slice(this.#lines);
    const isFirstLook = this.#session !== (session?.session ?? "");
    this.#session = session?.session ?? "";
    this.#judged = new Map(given.map(({ document, verdict }) => [document, verdict]));
    this.#lines = lines.length;
    if (!session || isFirstLook) return;
    for (const document of fresh) {
      const { verdict, note } = document;
      const paper = readings.paperName(session, document);
      const words = gettext("{document}: {verdict}", { document: paper, verdict: verdictName(verdict ?? "good") });
      this.#say([words, note].join(" "), { parts: readings.verdictParts(paper, verdict ?? "", note) });
    }
    for (const { text } of unheard) {
      // The chat's own log tells its lines while it is open.
      const words = talk?.tab === "chat" ? "" : gettext("{seat} writes: {text}", { seat: session.seat_name, text });
      this.#say(words, { parts: readings.lineParts(text) });
    }
  }

  /** What is wrong with the connection: the banner itself tells screen readers. @param {Visit} visit @param {Talk | null} talk */
  #network(visit, talk) {
    const id = talk?.trouble(visit) ?? "";
    const kept = id.startsWith("net.") && visit.screen !== "taking" ? [{ id: "queue.kept" }] : [];
    if (this.#isNews("network", id)) this.#say("", { parts: [{ id }, ...kept], kind: "network", rank: "urgent" });
  }

  /** The line on the screen itself tells screen readers. @param {ReturnType<typeof conditions>} all */
  #conditions(all) {
    for (const [kind, parts] of Object.entries(all))
      if (this.#isNews(kind, parts.length ? JSON.stringify(parts) : "")) this.#say("", { parts, kind });
  }

  /** A camera or microphone that does not work: the remedy is on the screen. @param {Devices | null} devices */
  #devices(devices) {
    for (const name of /** @type {const} */ (["camera", "microphone"])) {
      const state = devices?.[name].state ?? "off";
      const isBroken = state !== "off" && state !== "ok";
      if (isBroken && this.#broken.get(name) !== state)
        this.#say("", { id: state === "asking" ? "check.allow" : `check.${name}`, kind: name });
      if (state !== "off") this.#broken.set(name, state);
    }
  }

  /** Somebody who went away from the screen looks back only for a sound; so does who is called back and waits again. @param {Visit} visit */
  #tones(visit) {
    const isLast = isLastCall(visit);
    const isBack = this.#isDue && visit.screen === "waiting";
    if (this.#isNews("tone", isBack || isLast ? visit.screen : "")) this.#ring();
    this.#isDue = visit.screen === "scheduled" && isLast;
  }
}
