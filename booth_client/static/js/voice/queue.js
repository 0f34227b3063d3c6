/** One queue for all that is said: never two at once, a new face cuts what the old one said, what is urgent goes first. */

/** @typedef {{ id: string, params?: Record<string, unknown> } | { text: string } | { sound: () => Promise<void> | void }} Part a fixed sentence, free words, or a tone */
/** @typedef {{ kind: string, rank: number, parts: readonly Part[] }} Utterance */
/** @typedef {(utterance: Utterance, signal: AbortSignal) => Promise<void>} Speak settles once it is silent again */

/** What interrupts what: a warning everything, a new face what belonged to the face before it, a change nothing. */
export const RANK = { change: 1, face: 2, urgent: 3 };
/** More than anybody would listen to; the oldest of the least rank is dropped. */
const MOST = 8;

export class SpeechQueue {
  /** @type {Utterance[]} */
  #waiting = [];
  /** @type {{ utterance: Utterance, cut: AbortController } | null} */
  #current = null;
  #speak;

  /** @param {Speak} speak */
  constructor(speak) {
    this.#speak = speak;
  }

  get isSilent() {
    return this.#current === null && this.#waiting.length === 0;
  }

  /** @param {Utterance} utterance of the same kind as an earlier one: it takes that one's place */
  add(utterance) {
    const { kind, rank } = utterance;
    const isNewFace = rank === RANK.face;
    this.#waiting = this.#waiting.filter((each) => each.kind !== kind && !(isNewFace && each.rank <= rank));
    const now = this.#current;
    if (
      now &&
      (now.utterance.kind === kind ||
        (rank > RANK.change && now.utterance.rank <= rank && rank !== now.utterance.rank) ||
        (isNewFace && now.utterance.rank === rank))
    )
      now.cut.abort();
    const at = this.#waiting.findIndex((each) => each.rank < rank);
    this.#waiting.splice(at < 0 ? this.#waiting.length : at, 0, utterance);
    if (this.#waiting.length > MOST) this.#drop();
    if (!now) void this.#run();
  }

  /** Stop at once and forget what was to come. */
  clear() {
    this.#waiting = [];
    this.#current?.cut.abort();
  }

  #drop() {
    const least = Math.min(...this.#waiting.map((each) => each.rank));
    const at = this.#waiting.findIndex((each) => each.rank === least);
    this.#waiting.splice(at, 1);
  }

  async #run() {
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      const cut = new AbortController();
      this.#current = { utterance: next, cut };
      try {
        await this.#speak(next, cut.signal);
      } catch {
        // A sentence that cannot be said holds up no other.
      }
      this.#current = null;
    }
  }
}
