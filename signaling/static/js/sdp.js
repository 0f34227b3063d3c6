/** Small, pure changes to session descriptions. */

/**
 * Let a Chromium sender of video begin at this rate instead of ramping up from 300 kb/s for half a minute.
 *
 * @param {string} sdp the remote description
 * @param {number} kbps
 */
export function withStartBitrate(sdp, kbps) {
  const parts = sdp.split(/(?=^m=)/m);
  return parts.map((part) => (part.startsWith("m=video") ? startAt(part, kbps) : part)).join("");
}

/**
 * @param {string} section
 * @param {number} kbps
 */
function startAt(section, kbps) {
  const codecs = [...section.matchAll(/^a=rtpmap:(\d+) (?:VP8|VP9|H264|AV1)\/90000/gm)].map((match) => match[1] ?? "");
  return codecs.reduce((text, payload) => {
    const existing = new RegExp(`^a=fmtp:${payload} .*$`, "m");
    if (existing.test(text)) return text.replace(existing, (line) => `${line};x-google-start-bitrate=${kbps}`);
    return text.replace(
      new RegExp(`^a=rtpmap:${payload} .*$`, "m"),
      (line) => `${line}\r\na=fmtp:${payload} x-google-start-bitrate=${kbps}`,
    );
  }, section);
}
