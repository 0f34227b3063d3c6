/** Files on their way to the agent: progress, another try, or a plain reason why not. */
import { send } from "#signaling/upload.js";

/** @import { ServiceFault } from "#signaling/faults.js" */
/** @import { Facts } from "#signaling/upload.js" */
/**
 * @typedef {object} Sending
 * @property {string} key
 * @property {string} name
 * @property {string} material
 * @property {number} share 0-1
 * @property {ServiceFault | null} fault
 * @property {() => void} again
 * @property {() => Promise<void>} stop
 */

export class Outgoing {
  /** @type {readonly Sending[]} */
  list = [];
  #changed;
  #count = 0;

  /** @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed;
  }

  /**
   * Send a file; resolves with the document's id once it is stored, after as many tries as it takes.
   *
   * @param {Blob} content
   * @param {Facts} facts
   * @param {string} token
   * @returns {Promise<string>}
   */
  add(content, facts, token) {
    this.#count += 1;
    const key = String(this.#count);
    this.#put({
      key,
      name: facts.name,
      material: facts.material ?? "",
      share: 0,
      fault: null,
      again: () => {},
      stop: async () => this.drop(key),
    });
    return new Promise((resolve) => {
      send(content, facts, token, {
        progress: (share) => this.#change(key, { share, fault: null }),
        stored: (document) => {
          this.drop(key);
          resolve(document);
        },
        refused: (fault) => this.#change(key, { fault }),
      }).then(({ again, stop }) => {
        this.#change(key, {
          again: () => {
            this.#change(key, { fault: null });
            again();
          },
          stop: async () => {
            this.drop(key);
            await stop();
          },
        });
      });
    });
  }

  /** @param {string} key */
  drop(key) {
    this.list = this.list.filter((sending) => sending.key !== key);
    this.#changed();
  }

  /** Stop everything; what is unfinished is taken back from the server. */
  clear() {
    for (const sending of this.list) void sending.stop();
    this.list = [];
  }

  /** @param {Sending} sending */
  #put(sending) {
    this.list = [...this.list, sending];
    this.#changed();
  }

  /** @param {string} key @param {Partial<Sending>} change */
  #change(key, change) {
    this.list = this.list.map((sending) => (sending.key === key ? { ...sending, ...change } : sending));
    this.#changed();
  }
}
