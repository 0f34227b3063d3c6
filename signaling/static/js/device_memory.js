/** What this browser remembers of its devices, by their labels: which to open, and how a document camera hangs. */
import { local } from "#webui/store.js";

/** @typedef {"microphone" | "camera" | "speaker"} Kind */
/** @typedef {0 | 90 | 180 | 270} Turn degrees clockwise */

/** Belongs to the machine, not to the person at it. */
export const DEVICES_KEY = "cloudwindow.devices";
/** What the person at a booth chose, which goes with them; it wins over what the booth's operator chose. */
const PERSON_KEY = "cloudwindow.devices.person";
const QUARTER = 90;
const FULL = 360;
/** A browser that saw many cameras keeps the turns of these. */
const KEPT_TURNS = 16;

let isOperators = false;

/** From now on it is the booth's operator who chooses, for all who come; or no longer. @param {boolean} isOn */
export function chooseAsOperator(isOn) {
  isOperators = isOn;
}

const isPersons = () => globalThis.document?.documentElement.dataset.profile === "booth" && !isOperators;

/** @param {string} [key] @returns {Record<string, unknown>} */
function read(key = DEVICES_KEY) {
  try {
    const kept = JSON.parse(local.getItem(key) ?? "{}");
    return kept && typeof kept === "object" && !Array.isArray(kept) ? kept : {};
  } catch {
    return {}; // somebody else wrote there
  }
}

/** The label that was chosen; none: the browser's choice. @param {Kind} kind */
export function chosenLabel(kind) {
  const label = (isPersons() && read(PERSON_KEY)[kind]) || read()[kind];
  return typeof label === "string" ? label : "";
}

/** @param {Kind} kind @param {string} label */
export function remember(kind, label) {
  const key = isPersons() ? PERSON_KEY : DEVICES_KEY;
  local.setItem(key, JSON.stringify({ ...read(key), [kind]: label }));
}

/** The device of these that was chosen; devices have no label before the person has allowed one.
 *
 * @template {Pick<MediaDeviceInfo, "deviceId" | "label">} D
 * @param {Kind} kind
 * @param {readonly D[]} devices
 * @returns {D | undefined}
 */
export function chosenOf(kind, devices) {
  const label = chosenLabel(kind);
  return label ? devices.find((device) => device.label === label) : undefined;
}

/** How the pictures of this camera are turned to stand upright. @param {string} label @returns {Turn} */
export function turnOf(label) {
  const turn = new Map(turns()).get(label);
  return turn === 90 || turn === 180 || turn === 270 ? turn : 0;
}

/** Turn this camera's pictures by a quarter more, from now on. @param {string} label */
export function turnMore(label) {
  const others = turns().filter(([name]) => name !== label);
  const turned = [...others, [label, (turnOf(label) + QUARTER) % FULL]].slice(-KEPT_TURNS);
  local.setItem(DEVICES_KEY, JSON.stringify({ ...read(), turns: turned }));
}

/** @returns {[string, unknown][]} the newest last */
function turns() {
  const kept = read()["turns"];
  return Array.isArray(kept) ? kept.filter((each) => Array.isArray(each) && typeof each[0] === "string") : [];
}
