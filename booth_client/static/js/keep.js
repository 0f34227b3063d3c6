/** What outlives a reload: the ticket's token and stub, and a booth's own token; wiped when the visit ends. */

/** @import { TicketTaken } from "#signaling/messages.d.ts" */
/** @typedef {{ token: string, stub: string, choice: Choice, callbackAtMs?: number }} Kept */
/** @typedef {{ item: string, itemName: string, mode: "consult" | "coach" | "handle", language: string, site: string, priority: "normal" | "priority" | "sos", helper: boolean }} Choice */

const VISIT = "cloudwindow.visit";
const BOOTH = "cloudwindow.booth";

export class Keep {
  #store;

  /** A booth's browser may be killed and started again in the middle of a visit; a PC's tab may only be reloaded. @param {boolean} isBooth */
  constructor(isBooth) {
    this.#store = isBooth ? localStorage : sessionStorage;
  }

  /** @returns {Kept | null} */
  get visit() {
    return read(this.#store, VISIT);
  }

  set visit(kept) {
    if (kept) this.#store.setItem(VISIT, JSON.stringify(kept));
    else this.#store.removeItem(VISIT);
  }

  /** Hold on to a ticket that was just taken, or to its fresh stub. @param {TicketTaken} answer @param {Choice} choice */
  hold({ token, stub, ticket }, choice) {
    this.visit = { token, stub, choice, callbackAtMs: ticket.callback_at_ms };
  }

  /** A ticket that is to be called back, and is forgotten before, must not ring earlier. @param {number} callbackAtMs 0: none */
  note(callbackAtMs) {
    const kept = this.visit;
    if (kept && (kept.callbackAtMs ?? 0) !== callbackAtMs) this.visit = { ...kept, callbackAtMs };
  }

  /** @returns {{ booth: string, token: string } | null} */
  get booth() {
    return read(localStorage, BOOTH);
  }

  set booth(enrolled) {
    if (enrolled) localStorage.setItem(BOOTH, JSON.stringify(enrolled));
    else localStorage.removeItem(BOOTH);
  }
}

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

/** @param {Storage} store @param {string} key */
function read(store, key) {
  try {
    return JSON.parse(store.getItem(key) ?? "null");
  } catch {
    return null; // written by another release: as good as nothing
  }
}
