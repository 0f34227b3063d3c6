/** What the agent is told of the citizen's consents: nobody wonders at a dark picture. */
/** @import { SessionView } from "#signaling/messages.d.ts" */
import { gettext } from "#webui/i18n.js";

/** The channels whose people are asked on their screen. */
const ASKED = ["booth", "pc"];

/** @param {Pick<SessionView, "about" | "consents">} call */
export function consentNote({ about, consents = [] }) {
  if (!ASKED.includes(about.channel ?? "pc")) return "";
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
