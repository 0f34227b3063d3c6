/** How loud a microphone is, many times a second, as a number from 0 to 1. */

const FLOOR_DB = -60;

/**
 * @param {MediaStreamTrack} track
 * @param {(level: number) => void} tell
 * @returns {() => void} stops measuring
 */
export function measure(track, tell) {
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 1024 });
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let frame = requestAnimationFrame(function look() {
    analyser.getFloatTimeDomainData(samples);
    tell(level(samples));
    frame = requestAnimationFrame(look);
  });
  return () => {
    cancelAnimationFrame(frame);
    context.close().catch(() => undefined); // closed already
  };
}

/**
 * @param {ArrayLike<number>} samples between -1 and 1
 * @returns {number}
 */
export function level(samples) {
  let sum = 0;
  for (let i = 0; i < samples.length; i += 1) sum += (samples[i] ?? 0) ** 2;
  const decibels = 10 * Math.log10(sum / Math.max(1, samples.length) + 1e-12);
  return Math.min(1, Math.max(0, 1 - decibels / FLOOR_DB));
}
