/** A window of this PC that the citizen is shown: chosen in the browser's own dialog, ended here or there. */

export class ScreenShare {
  #changed;
  /** @type {MediaStreamTrack | null} */
  #track = null;

  /** @param {(track: MediaStreamTrack | null) => void} changed */
  constructor(changed) {
    this.#changed = changed;
  }

  /** Ask which window, or stop showing it. */
  async toggle() {
    if (this.#track) return this.stop();
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 10 } } });
      const track = stream.getVideoTracks()[0] ?? null;
      track?.addEventListener("ended", () => this.stop());
      this.#become(track);
    } catch {
      // The agent closed the browser's own chooser.
    }
  }

  stop() {
    this.#track?.stop();
    if (this.#track) this.#become(null);
  }

  /** @param {MediaStreamTrack | null} track */
  #become(track) {
    this.#track = track;
    this.#changed(track);
  }
}
