/** Keeps a computer awake while somebody waits at it: one that sleeps hears no call, and loses its place. */

export class Awake {
  #isWanted = false;
  #lock = /** @type {WakeLockSentinel | null} */ (null);

  constructor() {
    // A hidden page may not keep the screen on: its lock ends, and is asked for anew when it is seen again.
    document.addEventListener("visibilitychange", () => void this.#ask());
  }

  /** @param {boolean} isWanted */
  follow(isWanted) {
    if (isWanted === this.#isWanted) return;
    this.#isWanted = isWanted;
    if (isWanted) void this.#ask();
    else void this.#lock?.release();
  }

  async #ask() {
    if (!this.#isWanted || document.hidden || !("wakeLock" in navigator)) return;
    const lock = await navigator.wakeLock.request("screen").catch(() => null); // a battery that runs low: it may sleep
    if (this.#isWanted) this.#lock = lock;
    else await lock?.release();
  }
}
