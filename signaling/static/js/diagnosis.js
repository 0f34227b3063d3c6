/** What is wrong with a page's network: there is none, the server is away, or it stops WebSockets or all that we try. */
import { probe } from "#signaling/network.js";

/** @typedef {"" | "offline" | "away" | "detour" | "forbidden"} Trouble nothing while all is well or it is simply connecting; `detour`: no sockets, it goes on by another way */

/** A socket that closes before a word this often in a row, while pages come through, is stopped on its way. */
const SILENT_TRIES = 2;
/** How a proxy says that an address is not for everybody. */
const REFUSED = [401, 403, 404];
const BUSY = /^(429|5\d\d)$/;

export class Diagnosis {
  #changed;
  #detour;
  #silent = 0;
  #round = 0;
  /** @type {Trouble} */
  trouble = "";

  /** @param {() => void} changed @param {() => boolean} detour takes another way than sockets, if there is one left */
  constructor(changed, detour) {
    this.#changed = changed;
    this.#detour = detour;
  }

  /** The server was heard. @param {boolean} isDetour whether by another way than a socket */
  well(isDetour) {
    this.#round += 1;
    this.#silent = 0;
    this.#tell(isDetour ? "detour" : "");
  }

  /** A try failed, or the browser says that the network is gone. @param {boolean} wasHeard whether the server said anything on it */
  async failed(wasHeard) {
    this.#silent = wasHeard ? 0 : this.#silent + 1;
    this.#round += 1;
    const round = this.#round;
    if (!navigator.onLine) this.#tell("offline"); // at once: a person has just pressed
    const trouble = await diagnose(this.#silent >= SILENT_TRIES);
    if (round !== this.#round) return;
    this.#tell(trouble === "forbidden" && this.#detour() ? "detour" : trouble);
  }

  /** @param {Trouble} trouble */
  #tell(trouble) {
    if (trouble === this.trouble) return;
    this.trouble = trouble;
    this.#changed();
  }
}

/** What our server answers: a proxy that keeps `/livez` to itself may let through what pages ask anyway. */
async function reach() {
  const status = await probe("/livez");
  return REFUSED.includes(status) ? probe("/api/public") : status;
}

/** @param {boolean} isSilent @returns {Promise<Trouble>} */
async function diagnose(isSilent) {
  const status = await reach();
  if (!status) return navigator.onLine ? "away" : "offline";
  if (status !== 200) return "away"; // a proxy is there, and our server is not behind it
  if (!isSilent) return "";
  // The server itself refuses sockets when it is full, and says so to a plain request too.
  return BUSY.test(String(await probe("/ws"))) ? "away" : "forbidden";
}
