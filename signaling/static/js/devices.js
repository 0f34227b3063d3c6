/** Opens microphones and cameras, each once, and says which of a handful of things is wrong when it cannot. */

/** @typedef {"ok" | "off" | "asking" | "muted" | "denied" | "missing" | "busy" | "insecure" | "failed"} DeviceState */
/** @typedef {{ track: MediaStreamTrack | null, state: DeviceState }} Opened */

const RETRY_AFTER_MS = 500;
const VOICE = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const FACE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } };
const FACE_SMALL = { width: { ideal: 640 }, height: { ideal: 480 } };
const PAPER = { width: { ideal: 1920 }, height: { ideal: 1080 }, frameRate: { ideal: 10 } };
const PAPER_NAMES = /document|docu-?cam|scanner|visuali[sz]er|overhead|czur|eloam|高拍|书画|實物|实物|扫描/i;

/** @param {unknown} error @returns {DeviceState} */
export function stateOf(error) {
  switch (error instanceof Error ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "denied";
    case "NotFoundError":
    case "OverconstrainedError":
      return "missing";
    case "NotReadableError":
    case "AbortError":
      return "busy";
    default:
      return "failed";
  }
}

/** Whether this page may ask for devices at all: browsers give none to plain HTTP from elsewhere. */
export function canAsk() {
  return Boolean(globalThis.navigator?.mediaDevices);
}

/**
 * Open the microphone and the camera: with one question to the person where both are there, each alone otherwise.
 *
 * @param {{ microphone?: string, camera?: string }} [chosen] device ids
 * @param {{ microphone: boolean, camera: boolean }} [wanted] the other one is left alone
 * @returns {Promise<{ microphone: Opened, camera: Opened }>}
 */
export async function openFace(chosen = {}, wanted = { microphone: true, camera: true }) {
  if (!wanted.microphone || !wanted.camera) return openHalf(chosen, wanted);
  if (!canAsk()) return { microphone: { track: null, state: "insecure" }, camera: { track: null, state: "insecure" } };
  const audio = { ...VOICE, ...exactly(chosen.microphone) };
  const video = { ...FACE, ...exactly(chosen.camera) };
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio, video });
    return { microphone: opened(stream.getAudioTracks()), camera: opened(stream.getVideoTracks()) };
  } catch {
    return { microphone: await openOne({ audio }), camera: await openCamera(chosen.camera) };
  }
}

/** @param {{ microphone?: string, camera?: string }} chosen @param {{ microphone: boolean, camera: boolean }} wanted */
async function openHalf(chosen, wanted) {
  const off = /** @type {Opened} */ ({ track: null, state: "off" });
  if (wanted.microphone) {
    const audio = { ...VOICE, ...exactly(chosen.microphone) };
    const microphone = canAsk() ? await openOne({ audio }) : /** @type {Opened} */ ({ track: null, state: "insecure" });
    return { microphone, camera: off };
  }
  return { microphone: off, camera: wanted.camera ? await openCamera(chosen.camera) : off };
}

/**
 * @param {string} [deviceId]
 * @returns {Promise<Opened>}
 */
export async function openMicrophone(deviceId) {
  return canAsk() ? openOne({ audio: { ...VOICE, ...exactly(deviceId) } }) : { track: null, state: "insecure" };
}

/**
 * @param {string} [deviceId]
 * @returns {Promise<Opened>}
 */
export function openCamera(deviceId) {
  return openPatiently({ ...FACE, ...exactly(deviceId) }, { ...FACE_SMALL, ...exactly(deviceId) });
}

/**
 * The camera that looks down on papers.
 *
 * @param {string} [deviceId]
 * @returns {Promise<Opened>}
 */
export function openPaper(deviceId) {
  return openPatiently({ ...PAPER, ...exactly(deviceId) }, { ...FACE_SMALL, ...exactly(deviceId) });
}

/**
 * A camera may be busy for a moment after somebody else let it go, or may have room for a small picture only.
 *
 * @param {MediaTrackConstraints} video
 * @param {MediaTrackConstraints} small
 */
async function openPatiently(video, small) {
  if (!canAsk()) return /** @type {Opened} */ ({ track: null, state: "insecure" });
  const first = await openOne({ video });
  if (first.state !== "busy") return first;
  await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS));
  const second = await openOne({ video });
  return second.state === "busy" ? openOne({ video: small }) : second;
}

/** @param {MediaStreamConstraints} wanted @returns {Promise<Opened>} */
async function openOne(wanted) {
  try {
    return opened((await navigator.mediaDevices.getUserMedia(wanted)).getTracks());
  } catch (error) {
    return { track: null, state: stateOf(error) };
  }
}

/** @param {MediaStreamTrack[]} tracks @returns {Opened} */
function opened(tracks) {
  return tracks[0] ? { track: tracks[0], state: "ok" } : { track: null, state: "missing" };
}

/** @param {string} [deviceId] */
function exactly(deviceId) {
  return deviceId ? { deviceId: { exact: deviceId } } : {};
}

/** All devices by kind; names are empty until the person has allowed one. */
export async function list() {
  const all = (await globalThis.navigator?.mediaDevices?.enumerateDevices?.()) ?? [];
  return {
    microphones: all.filter((device) => device.kind === "audioinput"),
    cameras: all.filter((device) => device.kind === "videoinput"),
    speakers: all.filter((device) => device.kind === "audiooutput"),
  };
}

/**
 * The cameras that may look at papers: those that say so by their name first, then any that does not show the face.
 *
 * @param {ReadonlyArray<Pick<MediaDeviceInfo, "deviceId" | "label">>} cameras
 * @param {string} faceId the camera in use for the face
 * @param {boolean} [isNamedOnly] the person does not want to be seen: no camera that could show them
 * @returns {string[]} device ids; none where there is only one camera
 */
export function paperCameras(cameras, faceId, isNamedOnly = false) {
  const others = cameras.filter((camera) => camera.deviceId !== faceId);
  const named = others.filter((camera) => PAPER_NAMES.test(camera.label));
  if (isNamedOnly) return named.map((camera) => camera.deviceId);
  return [...named, ...others.filter((camera) => !named.includes(camera))].map((camera) => camera.deviceId);
}
