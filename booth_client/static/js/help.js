/** What "Call for help" offers on a face: a way to be served first only where nobody has a number yet; pure. */
import { gettext } from "#webui/i18n.js";

/** @import { Screen } from "#booth_client/story.js" */
/** @import { Part } from "#booth_client/voice/queue.js" */

/**
 * @param {Screen} screen
 * @returns {{ canCall: boolean, words: string, parts: Part[] }} the words and what is heard of them name a button only where there is one
 */
export function helpOn(screen) {
  if (screen === "welcome")
    return {
      canCall: true,
      words: gettext("Do you need help? Wave to the staff here, or press the button: you are served before others."),
      parts: [{ id: "help.wave" }, { id: "help.button" }],
    };
  return {
    canCall: false,
    words: gettext("Do you need help? Please wave to the staff here."),
    parts: [{ id: "help.wave" }],
  };
}
