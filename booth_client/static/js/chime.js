/** Two soft tones when somebody answers, for the person who has looked away. */
import { loudspeaker } from "#signaling/loudspeaker.js";

const TONES_HZ = [659, 880];
const TONE_S = 0.35;

/** @returns {Promise<void>} settles once they have faded */
export async function chime() {
  if (!("AudioContext" in globalThis)) return;
  const context = new AudioContext();
  const outlet = loudspeaker.outletOf(context);
  TONES_HZ.forEach((frequency, index) => {
    const begins = context.currentTime + index * TONE_S * 0.7;
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setValueAtTime(0, begins);
    gain.gain.linearRampToValueAtTime(0.18, begins + 0.03);
    gain.gain.exponentialRampToValueAtTime(0.001, begins + TONE_S);
    const tone = new OscillatorNode(context, { frequency, type: "sine" });
    tone.connect(gain).connect(outlet);
    tone.start(begins);
    tone.stop(begins + TONE_S);
  });
  await new Promise((done) => setTimeout(done, TONE_S * 3000));
  await context.close().catch(() => undefined); // closed already
}
