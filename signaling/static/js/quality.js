/** How good a connection is, from two readings of its statistics; pure. */

/**
 * @typedef {object} Reading
 * @property {number} atMs
 * @property {number} rttMs
 * @property {number} jitterMs
 * @property {number} received packets
 * @property {number} lost packets that should have come
 * @property {number} sentLost packets of ours that did not arrive, as the other side reports
 * @property {number} sent packets
 * @property {number} bytesIn
 * @property {number} framesDecoded
 * @property {number} outgoingKbps what the network is thought to take
 */
/**
 * @typedef {object} Quality
 * @property {1 | 2 | 3 | 4 | 5} score 5 is best
 * @property {number} rttMs
 * @property {number} jitterMs
 * @property {number} lossIn share, 0-1
 * @property {number} lossOut share, 0-1
 * @property {number} fps
 * @property {number} kbpsIn
 * @property {number} outgoingKbps
 */

/** Past each of these a connection is one worse: 1 % loss, 30 ms jitter and 300 ms there and back still count as good. */
const LOSS_STEPS = [0.01, 0.04, 0.1, 0.2];
const RTT_STEPS_MS = [300, 450, 700, 1000];
const JITTER_STEPS_MS = [30, 60, 120, 250];

/**
 * @param {RTCStatsReport} report
 * @param {number} atMs
 * @returns {Reading}
 */
export function read(report, atMs) {
  const reading = {
    atMs,
    rttMs: 0,
    jitterMs: 0,
    received: 0,
    lost: 0,
    sentLost: 0,
    sent: 0,
    bytesIn: 0,
    framesDecoded: 0,
    outgoingKbps: 0,
  };
  for (const stats of report.values()) {
    if (stats.type === "inbound-rtp") {
      reading.received += stats.packetsReceived ?? 0;
      reading.lost += Math.max(0, stats.packetsLost ?? 0);
      reading.bytesIn += stats.bytesReceived ?? 0;
      reading.framesDecoded += stats.framesDecoded ?? 0;
      reading.jitterMs = Math.max(reading.jitterMs, (stats.jitter ?? 0) * 1000);
    } else if (stats.type === "outbound-rtp") {
      reading.sent += stats.packetsSent ?? 0;
    } else if (stats.type === "remote-inbound-rtp") {
      reading.sentLost += Math.max(0, stats.packetsLost ?? 0);
    } else if (stats.type === "candidate-pair" && stats.nominated && stats.state === "succeeded") {
      reading.rttMs = (stats.currentRoundTripTime ?? 0) * 1000;
      reading.outgoingKbps = (stats.availableOutgoingBitrate ?? 0) / 1000;
    }
  }
  return reading;
}

/**
 * @param {Reading} before
 * @param {Reading} now
 * @returns {Quality}
 */
export function judge(before, now) {
  const seconds = Math.max(0.001, (now.atMs - before.atMs) / 1000);
  const lossIn = share(now.lost - before.lost, now.received - before.received + (now.lost - before.lost));
  const lossOut = share(now.sentLost - before.sentLost, now.sent - before.sent);
  const worst = Math.max(
    steps(Math.max(lossIn, lossOut), LOSS_STEPS),
    steps(now.rttMs, RTT_STEPS_MS),
    steps(now.jitterMs, JITTER_STEPS_MS),
  );
  return {
    score: /** @type {Quality["score"]} */ (5 - worst),
    rttMs: now.rttMs,
    jitterMs: now.jitterMs,
    lossIn,
    lossOut,
    fps: (now.framesDecoded - before.framesDecoded) / seconds,
    kbpsIn: ((now.bytesIn - before.bytesIn) * 8) / 1000 / seconds,
    outgoingKbps: now.outgoingKbps,
  };
}

/** @param {number} part @param {number} whole */
function share(part, whole) {
  return whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 0;
}

/** @param {number} value @param {number[]} limits */
function steps(value, limits) {
  return limits.filter((limit) => value > limit).length;
}
