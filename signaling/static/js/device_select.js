/** A choice among devices of one kind, drawn where there is more than one; the same on every page. */
import { html } from "#vendor/lit.js";

/** @import { Kind } from "#signaling/device_memory.js" */
/** @import { Loudspeaker } from "#signaling/loudspeaker.js" */
/** @import { OwnTracks, Device } from "#signaling/own_tracks.js" */
/** @typedef {Pick<MediaDeviceInfo, "deviceId" | "label">} Found */

/**
 * @param {Kind} kind
 * @param {string} words
 * @param {readonly Found[]} found
 * @param {string} inUse the label of the one in use
 * @param {(chosen: Found) => void} choose
 * @param {boolean} [isBusy] nothing can be chosen now
 */
function select(kind, words, found, inUse, choose, isBusy = false) {
  const named = found.filter(({ label }) => label);
  if (named.length < 2 || !inUse) return "";
  const chosen = (/** @type {Event} */ event) => {
    const one = named[/** @type {HTMLSelectElement} */ (event.target).selectedIndex];
    if (one) choose(one);
  };
  return html`<label class="device-choice"><span>${words}</span>
    <select class="device-choice__list" data-choose=${kind} ?disabled=${isBusy} @change=${chosen}>
      ${named.map(({ label }) => html`<option .selected=${label === inUse}>${label}</option>`)}
    </select>
  </label>`;
}

/** @param {OwnTracks} own @param {Device} device @param {string} words */
export function deviceSelect(own, device, words) {
  const choose = (/** @type {Found} */ found) => void own.choose(device, found);
  return select(device, words, own.found[device], own[device].track?.label ?? "", choose, own.isOpening);
}

/** @param {Loudspeaker} speaker @param {string} words */
export function speakerSelect(speaker, words) {
  const own = speaker.found.find(({ deviceId }) => deviceId === "default") ?? speaker.found[0];
  const choose = (/** @type {Found} */ found) => void speaker.choose(found);
  return select("speaker", words, speaker.found, speaker.inUse || own?.label || "", choose);
}
