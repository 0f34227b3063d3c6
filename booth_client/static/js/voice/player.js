/** Says one utterance: fixed sentences by clips, free words by this machine's own voice, or "please read the screen". */
import { compose, KEPT, languageOf, PAUSE, voiceFor, wordsOf } from "#booth_client/voice/compose.js";
import { loudspeaker } from "#signaling/loudspeaker.js";

/** @import { Manifest, Spoken } from "#booth_client/voice/compose.js" */
/** @import { Part, Utterance } from "#booth_client/voice/queue.js" */

const PAUSE_MS = 350;
/** No clip and no sentence of a browser's voice lasts longer; some browsers never say that they have ended. */
const LONGEST_MS = 20_000;
const RATE = 0.95;
/** A voice that has not begun by then is broken: some systems list voices that never speak. */
const BEGINS_MS = 3_000;
/** A sound that is not here by then is not waited for: what it was about has passed. */
const FETCH_MS = 6_000;
/** How loud the other side stays while something is said. */
const DUCKED = 0.25;
export class Player {
  #audio = loudspeaker.route(new Audio());
  /** @type {Map<string, Promise<Manifest>>} */
  #manifests = new Map();
  /** @type {Map<string, Promise<string>>} */
  #blobs = new Map();
  #language;
  #volume;

  /** @param {() => Spoken} language @param {() => number} volume between 0 and 1 */
  constructor(language, volume) {
    this.#language = language;
    this.#volume = volume;
  }

  /** @param {Utterance} utterance @param {AbortSignal} signal */
  speak = async ({ parts }, signal) => {
    duck(true);
    try {
      const manifest = (await here(this.#manifest(this.#language()), signal)) ?? null;
      let isTold = false;
      for (const part of parts) {
        if (signal.aborted) return;
        const isSaid = await this.#say(part, manifest, signal);
        // What cannot be said at all is on the screen: that is said once.
        if (!isSaid && !isTold && !signal.aborted) {
          isTold = true;
          await this.#say({ id: "voice.look" }, manifest, signal);
        }
      }
    } finally {
      duck(false);
    }
  };

  /** @param {Part} part @param {Manifest | null} manifest @param {AbortSignal} signal @returns {Promise<boolean>} whether it was heard */
  async #say(part, manifest, signal) {
    if ("sound" in part) {
      await part.sound();
      return true;
    }
    if ("text" in part) return this.#read(part.text, languageOf(part.text, this.#language()), signal);
    if (!manifest) return false;
    const urls = compose(manifest, part.id, part.params);
    if (urls && (await this.#play(urls, signal))) return true;
    return !signal.aborted && this.#read(wordsOf(manifest, part.id, part.params), manifest.language, signal);
  }

  /** @param {readonly string[]} urls @param {AbortSignal} signal */
  async #play(urls, signal) {
    const sources = await here(Promise.all(urls.map((url) => (url === PAUSE ? PAUSE : this.#blob(url)))), signal);
    if (!sources) return false;
    for (const source of sources) {
      if (signal.aborted) return true;
      if (source === PAUSE) await rest(PAUSE_MS, signal);
      else await this.#clip(source, signal);
    }
    return true;
  }

  /** @param {string} source @param {AbortSignal} signal @returns {Promise<void>} */
  async #clip(source, signal) {
    const audio = this.#audio;
    audio.src = source;
    audio.volume = this.#volume();
    const over = rest(LONGEST_MS, signal, audio, ["ended", "error"]);
    try {
      await audio.play();
    } catch (problem) {
      if (!(problem instanceof DOMException) || problem.name !== "NotAllowedError") return;
      // A page makes no sound before it is touched; then it says what it had to say, if it is still to be said.
      await touch(signal);
      if (!signal.aborted) return this.#clip(source, signal);
    }
    await over;
    audio.pause();
  }

  /** @param {string} text @param {Spoken} language @param {AbortSignal} signal */
  async #read(text, language, signal) {
    const voice = voiceFor(globalThis.speechSynthesis?.getVoices() ?? [], language);
    if (!voice || !text.trim()) return false;
    const words = new SpeechSynthesisUtterance(text);
    words.voice = voice;
    words.lang = voice.lang;
    words.rate = RATE;
    words.volume = this.#volume();
    let isHeard = false;
    words.addEventListener("start", () => {
      isHeard = true;
    });
    const begun = rest(BEGINS_MS, signal, words, ["start", "error"]);
    const over = rest(LONGEST_MS, signal, words, ["end", "error"]);
    speechSynthesis.speak(words);
    await begun;
    if (isHeard) await over;
    speechSynthesis.cancel();
    return isHeard || signal.aborted;
  }

  /** @param {Spoken} language */
  #manifest(language) {
    const known = this.#manifests.get(language) ?? this.#fetchManifest(language);
    this.#manifests.set(language, known);
    known.catch(() => this.#manifests.delete(language));
    return known;
  }

  /** @param {Spoken} language @returns {Promise<Manifest>} */
  async #fetchManifest(language) {
    const answer = await fetch(`/voice/${language}.json`);
    if (!answer.ok) throw new Error(String(answer.status));
    /** @type {Manifest} */
    const manifest = await answer.json();
    for (const url of KEPT.flatMap((id) => compose(manifest, id) ?? [])) void this.#blob(url).catch(() => undefined);
    return manifest;
  }

  /** @param {string} url */
  #blob(url) {
    const known = this.#blobs.get(url) ?? fetchBlob(url);
    this.#blobs.set(url, known);
    known.catch(() => this.#blobs.delete(url));
    return known;
  }
}

/**
 * What comes in time, while it is still to be said; undefined otherwise.
 *
 * @template T
 * @param {Promise<T>} coming
 * @param {AbortSignal} signal
 * @returns {Promise<T | undefined>}
 */
function here(coming, signal) {
  const late = rest(FETCH_MS, signal).then(() => undefined);
  return Promise.race([coming.catch(() => undefined), late]);
}

/** @param {string} url */
async function fetchBlob(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(String(answer.status));
  return URL.createObjectURL(await answer.blob());
}

/** Wait for one of these events, the end of the time, or the signal. @param {number} ms @param {AbortSignal} signal @param {EventTarget} [target] @param {readonly string[]} [names] @returns {Promise<void>} */
function rest(ms, signal, target, names = []) {
  return new Promise((done) => {
    const over = new AbortController();
    const timer = setTimeout(end, ms);
    function end() {
      clearTimeout(timer);
      over.abort();
      done();
    }
    if (signal.aborted) return end();
    signal.addEventListener("abort", end, { signal: over.signal });
    for (const name of names) target?.addEventListener(name, end, { signal: over.signal });
  });
}

/** Wait until the page is touched, or the signal. @param {AbortSignal} signal */
const touch = (signal) => rest(2 ** 31 - 1, signal, document, ["pointerup", "keydown", "click"]);

/** @param {boolean} isSpeaking */
function duck(isSpeaking) {
  document.documentElement.toggleAttribute("data-speaking", isSpeaking);
  for (const video of document.querySelectorAll("video")) {
    if (!video.muted) video.volume = isSpeaking ? DUCKED : 1;
  }
}
