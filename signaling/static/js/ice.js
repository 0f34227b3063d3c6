/** How media find their way: STUN and relay servers, and whether the relay is the only way. */

/** @import { IceRefresh, IceServer, Welcome } from "#signaling/messages.d.ts" */
/** @typedef {{ servers: readonly IceServer[], policy: RTCIceTransportPolicy }} Ice */

/** @type {Ice} */
export const NO_SERVERS = { servers: [], policy: "all" };

/**
 * What is known after a frame. The credentials of a call come as `ice_refresh`; a page that resumes has them still.
 *
 * @param {Ice} before
 * @param {Welcome | IceRefresh} frame
 * @returns {Ice}
 */
export function iceAfter(before, frame) {
  if (frame.type === "ice_refresh") return { servers: frame.ice_servers, policy: frame.ice_policy ?? "all" };
  return frame.resumed ? before : { servers: frame.ice_servers ?? [], policy: "all" };
}

/** @param {Ice} ice @returns {RTCConfiguration} */
export function configuration({ servers, policy }) {
  return {
    iceTransportPolicy: policy,
    iceServers: servers.map(({ urls, username, credential }) => ({
      urls: [...urls],
      ...(username ? { username, credential: credential ?? "" } : {}),
    })),
  };
}
