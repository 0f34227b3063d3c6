/** Turns the queue's explanation of a reservation (JSON facts) into one line for the agent. */
import { gettext, ngettext } from "#webui/i18n.js";
import { duration } from "#seat_console/times.js";

/**
 * Unknown facts are left out: the queue may know more than this page.
 * @param {string} explain
 */
export function explainLine(explain) {
  const facts = read(explain);
  const parts = [
    facts.rule === "claim" ? gettext("You claimed it") : "",
    typeof facts.step === "number" && facts.step > 0 ? gettext("Needs were widened") : "",
    typeof facts.idle_ms === "number" && facts.idle_ms > 0
      ? gettext("You were ready for {time}", { time: duration(facts.idle_ms) })
      : "",
    typeof facts.rivals === "number" ? rivals(facts.rivals) : "",
  ];
  return parts.filter(Boolean).join(" · ");
}

/** @param {number} n */
function rivals(n) {
  if (n === 0) return gettext("The only ready seat that is able");
  return ngettext("Chosen over {n} other ready seat", "Chosen over {n} other ready seats", n);
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
