/** Says why there is no connection, and what to do; every promise to try again is kept by the channel. */
import { gettext } from "#webui/i18n.js";

/** @import { Trouble } from "#signaling/diagnosis.js" */

/** @param {Trouble} trouble @param {boolean} isBooth where the cable is not the citizen's @returns {string} nothing while there is nothing to say */
export function networkWords(trouble, isBooth) {
  switch (trouble) {
    case "offline":
      return isBooth
        ? gettext(
            "There is no network here just now. Please tell the staff here. It goes on by itself once it is back.",
          )
        : gettext("No network. Please check the cable or Wi-Fi. It goes on by itself once the network is back.");
    case "away":
      return gettext(
        "The service cannot be reached just now. We try again every few seconds. If it is urgent, call {hotline}.",
      );
    case "detour":
      return gettext("This network stops the usual connection. We go on by another way, a little slower.");
    case "forbidden":
      return isBooth
        ? gettext("The network here lets no video through. Please tell the staff here, or call {hotline}.")
        : gettext("This network lets no video through. Use another one, such as mobile data, or call {hotline}.");
    default:
      return "";
  }
}

/** @param {Trouble} trouble @returns {string} */
export function networkWordsForStaff(trouble) {
  switch (trouble) {
    case "offline":
      return gettext("This PC has no network. Check the cable or Wi-Fi; the page goes on by itself.");
    case "away":
      return gettext("The server cannot be reached. This page tries again every few seconds.");
    case "detour":
      return gettext(
        "This network lets no WebSocket through. The page works on by ordinary requests, a little slower. Ask the network's administrator to allow WebSockets for this address.",
      );
    case "forbidden":
      return gettext(
        "This network lets pages through, but neither a WebSocket nor the requests in its place. Ask its administrator to allow them for this address.",
      );
    default:
      return "";
  }
}
