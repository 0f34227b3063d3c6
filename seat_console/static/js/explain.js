/** Turns the queue's explanation of a reservation (JSON facts) into one line for the agent. */
import { gettext } from "#webui/i18n.js";
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
  return parts.filter(Boolean).join(" · ");
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
