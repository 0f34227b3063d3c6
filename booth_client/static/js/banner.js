/** What is wrong with the connection, said over every face of a visit while it is. */
import { awayWords } from "#booth_client/away.js";
import { icon } from "#booth_client/icons.js";
import { isHere } from "#signaling/session.js";
import { gettext } from "#webui/i18n.js";
import { html } from "#vendor/lit.js";

/** @import { LiveCall } from "#booth_client/live_call.js" */
/** @import { Visit } from "#booth_client/visit.js" */

/** The faces that need no connection. */
const QUIET = ["welcome", "superseded", "ended", "taking"];

/** @param {Visit} visit @param {LiveCall} talk */
export function bannerView(visit, talk) {
  const isAway = visit.connection !== "open" && !QUIET.includes(visit.screen);
  const words = isAway ? awayWords(visit, talk.isInSession) : callWords(visit, talk);
  return words ? html`<p class="banner" role="alert">${icon("again")}<span>${words}</span></p>` : "";
}

/** @param {Visit} visit @param {LiveCall} talk */
function callWords({ story: { session } }, talk) {
  if (!talk.isInSession) return "";
  if (talk.state === "restarting") return gettext("Picture and sound are connecting again…");
  if (session && !isHere(session, "seat"))
    return gettext("The member of staff lost the connection for a moment. Please stay; your place is kept.");
  return talk.isWeak ? gettext("The network is weak. Your voice comes first; the picture may stop.") : "";
}
