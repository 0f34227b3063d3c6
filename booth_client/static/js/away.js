/** What the banner says while the page has no socket, in and outside of a call. */
import { networkWords } from "#signaling/network_words.js";
import { gettext } from "#webui/i18n.js";

/** @import { Visit } from "#booth_client/visit.js" */

/** What is said aloud of the same, by the trouble that is known. @type {Record<string, string>} */
const SAID = { offline: "net.offline", away: "net.away", forbidden: "net.forbidden", detour: "net.detour" };

/** @param {Pick<Visit, "trouble">} visit @param {boolean} isInCall */
export function awayId({ trouble }, isInCall) {
  if (isInCall) return trouble === "away" ? "call.unreachable" : "call.network";
  return SAID[trouble] ?? "queue.network";
}

/** @param {Visit} visit @param {boolean} isInCall */
export function awayWords({ trouble, keep, screen }, isInCall) {
  if (isInCall)
    return trouble === "away"
      ? gettext("The service cannot be reached just now. You can go on talking; messages and documents wait.")
      : gettext("The network was lost and is coming back. Please stay: your call is not over.");
  const words = networkWords(trouble, keep.isBooth) || gettext("Connecting again…");
  // Where there is no place any more, none is promised.
  return screen === "goodbye" ? words : `${words} ${gettext("Your place is kept.")}`;
}
