/** Takes one picture of a paper, as large as the camera's sensor gives it. */

import { zone } from "#webui/zone.js";

/** @import { Turn } from "#signaling/device_memory.js" */

const PHOTO_LIMIT_MS = 6_000;
const JPEG_QUALITY = 0.92;

/**
 * @param {MediaStreamTrack} track
 * @param {Turn} [turn] degrees clockwise until the paper stands upright
 * @returns {Promise<Blob>} rejects with an Error named as devices name theirs
 */
export async function takeStill(track, turn = 0) {
  const picture = await take(track);
  return turn ? turned(picture, turn) : picture;
}

/** @param {Blob} picture @param {Turn} turn */
async function turned(picture, turn) {
  const image = await createImageBitmap(picture);
  const { width, height } = image;
  const isAcross = turn === 90 || turn === 270;
  const canvas = isAcross ? canvasOf(height, width) : canvasOf(width, height);
  const pen = canvas.getContext("2d");
  pen?.translate(canvas.width / 2, canvas.height / 2);
  pen?.rotate((turn * Math.PI) / 180);
  pen?.drawImage(image, -width / 2, -height / 2);
  image.close();
  return written(canvas);
}

/** @param {number} width @param {number} height */
function canvasOf(width, height) {
  return Object.assign(document.createElement("canvas"), { width, height });
}

/** @param {HTMLCanvasElement} canvas @returns {Promise<Blob>} */
function written(canvas) {
  return new Promise((resolve, reject) => {
    const done = (/** @type {Blob | null} */ blob) =>
      blob ? resolve(blob) : reject(new DOMException("", "NotReadableError"));
    canvas.toBlob(done, "image/jpeg", JPEG_QUALITY);
  });
}

/** @param {MediaStreamTrack} track */
async function take(track) {
  if ("ImageCapture" in globalThis) {
    try {
      return await within(PHOTO_LIMIT_MS, photo(track));
    } catch {
      // Some cameras promise photos and give none; a frame at the largest size is nearly as good.
    }
  }
  return within(PHOTO_LIMIT_MS, frame(track));
}

/** @param {MediaStreamTrack} track */
async function photo(track) {
  const capture = new ImageCapture(track);
  const can = await capture.getPhotoCapabilities();
  return capture.takePhoto({
    ...(can.imageWidth?.max ? { imageWidth: can.imageWidth.max } : {}),
    ...(can.imageHeight?.max ? { imageHeight: can.imageHeight.max } : {}),
  });
}

/** @param {MediaStreamTrack} track */
async function frame(track) {
  const can = track.getCapabilities?.() ?? {};
  const before = track.getSettings();
  await track.applyConstraints({
    width: { ideal: can.width?.max ?? 4096 },
    height: { ideal: can.height?.max ?? 3072 },
  });
  const video = document.createElement("video");
  video.muted = true;
  video.srcObject = new MediaStream([track]);
  await video.play();
  const canvas = canvasOf(video.videoWidth, video.videoHeight);
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  video.srcObject = null;
  if (before.width && before.height) await track.applyConstraints({ width: before.width, height: before.height });
  return written(canvas);
}

/**
 * @template T
 * @param {number} ms
 * @param {Promise<T>} work
 * @returns {Promise<T>}
 */
function within(ms, work) {
  return Promise.race([
    work,
    new Promise((_, reject) => setTimeout(() => reject(new DOMException("no picture in time", "TimeoutError")), ms)),
  ]);
}

/** A name for the file that says when it was taken, by the realm's clocks, and what it is. @param {Blob} picture @param {Date} now */
export function stillName(picture, now) {
  const ending = picture.type === "image/png" ? "png" : "jpg";
  const here = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
  return `still-${here.format(now).replace(/\D/g, "")}.${ending}`;
}
