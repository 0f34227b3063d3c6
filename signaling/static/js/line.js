/** One connection from its hello to its end, by whichever way it goes. */
import { asFault } from "#signaling/faults.js";

/** @import { ServerFrame } from "#signaling/messages.d.ts" */
/** @import { Way } from "#signaling/ways.js" */

const HELLO_LIMIT_MS = 8_000;
const OLD_WAY_MS = 5_000;
const CUT = 1006;
const OPEN = 1;

export class Line {
  #way;
  /** Whether the server said anything on it, and when last. */
  isHeard = false;
  heardAt = performance.now();

  /**
   * @param {Way} way
   * @param {Promise<string>} hello the first frame; a booth's takes a moment
   * @param {object} hooks
   * @param {(frame: ServerFrame) => void} hooks.heard
   * @param {(code: number, fault: string) => void} hooks.lost it is over: the close code, and what was wrong with the hello
   */
  constructor(way, hello, { heard, lost }) {
    this.#way = way;
    let fault = "";
    const late = setTimeout(() => {
      lost(CUT, fault);
      way.close();
    }, HELLO_LIMIT_MS);
    const open = new Promise((resolve) => (way.onopen = resolve));
    Promise.all([hello, open])
      .then(([text]) => this.send(text))
      .catch((problem) => {
        fault = asFault(problem).code;
        way.close();
      });
    way.onmessage = (/** @type {{ data: string }} */ { data }) => {
      clearTimeout(late);
      this.heardAt = performance.now();
      this.isHeard = true;
      heard(JSON.parse(data));
    };
    way.onclose = (/** @type {{ code: number }} */ { code }) => {
      clearTimeout(late);
      lost(code, fault);
    };
  }

  get way() {
    return this.#way;
  }

  /** A newer connection comes: close this one where that does not take its place. */
  retire() {
    setTimeout(() => this.close(), OLD_WAY_MS);
  }

  /** Send a frame; while the connection closes it is lost with it, as on its way. @param {string} text */
  send(text) {
    const way = this.#way;
    if (!("readyState" in way) || way.readyState <= OPEN) way.send(text);
  }

  close() {
    this.#way.close();
  }
}
