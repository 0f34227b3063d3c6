/** Small, pure changes to session descriptions, each in one pass over the lines. */

const RTPMAP = /^a=rtpmap:(\d+) (?:VP8|VP9|H264|AV1)\/90000/;
const FMTP = /^a=fmtp:(\d+) /;

/**
 * Let a Chromium sender of video begin at this rate instead of ramping up from 300 kb/s for half a minute.
 *
 * @param {string} sdp the remote description
 * @param {number} kbps
 */
export function withStartBitrate(sdp, kbps) {
  const hint = `x-google-start-bitrate=${kbps}`;
  /** @type {string[]} */
  const done = [];
  /** Where the line stands that can carry the hint: of each payload of this section, its first `rtpmap` or `fmtp`. */
  let codecs = /** @type {Map<string, number>} */ (new Map());
  let formats = /** @type {Map<string, number>} */ (new Map());
  let isVideo = false;
  const finish = () => {
    for (const [payload, at] of codecs) {
      const format = formats.get(payload);
      if (format !== undefined) done[format] = `${bare(done[format])};${hint}${end(done[format])}`;
      else done[at] = `${bare(done[at])}\r\na=fmtp:${payload} ${hint}${end(done[at])}`;
    }
    codecs = new Map();
    formats = new Map();
  };
  for (const line of sdp.split("\n")) {
    if (line.startsWith("m=")) {
      finish();
      isVideo = line.startsWith("m=video");
    } else if (isVideo) {
      const codec = RTPMAP.exec(line)?.[1];
      const format = FMTP.exec(line)?.[1];
      if (codec !== undefined && !codecs.has(codec)) codecs.set(codec, done.length);
      if (format !== undefined && !formats.has(format)) formats.set(format, done.length);
    }
    done.push(line);
  }
  finish();
  return done.join("\n");
}

/** @param {string | undefined} line */
const end = (line) => (line?.endsWith("\r") ? "\r" : "");
/** @param {string | undefined} line */
const bare = (line) => (line ?? "").replace(/\r$/, "");
