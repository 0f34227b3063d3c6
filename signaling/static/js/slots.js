/** The four fixed media slots, in the order of the SDP's m-lines, and how each is sent. */

/** @import { Slot } from "#signaling/messages.d.ts" */

/** @type {readonly Slot[]} */
export const SLOTS = ["microphone", "camera", "document_camera", "screen"];

/** @param {Slot} slot */
export function kindOf(slot) {
  return slot === "microphone" ? "audio" : "video";
}

/**
 * A face may lose detail but not rhythm; a paper may lose rhythm but not detail.
 *
 * @type {Readonly<Record<Slot, { contentHint: string, degradationPreference?: RTCDegradationPreference, maxBitrate: number, maxFramerate?: number, priority: RTCPriorityType }>>}
 */
export const SENDING = {
  microphone: { contentHint: "speech", maxBitrate: 48_000, priority: "high" },
  camera: {
    contentHint: "motion",
    degradationPreference: "balanced",
    maxBitrate: 1_500_000,
    maxFramerate: 30,
    priority: "low",
  },
  document_camera: {
    contentHint: "detail",
    degradationPreference: "maintain-resolution",
    maxBitrate: 1_500_000,
    maxFramerate: 10,
    priority: "medium",
  },
  screen: {
    contentHint: "detail",
    degradationPreference: "maintain-resolution",
    maxBitrate: 1_500_000,
    maxFramerate: 10,
    priority: "medium",
  },
};

/**
 * Tell the encoder how a slot's track is to be sent.
 *
 * @param {RTCRtpSender} sender
 * @param {Slot} slot
 * @param {{ scale?: number, maxFramerate?: number, active?: boolean }} [limits] of the present degradation
 */
export async function tune(sender, slot, limits = {}) {
  const parameters = sender.getParameters();
  const encoding = parameters.encodings?.[0];
  if (!encoding) return;
  const wanted = SENDING[slot];
  if (sender.track) sender.track.contentHint = wanted.contentHint;
  if (wanted.degradationPreference) parameters.degradationPreference = wanted.degradationPreference;
  encoding.maxBitrate = wanted.maxBitrate;
  encoding.priority = wanted.priority;
  encoding.networkPriority = wanted.priority;
  encoding.active = limits.active ?? true;
  if (slot !== "microphone") {
    encoding.maxFramerate = limits.maxFramerate ?? wanted.maxFramerate ?? 30;
    encoding.scaleResolutionDownBy = limits.scale ?? 1;
  }
  await sender.setParameters(parameters).catch(() => undefined); // a sender that was replaced meanwhile keeps its own
}
