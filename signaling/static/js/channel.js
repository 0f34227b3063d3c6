/** The page's one connection: hello, commands with answers, numbered events, and coming back for ever. */
import { delay, drainDelay } from "#signaling/backoff.js";
import { Diagnosis } from "#signaling/diagnosis.js";
import { Emitter } from "#signaling/emitter.js";
import { endOf } from "#signaling/endings.js";
import { ServiceFault } from "#signaling/faults.js";
import { introduce } from "#signaling/greeting.js";
import { iceAfter, NO_SERVERS } from "#signaling/ice.js";
import { Line } from "#signaling/line.js";
import { watchNetwork } from "#signaling/network.js";
import { Outbox, written } from "#signaling/outbox.js";
import { Ways } from "#signaling/ways.js";

/** @import { Own } from "#signaling/greeting.js" */
/** @import { ClientFrame, Hello, ServerFrame, Welcome } from "#signaling/messages.d.ts" */
/** @import { Trouble } from "#signaling/diagnosis.js" */
/** @import { Command, WithoutId } from "#signaling/outbox.js" */
/** @typedef {"connecting" | "open" | "waiting" | "over"} Status */
/** @typedef {{ [F in ServerFrame as F["type"]]: F } & { status: Status, trouble: Trouble, over: string, any: ServerFrame }} Events */

const OVERDUE_MS = 8_000;
const AGAIN_MS = 1_000;
const DRAINED = 4003;

export class Channel {
  #hello;
  #ways = new Ways();
  #line = /** @type {Line | null} */ (null);
  #outbox = new Outbox();
  #emitter = /** @type {Emitter<Events>} */ (new Emitter());
  #timer = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
  #unwatch;
  #diagnosis = new Diagnosis(
    () => this.#emitter.emit("trouble", this.trouble),
    () => this.#ways.detour() && this.#change(),
  );
  #tries = 0;
  #fault = "";
  #connection = "";
  status = /** @type {Status} */ ("waiting");
  /** The last session event this page has seen. */
  lastSeq = 0;
  welcome = /** @type {Welcome | null} */ (null);
  ice = NO_SERVERS;

  /** @param {() => Own | Promise<Own>} hello what this page says of itself, asked at each connection */
  constructor(hello) {
    this.#hello = hello;
    const heardAt = () => this.#line?.heardAt ?? 0;
    this.#unwatch = watchNetwork({ back: () => this.tryNow(), gone: () => this.#drop(), heardAt });
  }

  /** Why there is no connection, as far as it is known; nothing while all is well. */
  get trouble() {
    return this.#diagnosis.trouble;
  }

  /** Connect, and stay connected until `close`. */
  open() {
    if (this.#line || this.status === "over") return;
    clearTimeout(this.#timer);
    this.#setStatus("connecting");
    const hello = introduce(this.#hello(), this.#connection, this.lastSeq);
    const line = new Line(this.#ways.connect(), hello, {
      heard: (frame) => line === this.#line && this.#receive(frame),
      lost: (code, fault) => line === this.#line && this.#lost(code, fault),
    });
    this.#line = line;
  }

  /** End the connection for good. */
  close() {
    this.#unwatch();
    this.#ways.stop();
    clearTimeout(this.#timer);
    const line = this.#line;
    this.#line = null;
    line?.close();
    this.#finish("departure");
  }

  /**
   * Listen for frames of a type (`any`: of all), for the connection's `status`, its `trouble`, or its end, `over`, with a code.
   * @template {keyof Events} T
   * @param {T} type
   * @param {(value: Events[T]) => void} handler
   * @returns {() => void} stops listening
   */
  on(type, handler) {
    return this.#emitter.on(type, handler);
  }

  /**
   * Send a command and wait for its answer, at most `limitMs`; it outlives a lost connection.
   * @param {WithoutId<Command>} command @param {number} [limitMs] @returns {Promise<ServerFrame>} rejects with a ServiceFault
   */
  send(command, limitMs) {
    if (this.status === "over") return Promise.reject(new ServiceFault("departure"));
    const answer = this.#outbox.add(command, limitMs);
    this.#flush();
    return answer;
  }

  /** Send a frame that nobody answers; it is dropped where there is no connection. @param {Exclude<ClientFrame, Command | Hello>} frame */
  post(frame) {
    if (this.status === "open") this.#line?.send(written(frame));
  }

  /** @param {ServerFrame} frame */
  #receive(frame) {
    if (frame.type === "welcome") this.#welcomed(frame);
    else if (frame.type === "ice_refresh") this.ice = iceAfter(this.ice, frame);
    else if (frame.type === "session") this.lastSeq = frame.session.seq;
    else if (frame.type === "done" || frame.type === "ticket_taken") this.#outbox.resolve(frame.id, frame);
    else if (frame.type === "error" && this.#outbox.refuse(frame)) setTimeout(() => this.#flush(), AGAIN_MS);
    else if (frame.type === "error") this.#fault = frame.params.why === "challenge" ? "" : frame.code;
    if ("seq" in frame) {
      if (frame.seq <= this.lastSeq) return;
      this.lastSeq = frame.seq;
    }
    this.#emitter.emit(frame.type, /** @type {any} */ (frame));
    this.#emitter.emit("any", frame);
  }

  /** @param {Welcome} frame */
  #welcomed(frame) {
    this.welcome = frame;
    this.ice = iceAfter(this.ice, frame);
    this.#connection = frame.connection;
    this.#tries = 0;
    this.#fault = "";
    const goBack = () => this.status === "open" && this.#change();
    this.#diagnosis.well(this.#ways.works(this.#line?.way, goBack));
    this.#outbox.rewind();
    this.#setStatus("open");
    this.#flush();
  }

  /** Send what has not gone over this connection; an answer that is overdue means that the connection is dead. */
  #flush() {
    const line = this.#line;
    if (this.status !== "open" || !line) return;
    for (const [id, text] of this.#outbox.unsent()) {
      line.send(text);
      setTimeout(() => line === this.#line && this.#outbox.has(id) && this.#drop(), OVERDUE_MS);
    }
  }

  /** @param {number} code how it was closed @param {string} [fault] what was wrong with its hello */
  #lost(code, fault) {
    const wasHeard = this.#line?.isHeard ?? false;
    this.#line = null;
    const over = endOf(code, fault || this.#fault);
    if (over) return this.#finish(over);
    this.#setStatus("waiting");
    void this.#diagnosis.failed(wasHeard);
    this.#timer = setTimeout(() => this.open(), code === DRAINED ? drainDelay() : delay(this.#tries));
    this.#tries += 1;
  }

  /** @param {string} code */
  #finish(code) {
    if (this.status === "over") return;
    this.#setStatus("over");
    this.#outbox.rejectAll(new ServiceFault(code));
    if (code !== "departure") this.#emitter.emit("over", code);
  }

  #drop() {
    const line = this.#line;
    if (this.status === "over") return;
    if (!line) return void this.#diagnosis.failed(true);
    this.#lost(1006);
    line.close();
  }

  /** Connect by another way. */
  #change() {
    this.#line?.retire();
    this.#line = null;
    this.open();
    return true;
  }

  /** Try to connect at once, not when it is time. */
  tryNow() {
    if (this.status !== "waiting") return;
    this.#tries = 0;
    this.open();
  }

  /** @param {Status} status */
  #setStatus(status) {
    if (this.status === status) return;
    this.status = status;
    this.#emitter.emit("status", status);
  }
}
