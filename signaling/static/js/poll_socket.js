/** Frames by long poll, with the face of a WebSocket: for networks that stop sockets (docs/protocol.md). */

/** @typedef {{ first: number, frames: string[], closed: { code: number } | null }} Frames */

const CUT = 1006;
const TRIES = 4;
const AGAIN_MS = 500;
const ANSWER_LIMIT_MS = 25_000;
const SEND_MAX = 32_000; // characters, if there is more than one frame: far below what one request may bring
const SEND_MAX_FRAMES = 100;

export class PollSocket {
  /** @type {((event: unknown) => void) | null} */
  onopen = null;
  /** @type {((event: { data: string }) => void) | null} */
  onmessage = null;
  /** @type {((event: { code: number }) => void) | null} */
  onclose = null;
  #channel = "";
  #seen = 0;
  #sent = 0;
  #outbox = /** @type {string[]} */ ([]);
  #isOpen = false;
  #isSending = false;
  #isOver = false;
  #requests = /** @type {Set<AbortController>} */ (new Set());
  #left = () => this.close();

  constructor() {
    window.addEventListener("pagehide", this.#left);
    void this.#run();
  }

  /** @param {string} text one frame; it goes after those before it */
  send(text) {
    this.#outbox.push(text);
    void this.#flush();
  }

  /** Close it, also in the moment in which the page is left. */
  close() {
    if (this.#isOver) return;
    if (this.#isOpen) void this.#post("close", undefined, true).catch(() => null);
    this.#end(1000);
  }

  async #run() {
    const name = [...crypto.getRandomValues(new Uint8Array(16))].map((each) => each.toString(16).padStart(2, "0"));
    this.#channel = name.join("");
    const opened = /** @type {{ channel: string } | null} */ (await this.#ask("open"));
    this.#channel = opened?.channel ?? "";
    if (!opened || this.#isOver) return this.#end(CUT);
    this.#isOpen = true;
    this.onopen?.({});
    void this.#flush();
    while (!this.#isOver) {
      const said = /** @type {Frames | null} */ (await this.#insist("poll", () => ({ seen: this.#seen })));
      if (!said) return;
      for (const data of said.frames) {
        this.#seen += 1;
        if (!this.#isOver) this.#hear(data);
      }
      if (said.closed) this.#end(said.closed.code);
    }
  }

  /** As of a socket: what a handler throws is told, and the next frame is heard all the same. @param {string} data */
  #hear(data) {
    try {
      this.onmessage?.({ data });
    } catch (problem) {
      reportError(problem);
    }
  }

  async #flush() {
    if (this.#isSending || !this.#isOpen) return;
    this.#isSending = true;
    while (this.#outbox.length && !this.#isOver) {
      const frames = this.#batch();
      if (!(await this.#insist("send", () => ({ first: this.#sent + 1, frames })))) break;
      this.#sent += frames.length;
      this.#outbox.splice(0, frames.length);
    }
    this.#isSending = false;
  }

  /** The oldest frames, as many as go in one request. */
  #batch() {
    let size = 0;
    const isMore = this.#outbox.findIndex((text, place) => {
      size += text.length;
      return place > 0 && (size > SEND_MAX || place >= SEND_MAX_FRAMES);
    });
    return this.#outbox.slice(0, isMore < 0 ? undefined : isMore);
  }

  /** Ask until there is an answer: a frame that comes twice counts once. @param {string} act @param {() => object} body */
  async #insist(act, body) {
    for (let tries = 0; tries < TRIES && !this.#isOver; tries += 1) {
      if (tries) await new Promise((resolve) => setTimeout(resolve, AGAIN_MS * tries));
      const said = await this.#ask(act, body());
      if (said) return said;
    }
    this.#end(CUT);
    return null;
  }

  /** @param {string} act @param {object} [body] @returns {Promise<object | null>} nothing where it is worth another try */
  async #ask(act, body) {
    const answer = await this.#post(act, body).catch(() => null);
    if (answer?.ok) return answer.json().catch(() => null); // a page in between (a hotel's sign-in) is no answer
    if (answer && answer.status !== 429 && answer.status < 500) this.#end(CUT);
    return null;
  }

  /** @param {string} act @param {object} [body] @param {boolean} [keepalive] whether it outlives the page */
  async #post(act, body, keepalive = false) {
    const cut = new AbortController();
    const late = setTimeout(() => cut.abort(), ANSWER_LIMIT_MS);
    if (!keepalive) this.#requests.add(cut);
    try {
      return await fetch(`/api/channel/${act}`, {
        method: "POST",
        headers: { "Window-Channel": this.#channel, ...(body && { "Content-Type": "application/json" }) },
        body: body ? JSON.stringify(body) : null,
        cache: "no-store",
        redirect: "error",
        keepalive,
        signal: cut.signal,
      });
    } finally {
      clearTimeout(late);
      this.#requests.delete(cut);
    }
  }

  /** @param {number} code */
  #end(code) {
    if (this.#isOver) return;
    this.#isOver = true;
    window.removeEventListener("pagehide", this.#left);
    for (const request of this.#requests) request.abort();
    queueMicrotask(() => this.onclose?.({ code }));
  }
}
