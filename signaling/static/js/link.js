/** One RTCPeerConnection of one epoch: slots, descriptions, candidates, tracks. */
import { configuration } from "#signaling/ice.js";
import { withStartBitrate } from "#signaling/sdp.js";
import { kindOf, SLOTS, tune } from "#signaling/slots.js";

/** @import { Ice } from "#signaling/ice.js" */
/** @import { Candidate, Slot } from "#signaling/messages.d.ts" */
/** @import { Remote } from "#signaling/peer_base.js" */
/**
 * @typedef {object} LinkEvents
 * @property {(candidate: RTCIceCandidate | null) => void} candidate
 * @property {(state: RTCPeerConnectionState) => void} state
 * @property {(remote: Remote) => void} remote
 */

const START_KBPS = 1000;

export class Link {
  #events;
  #mine;
  #early = /** @type {Candidate[]} */ ([]);
  #turn = Promise.resolve();
  /** @type {Remote} */
  remote = { face: new MediaStream(), document_camera: new MediaStream(), screen: new MediaStream() };

  /**
   * @param {Ice} ice
   * @param {ReadonlyMap<Slot, MediaStreamTrack>} mine what each of our slots sends
   * @param {LinkEvents} events
   */
  constructor(ice, mine, events) {
    this.#events = events;
    this.#mine = mine;
    this.connection = new RTCPeerConnection({ ...configuration(ice), bundlePolicy: "max-bundle" });
    this.connection.onicecandidate = (event) => events.candidate(event.candidate);
    this.connection.onconnectionstatechange = () => events.state(this.connection.connectionState);
    this.connection.ontrack = (event) => this.#arrived(event.transceiver);
  }

  /** @param {Ice} ice */
  setIce(ice) {
    this.connection.setConfiguration({ ...this.connection.getConfiguration(), ...configuration(ice) });
  }

  /** The offerer lays down all four slots at once, so that nothing is negotiated later. */
  addSlots() {
    for (const slot of SLOTS) {
      const track = this.#mine.get(slot);
      this.connection.addTransceiver(track ?? kindOf(slot), { direction: "sendrecv" });
    }
  }

  /** @param {boolean} iceRestart */
  offer(iceRestart) {
    return this.#inTurn(async () => {
      const { connection } = this;
      if (connection.signalingState !== "stable") await connection.setLocalDescription({ type: "rollback" });
      await connection.setLocalDescription(await connection.createOffer({ iceRestart }));
      return connection.localDescription?.sdp;
    });
  }

  /** @param {string} sdp */
  takeAnswer(sdp) {
    return this.#inTurn(async () => {
      await this.connection.setRemoteDescription({ type: "answer", sdp: withStartBitrate(sdp, START_KBPS) });
      await this.#remoteKnown();
    });
  }

  /** @param {string} sdp */
  answer(sdp) {
    return this.#inTurn(async () => {
      const { connection } = this;
      await connection.setRemoteDescription({ type: "offer", sdp: withStartBitrate(sdp, START_KBPS) });
      for (const transceiver of connection.getTransceivers()) transceiver.direction = "sendrecv";
      await Promise.all(SLOTS.map((slot) => this.setTrack(slot, this.#mine.get(slot) ?? null)));
      await connection.setLocalDescription(await connection.createAnswer());
      await this.#remoteKnown();
      return connection.localDescription?.sdp;
    });
  }

  /**
   * @param {Slot} slot
   * @param {MediaStreamTrack | null} track
   */
  async setTrack(slot, track) {
    const sender = this.sender(slot);
    if (!sender || sender.track === track) return;
    await sender.replaceTrack(track).catch(() => undefined); // the connection was replaced meanwhile; the next one has the track
    await tune(sender, slot);
  }

  /** @param {Slot} slot */
  sender(slot) {
    return this.connection.getTransceivers()[SLOTS.indexOf(slot)]?.sender;
  }

  /** @param {Candidate} frame */
  addCandidate(frame) {
    if (!this.connection.remoteDescription) {
      this.#early.push(frame);
      return;
    }
    const candidate = { candidate: frame.candidate, sdpMid: frame.mid ?? null, sdpMLineIndex: frame.line ?? 0 };
    // An empty candidate ends the list; one of a generation that is over may be refused and is not missed.
    this.connection.addIceCandidate(frame.candidate ? candidate : undefined).catch(() => undefined);
  }

  close() {
    const { connection } = this;
    connection.onicecandidate = connection.onconnectionstatechange = connection.ontrack = null;
    connection.close();
  }

  async #remoteKnown() {
    for (const frame of this.#early.splice(0)) this.addCandidate(frame);
    await Promise.all(
      SLOTS.map(async (slot) => {
        const sender = this.sender(slot);
        if (sender) await tune(sender, slot);
      }),
    );
  }

  /** @param {RTCRtpTransceiver} transceiver */
  #arrived(transceiver) {
    const slot = SLOTS[this.connection.getTransceivers().indexOf(transceiver)];
    const stream = slot === "document_camera" || slot === "screen" ? this.remote[slot] : this.remote.face;
    stream.addTrack(transceiver.receiver.track);
    this.#events.remote(this.remote);
  }

  /**
   * Descriptions are worked on one after the other; one that comes too late for a closed connection is dropped.
   *
   * @template T
   * @param {() => Promise<T>} step
   * @returns {Promise<T | undefined>}
   */
  #inTurn(step) {
    const result = this.#turn.then(() => (this.connection.signalingState === "closed" ? undefined : step()));
    this.#turn = result.then(
      () => undefined,
      () => undefined,
    );
    return result.catch(() => undefined);
  }
}
