/** `<time-since ms short?>` counts up from a moment, `<time-left ms clock?>` down to one; both in server time. */
import { now, onBeat } from "#seat_console/server-clock.js";
import { duration, secondsLeft, shortDuration } from "#seat_console/times.js";

class Ticking extends HTMLElement {
  static observedAttributes = ["ms"];
  /** @type {() => void} */
  #stop = () => {};
  #shown = "";

  connectedCallback() {
    this.#stop();
    this.#stop = onBeat(() => this.show());
    this.show();
  }

  disconnectedCallback() {
    this.#stop();
  }

  attributeChangedCallback() {
    this.show();
  }

  show() {
    const text = this.words(Number(this.getAttribute("ms")));
    if (text !== this.#shown) this.replaceChildren(text);
    this.#shown = text;
  }

  /**
   * @param {number} _ms
   * @returns {string}
   */
  words(_ms) {
    return "";
  }
}

export class TimeSince extends Ticking {
  /**
   * @override
   * @param {number} ms
   */
  words(ms) {
    if (ms <= 0) return "–";
    return this.hasAttribute("short") ? shortDuration(now() - ms) : duration(now() - ms);
  }
}

export class TimeLeft extends Ticking {
  /**
   * @override
   * @param {number} ms
   */
  words(ms) {
    const seconds = secondsLeft(ms, now());
    return this.hasAttribute("clock") ? duration(seconds * 1000) : String(seconds);
  }
}

customElements.define("time-since", TimeSince);
customElements.define("time-left", TimeLeft);
