/** What the agent is told of the citizen's consents: nobody wonders at a dark picture. */
/** @import { SessionView } from "#signaling/messages.d.ts" */
import { gettext } from "#webui/i18n.js";

/** The channels whose people are asked on their screen. */
const ASKED = ["booth", "pc"];
/** A client without a page asks too; one of a release before does not, and sends no answer. */
const ASKS_ITSELF = "native";

/** @param {Pick<SessionView, "about" | "consents">} call */
export function consentNote({ about, consents = [] }) {
  const channel = about.channel ?? "pc";
  if (!ASKED.includes(channel) && !(channel === ASKS_ITSELF && consents.length)) return "";
  const said = Object.fromEntries(consents.map(({ kind, given }) => [kind, given]));
  if (said.service === undefined)
    return gettext("The citizen is still reading the notice: camera and microphone are closed.");
  if (!said.sound && !said.picture)
    return gettext("The citizen agreed to neither camera nor microphone. Please write in the chat.");
  if (!said.picture) return gettext("The citizen did not agree to the camera. They hear and see you.");
  return said.sound ? "" : gettext("The citizen did not agree to the microphone. They hear and see you.");
}

/** Whether the citizen agreed to be heard or seen. @param {Pick<SessionView, "consents">} call @param {"sound" | "picture"} sense */
export const isAgreed = ({ consents = [] }, sense) => consents.some(({ kind, given }) => kind === sense && given);
