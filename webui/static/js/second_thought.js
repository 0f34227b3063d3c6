/** An act that can be taken back for some seconds: done when they are over, at once on a second wish, or not at all. */

const HOLD_MS = 5000;
const TICK_MS = 1000;

export class SecondThought {
  #changed;
  #timer = 0;
  #endsMs = 0;
  /** @type {(() => void) | null} */
  #act = null;
  /** Which act is about to be done; empty while there is none. */
  what = "";

  /** @param {() => void} changed called at the begin, each second, and at the end */
  constructor(changed) {
    this.#changed = changed;
  }

  /** Seconds that are left. */
  get left() {
    return Math.max(1, Math.ceil((this.#endsMs - performance.now()) / 1000));
  }

  /** @param {string} what @param {() => void} act */
  begin(what, act) {
    if (this.what === what) return;
    [this.what, this.#act, this.#endsMs] = [what, act, performance.now() + HOLD_MS];
    this.#tick();
  }

  /** Do it at once. */
  now() {
    const act = this.#act;
    this.undo();
    act?.();
  }

  /** Do it not. */
  undo() {
    window.clearTimeout(this.#timer);
    if (!this.what) return;
    [this.what, this.#act] = ["", null];
    this.#changed();
  }

  #tick() {
    window.clearTimeout(this.#timer);
    const leftMs = this.#endsMs - performance.now();
    if (leftMs <= 0) return this.now();
    this.#timer = window.setTimeout(() => this.#tick(), Math.min(TICK_MS, leftMs));
    this.#changed();
  }
}
