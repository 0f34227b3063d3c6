/** Which way a page's frames travel: a WebSocket, or long poll where the network stops sockets; and the way back. */
import { PollSocket } from "#signaling/poll_socket.js";
import { ofTab } from "#webui/store.js";

/** @typedef {WebSocket | PollSocket} Way */

const KEPT = "cloudwindow.long-poll";
const SOCKET_AGAIN_MS = 5 * 60_000;
const SOCKET_AGAIN_MAX_MS = 60 * 60_000;
/** While long poll fails too, every so many tries one is by socket. */
const TURNS = 3;

export class Ways {
  #url = new URL("/ws", location.href.replace(/^http/, "ws"));
  #isPolling = ofTab.getItem(KEPT) !== null;
  #turn = 0;
  #againMs = SOCKET_AGAIN_MS;
  #timer = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
  #probe = /** @type {WebSocket | undefined} */ (undefined);

  /** Begin a connection. @returns {Way} */
  connect() {
    this.stop();
    if (!this.#isPolling) return new WebSocket(this.#url);
    this.#turn += 1;
    return this.#turn % TURNS ? new PollSocket() : new WebSocket(this.#url);
  }

  /** The network stops sockets: go by long poll from now on. @returns {boolean} whether that is new */
  detour() {
    const isNew = !this.#isPolling;
    this.#isPolling = true;
    this.#turn = 0;
    return isNew;
  }

  /**
   * A connection works: a page that is loaded anew begins with its way.
   *
   * @param {Way | undefined} way @param {() => unknown} goBack called once, when sockets pass again
   * @returns {boolean} whether it is long poll
   */
  works(way, goBack) {
    this.stop();
    this.#isPolling = way instanceof PollSocket;
    this.#turn = 0;
    if (this.#isPolling) ofTab.setItem(KEPT, "1");
    else ofTab.removeItem(KEPT);
    if (this.#isPolling) this.#later(goBack);
    return this.#isPolling;
  }

  /** Try no more; a trial under way says nothing. */
  stop() {
    clearTimeout(this.#timer);
    const probe = this.#probe;
    this.#probe = undefined;
    if (!probe) return;
    probe.onopen = probe.onmessage = probe.onclose = null;
    probe.close();
  }

  /** @param {() => unknown} goBack */
  #later(goBack) {
    this.#timer = setTimeout(() => this.#trySocket(goBack), this.#againMs);
  }

  /** Sockets pass when a word comes back: some proxies let them open, and nothing through. @param {() => unknown} goBack */
  #trySocket(goBack) {
    this.#againMs = Math.min(this.#againMs * 2, SOCKET_AGAIN_MAX_MS);
    const socket = new WebSocket(this.#url);
    this.#probe = socket;
    socket.onopen = () => socket.send("{}"); // it is answered with an error
    socket.onmessage = () => {
      this.stop();
      this.#isPolling = false;
      goBack();
    };
    socket.onclose = () => {
      this.stop();
      this.#later(goBack);
    };
    this.#timer = setTimeout(() => socket.close(), SOCKET_AGAIN_MS / 10);
  }
}
