/** The call itself: the peer, our switches, stills and files; begins with a session and ends with it. */
import { awayId } from "#booth_client/away.js";
import { Outgoing } from "#booth_client/sending.js";
import { Stills } from "#booth_client/stills.js";
import { isHere } from "#signaling/session.js";

/** @import { OwnDevices } from "#booth_client/check.js" */
/** @import { Manner } from "#booth_client/visit_faces.js" */
/** @import { Visit } from "#booth_client/visit.js" */
/** @import { Slot } from "#signaling/messages.d.ts" */
/** @import { CitizenPeer } from "#signaling/peer.js" */
/** @import { PeerState, Remote } from "#signaling/peer_base.js" */

const POOR = 2;

export class LiveCall {
  /** @type {Remote | null} */
  remote = null;
  /** @type {PeerState} */
  state = "connecting";
  score = 5;
  isMuted = false;
  isCameraOff = false;
  isSoundBlocked = false;
  /** What the other side sends. @type {Partial<Record<Slot, boolean>>} */
  theirs = {};
  tab = "papers";
  readLines = 0;
  #visit;
  #devices;
  #manner;
  #changed;
  #peer = /** @type {CitizenPeer | null} */ (null);
  #session = "";

  /** @param {Visit} visit @param {OwnDevices} devices @param {Manner} manner @param {() => void} changed */
  constructor(visit, devices, manner, changed) {
    this.#visit = visit;
    this.#devices = devices;
    this.#manner = manner;
    this.#changed = changed;
    this.outgoing = new Outgoing(changed);
    this.stills = new Stills(visit, devices, this.outgoing, manner, changed);
  }

  wantsPaper = false;

  /** Whether the document camera is open: one that was unplugged is not. */
  get isPaperOn() {
    return this.wantsPaper && this.#devices.paper.track?.readyState === "live";
  }

  /** Whether there is a session to talk in. */
  get isInSession() {
    return this.#session !== "";
  }

  get isWeak() {
    return this.state === "connected" && this.score <= POOR;
  }

  /** What this page shows for its ticket, to ask after its papers. */
  get token() {
    return this.#visit.token;
  }

  /** Whether this machine's files are the person's own. */
  get hasFiles() {
    return !this.#manner.isBooth;
  }

  /** Begin or end with the face that is shown. @param {string} screen */
  follow(screen) {
    const session = screen === "call" ? (this.#visit.story.session?.session ?? "") : "";
    if (screen === "ringing" || screen === "call") void import("#signaling/peer.js");
    if (session !== this.#session) {
      this.#end();
      this.#session = session;
      if (session) void this.#begin(session);
    }
    if (["goodbye", "ended", "superseded"].includes(screen)) this.#devices.close();
    if (session) this.stills.follow(this.#visit.story.still);
    this.#fillSlots();
  }

  async #begin(/** @type {string} */ session) {
    const { CitizenPeer } = await import("#signaling/peer.js");
    if (session !== this.#session) return;
    this.#peer = new CitizenPeer(this.#visit.channel, "seat", {
      remote: (remote) => this.#set({ remote }),
      state: (state) => this.#set({ state }),
      quality: ({ score }) => score !== this.score && this.#set({ score }),
      theirs: (slot, on) => this.#set({ theirs: { ...this.theirs, [slot]: on } }),
    });
    this.#fillSlots();
    this.#peer.start();
    if (this.#manner.isBooth && this.#devices.camera.track && this.#devices.hasPaperCamera)
      await this.switchPaper(true);
  }

  #end() {
    this.#peer?.close();
    this.#peer = null;
    this.outgoing.clear();
    this.stills.end();
    Object.assign(this, {
      remote: null,
      state: "connecting",
      score: 5,
      theirs: {},
      wantsPaper: false,
      isMuted: false,
      isCameraOff: false,
      tab: "papers",
      readLines: 0,
      isSoundBlocked: false,
    });
  }

  #fillSlots() {
    const { microphone, camera, paper } = this.#devices;
    // A device that comes back is as the person left it, never open by itself.
    if (microphone.track) microphone.track.enabled = !this.isMuted;
    if (camera.track) camera.track.enabled = !this.isCameraOff;
    void this.#peer?.fill({
      microphone: microphone.track,
      camera: camera.track,
      document_camera: this.isPaperOn ? paper.track : null,
    });
    this.#peer?.setTurn("document_camera", this.#devices.paperTurn);
  }

  redraw() {
    this.#changed();
  }

  /** Switch a device off or on; where it is lost or was refused, open it again. @param {"microphone" | "camera"} device */
  toggle(device) {
    const off = device === "microphone" ? "isMuted" : "isCameraOff";
    if (!this.#devices[device].track) return void this.#devices.open();
    this[off] = !this[off];
    this.#peer?.setEnabled(device, !this[off]);
    this.#changed();
  }

  /** @param {boolean} on */
  async switchPaper(on) {
    const track = on ? await this.#devices.openPaperCamera() : null;
    if (!on) this.#devices.closePaperCamera();
    this.#set({ wantsPaper: Boolean(track) });
    this.#fillSlots();
  }

  /** Another camera may be the one that looks at the papers. */
  async turnPaperCamera() {
    await this.#devices.nextPaperCamera();
    this.#fillSlots();
  }

  /** @param {Iterable<File>} files @param {string} [material] */
  sendFiles(files, material = "") {
    for (const file of files) {
      void this.outgoing.add(
        file,
        { name: file.name, purpose: material ? "material" : "other", material },
        this.#visit.token,
      );
    }
  }

  /** @param {boolean} isSoundBlocked */
  blockSound(isSoundBlocked) {
    this.#set({ isSoundBlocked });
  }

  /** @param {Partial<LiveCall>} change */
  #set(change) {
    Object.assign(this, change);
    this.#changed();
  }

  /** The spoken sentence of the banner, or nothing. @param {Visit} visit */
  trouble(visit) {
    const { screen, connection, trouble } = visit;
    const isVisit = !["welcome", "superseded", "ended", "taking", "goodbye"].includes(screen);
    if (isVisit && connection !== "open") return awayId(visit, this.isInSession);
    if (trouble && (screen === "taking" || screen === "waiting")) return awayId(visit, false);
    if (!this.#session) return "";
    if (this.state === "restarting") return "call.restart";
    const session = this.#visit.story.session;
    if (session && !isHere(session, "seat")) return "call.away";
    return this.isWeak ? "call.weak" : "";
  }
}
