/** Makes a ringing reservation heard and seen, also when the clerk works in another window. */
import { loudspeaker } from "#signaling/loudspeaker.js";
import { gettext } from "#webui/i18n.js";

const FLASH_MS = 900;
const BELL_EVERY_MS = 2500;
const ALERT_MS = 8000;

export class Ring {
  /** @type {AudioContext | null} */
  #sound = null;
  #timers = /** @type {number[]} */ ([]);
  #title = document.title;
  /** @type {Notification | null} */
  #notification = null;

  /** Browsers allow sound only after a gesture: call this from the first click or key. */
  unlock() {
    this.#sound ??= new AudioContext();
    if (this.#sound.state === "suspended") this.#sound.resume().catch(() => {});
  }

  /** Sound once, for somebody who wants to know whether it is heard. */
  sound() {
    this.unlock();
    this.#bell();
  }

  /** @param {string} what one line saying what it is about */
  start(what) {
    this.stop();
    this.#bell();
    const flashed = `● ${gettext("Incoming call")} – ${what}`;
    let isFlashed = false;
    const flash = () => {
      isFlashed = !isFlashed;
      document.title = isFlashed ? flashed : this.#title;
    };
    flash();
    this.#timers = [window.setInterval(() => this.#bell(), BELL_EVERY_MS), window.setInterval(flash, FLASH_MS)];
    this.#notify(what);
  }

  /** One bell, and a note in the window's title until somebody looks: a ticket may be claimed. @param {string} what */
  alert(what) {
    this.#bell();
    this.#notify(what, gettext("Waiting to be claimed"));
    const title = this.#title;
    document.title = `● ${gettext("Waiting to be claimed")} – ${what}`;
    const seen = () => {
      if (document.title.startsWith("●") && !this.#timers.length) document.title = title;
    };
    if (document.hidden) document.addEventListener("visibilitychange", seen, { once: true });
    else window.setTimeout(seen, ALERT_MS);
  }

  stop() {
    for (const each of this.#timers) window.clearInterval(each);
    this.#timers = [];
    document.title = this.#title;
    this.#notification?.close();
    this.#notification = null;
  }

  /**
   * @param {string} what
   * @param {string} [head]
   */
  #notify(what, head = gettext("Incoming call")) {
    if (!("Notification" in window) || Notification.permission !== "granted" || !document.hidden) return;
    try {
      this.#notification = new Notification(head, { body: what, requireInteraction: true });
      this.#notification.onclick = () => window.focus();
    } catch {
      // Browsers of telephones know the constructor and refuse it; the card, the bell and the title are there.
    }
  }

  #bell() {
    if (this.#sound?.state !== "running") return;
    for (const [after, hertz] of [
      [0, 659],
      [0.22, 784],
      [0.44, 988],
    ])
      this.#note(this.#sound.currentTime + /** @type {number} */ (after), /** @type {number} */ (hertz));
  }

  /**
   * @param {number} at
   * @param {number} hertz
   */
  #note(at, hertz) {
    const sound = /** @type {AudioContext} */ (this.#sound);
    const [tone, volume] = [sound.createOscillator(), sound.createGain()];
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0.18, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.5);
    tone.connect(volume).connect(loudspeaker.outletOf(sound));
    tone.start(at);
    tone.stop(at + 0.5);
  }
}
