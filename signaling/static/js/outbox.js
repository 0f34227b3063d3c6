/** Commands on their way: each has an id and a deadline, and is kept until it is answered. */
import { ServiceFault } from "#signaling/faults.js";
import { wellFormed } from "#webui/typing.js";

/** @import { ClientFrame, ServerFrame } from "#signaling/messages.d.ts" */
/** @typedef {Extract<ClientFrame, { id: string }>} Command */
/**
 * @template T
 * @typedef {T extends unknown ? Omit<T, "id"> : never} WithoutId
 */
/**
 * @typedef {object} Pending
 * @property {string} text
 * @property {boolean} sent on this connection
 * @property {ReturnType<typeof setTimeout>} deadline
 * @property {(answer: ServerFrame) => void} resolve
 * @property {(fault: ServiceFault) => void} reject
 */

const ANSWER_LIMIT_MS = 30_000;
const UNREADABLE = /^(bad_frame|frame_too_large)$/;

export class Outbox {
  #pending = /** @type {Map<string, Pending>} */ (new Map());
  #prefix = Math.random().toString(36).slice(2, 10);
  #count = 0;

  /**
   * @param {WithoutId<Command>} command
   * @param {number} [limitMs] how long an answer is waited for, connections lost and made again included
   * @returns {Promise<ServerFrame>}
   */
  add(command, limitMs = ANSWER_LIMIT_MS) {
    this.#count += 1;
    const id = `${this.#prefix}-${this.#count}`;
    return new Promise((resolve, reject) => {
      const deadline = setTimeout(() => this.reject(id, new ServiceFault("unavailable")), limitMs);
      this.#pending.set(id, { text: written({ ...command, id }), sent: false, deadline, resolve, reject });
    });
  }

  /**
   * Hand out what has not gone over this connection yet.
   *
   * @returns {Generator<[id: string, text: string]>}
   */
  *unsent() {
    for (const [id, pending] of this.#pending) {
      if (pending.sent) continue;
      pending.sent = true;
      yield [id, pending.text];
    }
  }

  /** A new connection: what was not answered goes again, with the same id, and is carried out once. */
  rewind() {
    for (const pending of this.#pending.values()) pending.sent = false;
  }

  /** @param {string} id */
  has(id) {
    return this.#pending.has(id);
  }

  /** @param {string} id @param {ServerFrame} answer */
  resolve(id, answer) {
    this.#take(id)?.resolve(answer);
  }

  /** @param {string} id @param {ServiceFault} fault */
  reject(id, fault) {
    this.#take(id)?.reject(fault);
  }

  /**
   * Reject the command that an error is about. A frame that could not be read is answered without an id: answers come in
   * order, so that the oldest command sent is meant, and to send it again would be refused again.
   *
   * One that says `same_id` is not the end: the command is unsent again, until its own deadline.
   *
   * @param {{ id?: string, code: string, params?: Record<string, unknown>, retry?: string }} error
   * @returns {boolean} whether it was about a command
   */
  refuse({ id, code, params, retry = "no" }) {
    const oldest = UNREADABLE.test(code) ? [...this.#pending].find(([, { sent }]) => sent)?.[0] : "";
    const meant = id || oldest || "";
    const pending = this.#pending.get(meant);
    if (retry === "same_id" && pending) {
      pending.sent = false;
      return true;
    }
    this.reject(meant, new ServiceFault(code, params, retry));
    return meant !== "";
  }

  /** @param {ServiceFault} fault */
  rejectAll(fault) {
    for (const id of [...this.#pending.keys()]) this.reject(id, fault);
  }

  /** @param {string} id */
  #take(id) {
    const pending = this.#pending.get(id);
    if (pending) clearTimeout(pending.deadline);
    this.#pending.delete(id);
    return pending;
  }
}

/** A frame as text: broken characters, which no server can read, are mended. @param {object} frame */
export function written(frame) {
  return JSON.stringify(frame, (_, value) => (typeof value === "string" ? wellFormed(value) : value));
}
