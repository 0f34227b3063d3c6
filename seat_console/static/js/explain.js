/** Explains a ringing ticket to its agent: why it came here, and that its language is not the seat's. */
/** @import { About } from "#signaling/messages.d.ts" */
import { dotted } from "#webui/dots.js";
import { gettext } from "#webui/i18n.js";
import { nameOf } from "#seat_console/names.js";
import { duration } from "#seat_console/times.js";

/** @type {Record<string, () => string>} */
const RULES = {
  claim: () => gettext("Claimed by you"),
  least_flexible: () => gettext("Keeps staff with rare skills free"),
  longest_idle: () => gettext("You were ready the longest"),
  random: () => gettext("Chosen at random"),
  first_come: () => gettext("First in line for you"),
  longest_queue: () => gettext("From the longest queue"),
};

/**
 * Unknown facts are left out: the queue may know more than this page.
 * @param {string} explain
 */
export function explainLine(explain) {
  const { rule, tier, idle_ms: idleMs } = read(explain);
  const parts = [
    (typeof rule === "string" && RULES[rule]?.()) || "",
    typeof tier === "number" && tier > 0 ? gettext("Search was widened") : "",
    typeof idleMs === "number" && idleMs >= 1000
      ? gettext("You were ready for {time}", { time: duration(idleMs) })
      : "",
  ];
  return dotted(parts);
}

/**
 * That a seat is not down as speaking the citizen's language, and what to do; nothing where it is.
 * @param {{ languages?: ReadonlyArray<string> } | null} seat
 * @param {About} about
 */
export function notSpoken(seat, about) {
  if (!seat || seat.languages?.includes(about.language)) return "";
  const language = nameOf("languages", about.language);
  return gettext("You are not down as speaking {language}: speak slowly, use the chat, or decline.", { language });
}

/**
 * @param {string} text
 * @returns {Record<string, unknown>}
 */
function read(text) {
  try {
    const facts = JSON.parse(text || "{}");
    return facts && typeof facts === "object" ? facts : {};
  } catch {
    return {};
  }
}
