/** What outlives a reload, and at a PC for a moment its tab: ticket's token and stub. */
import { local, ofTab } from "#webui/store.js";

/** @import { Store } from "#webui/store.js" */
/** @import { DeviceKey } from "#booth_client/device_key.js" */
/** @import { TicketIssued, TicketView } from "#signaling/messages.d.ts" */
/** @typedef {{ token: string, stub: string, choice: Choice, callbackAtMs?: number, number?: string, over?: boolean, seenMs?: number }} Kept */
/** @typedef {{ item: string, itemName: string, mode: "consult" | "coach" | "handle", language: string, site: string, priority: "normal" | "priority" | "sos", helper: boolean }} Choice */

const VISIT = "cloudwindow.visit";

const LANGUAGE = "cloudwindow.language";
const LEFT = "cloudwindow.left";
/** A page that is gone longer than this has lost its place, or its agent's patience: nothing is offered any more. */
const LEFT_MS = 150_000;
const SEEN_EVERY_MS = 15_000;

export class KeptVisit {
  #store;
  #isBooth;
  #locked = "";
  /** The key of a booth's own device; null at a PC. */
  device = /** @type {DeviceKey | null} */ (null);

  /** A booth's browser may be killed and started again in the middle of a visit; a PC's tab may be reloaded. @param {boolean} isBooth */
  constructor(isBooth) {
    this.#isBooth = isBooth;
    this.#store = isBooth ? local : ofTab;
    if (isBooth) this.#dropAbandoned();
    else this.#seen(); // a tab that was just reloaded is open, too
    setInterval(() => this.#seen(), SEEN_EVERY_MS);
  }

  get isBooth() {
    return this.#isBooth;
  }

  /** The language that a booth was set up in; empty where it is not known. */
  get language() {
    return this.#isBooth ? (local.getItem(LANGUAGE) ?? "") : "";
  }

  set language(tag) {
    local.setItem(LANGUAGE, tag);
  }

  /** After a power cut the person of that visit is gone: their receipt brings a kept place back, this screen does not. */
  #dropAbandoned() {
    const kept = this.visit;
    if (kept && Date.now() - (kept.seenMs ?? 0) > LEFT_MS) this.visit = null;
  }

  /** @returns {Kept | null} */
  get visit() {
    return read(this.#store, VISIT);
  }

  set visit(kept) {
    const before = this.visit;
    if (kept) this.#store.setItem(VISIT, JSON.stringify({ ...kept, seenMs: Date.now() }));
    else this.#store.removeItem(VISIT);
    if (this.#isBooth) return;
    if (kept) this.#seen();
    else if (before) this.forgetLeft(before);
  }

  /** Hold on to a ticket that was just taken, or to its fresh stub. @param {TicketIssued} answer @param {Choice} choice */
  hold({ token, stub, ticket }, choice) {
    this.visit = { token, stub, choice, callbackAtMs: ticket.callback_at_ms, number: ticket.about.number };
  }

  /**
   * The visit of a tab of this PC that was closed or killed a moment ago, to be offered once more; null where there is
   * none, where its tab is still open, or at a booth, which has no visit but its own.
   *
   * @returns {Promise<Kept | null>}
   */
  async left() {
    if (this.#isBooth || this.visit) return null;
    const left = /** @type {(Kept & { seenMs: number }) | null} */ (read(local, LEFT));
    const lastMs = Math.max(left?.seenMs ?? 0, left?.callbackAtMs ?? 0) + LEFT_MS;
    if (left && Date.now() > lastMs) local.removeItem(LEFT);
    if (!left?.token || Date.now() > lastMs) return null;
    const { held = [], pending = [] } = (await navigator.locks?.query().catch(() => null)) ?? {};
    return [...held, ...pending].some((lock) => lock.name === lockOf(left)) ? null : left;
  }

  /** What the page says of itself: which ticket it has, and from which booth. */
  async introduce() {
    const booth = (await this.device?.prove()) ?? "";
    return { role: /** @type {const} */ ("citizen"), token: this.visit?.token ?? "", booth };
  }

  /** The visit is over but for its receipt: no other tab is offered it. */
  end() {
    const kept = this.visit;
    if (kept && !kept.over) this.visit = { ...kept, over: true };
  }

  /** Nothing of that visit stays on this PC. @param {Kept} left */
  forgetLeft(left) {
    if (read(local, LEFT)?.stub === left.stub) local.removeItem(LEFT);
  }

  /** Note that the visit's tab is here, and hold what tells other tabs so: the browser lets go when the tab is gone. */
  #seen() {
    const kept = this.visit;
    if (this.#isBooth) {
      if (kept) this.visit = kept; // notes the time
      return;
    }
    if (kept?.over) this.forgetLeft(kept);
    if (!kept?.token || kept.over) return;
    local.setItem(LEFT, JSON.stringify({ ...kept, seenMs: Date.now() }));
    if (this.#locked === lockOf(kept)) return;
    this.#locked = lockOf(kept);
    // Waits in line where the page before a reload has not let go yet.
    navigator.locks?.request(this.#locked, () => new Promise(() => undefined)).catch(() => undefined);
  }

  /** A ticket that is to be called back, and is forgotten before, must not ring earlier. @param {number} callbackAtMs 0: none */
  note(callbackAtMs) {
    const kept = this.visit;
    if (kept && (kept.callbackAtMs ?? 0) !== callbackAtMs) this.visit = { ...kept, callbackAtMs };
  }
}

/** @param {Kept} kept */
const lockOf = (kept) => `cloudwindow.${kept.stub}`;

/**
 * The command that asks for what was chosen.
 *
 * @param {Choice} choice
 * @param {string} stub of an earlier ticket, or nothing
 * @param {number} [callbackAtMs] when that one was to be called
 */
export function takeTicket(choice, stub, callbackAtMs = 0) {
  const { item, mode, language, site, priority, helper } = choice;
  return {
    type: /** @type {const} */ ("take_ticket"),
    item,
    mode,
    language,
    site,
    priority,
    helper_present: helper,
    stub,
    ...(callbackAtMs ? { callback_at_ms: callbackAtMs } : {}), // a node of the release before would not understand it
  };
}

/** What somebody chose whose ticket was taken elsewhere. @param {TicketView} ticket @returns {Choice} */
export function choiceOf({ about }) {
  return {
    item: about.item ?? "",
    itemName: about.item_name ?? "",
    mode: about.mode ?? "consult",
    language: about.language ?? "cmn",
    site: "",
    priority: "normal",
    helper: about.helper_present ?? false,
  };
}

/** Whether a stub is worth showing again: no server answered, or it says that it may. @param {{ retry: string }} fault */
export const isUnanswered = ({ retry }) => retry !== "no";

/** @param {Store} store @param {string} key */
function read(store, key) {
  try {
    return JSON.parse(store.getItem(key) ?? "null");
  } catch {
    return null; // written by another release: as good as nothing
  }
}
