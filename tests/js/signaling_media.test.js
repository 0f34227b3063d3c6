/** What the pages of a call make of descriptions and relay servers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { configuration, iceAfter, NO_SERVERS } from "#signaling/ice.js";
import { withStartBitrate } from "#signaling/sdp.js";

test("the start rate is written in time that grows with the description, also when every line is a codec", () => {
  const hostile = (lines) => `v=0\r\nm=video 9 X 96\r\n${"a=rtpmap:96 VP8/90000\r\n".repeat(lines)}`;
  const cost = (sdp) => {
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 15; round += 1) {
      const began = process.cpuUsage();
      for (let again = 0; again < 20; again += 1) withStartBitrate(sdp, 1000);
      const used = process.cpuUsage(began);
      // The kernel measures the sum; how it parts it into user's and system's time is a guess by its ticks.
      best = Math.min(best, used.user + used.system);
    }
    return best;
  };
  cost(hostile(2200));
  assert.ok(hostile(2200).length > 48_000);
  assert.ok(cost(hostile(4 * 2200)) / cost(hostile(2200)) < 10, "4 when it grows with the length, 16 with its square");
  assert.equal(withStartBitrate(hostile(2200), 1000).split("x-google-start-bitrate").length, 2);
});

test("the credentials of a call outlive a break, and a relay-only call asks for nothing else", () => {
  const stun = { type: "welcome", ice_servers: [{ urls: ["stun:a"] }] };
  const given = {
    type: "ice_refresh",
    ice_servers: [{ urls: ["turn:a"], username: "u", credential: "c" }],
    ice_policy: "relay",
  };
  const before = iceAfter(NO_SERVERS, stun);
  assert.deepEqual(configuration(before), { iceTransportPolicy: "all", iceServers: [{ urls: ["stun:a"] }] });
  const during = iceAfter(before, given);
  assert.equal(configuration(during).iceTransportPolicy, "relay");
  assert.equal(iceAfter(during, { ...stun, resumed: true }), during);
  assert.deepEqual(iceAfter(during, stun), before);
  assert.equal(iceAfter(before, { ...given, ice_policy: undefined }).policy, "all");
});
