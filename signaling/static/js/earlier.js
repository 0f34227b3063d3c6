/** The lines of a chat that the snapshot left out: fetched piece by piece, as far back as somebody asks. */
import { asFault, ServiceFault } from "#signaling/faults.js";

/** @import { ChatLine, SessionView } from "#signaling/messages.d.ts" */

const AT_ONCE = 100;

export class Earlier {
  #token;
  #changed;
  #session = "";
  #before = 0;
  /** Those fetched so far, oldest first. @type {ChatLine[]} */
  lines = [];
  isBusy = false;
  /** @type {ServiceFault | null} */
  fault = null;

  /** @param {() => string} token of the citizen's ticket; empty for an agent, who is known by cookie @param {() => void} changed */
  constructor(token, changed) {
    this.#token = token;
    this.#changed = changed;
  }

  get hasMore() {
    return this.#before > 0;
  }

  /** Stand before the snapshot's first line; what no longer joins on to it is forgotten. @param {Pick<SessionView, "session" | "chat_before">} view */
  follow({ session, chat_before: first = 0 }) {
    if (session === this.#session && this.#before + this.lines.length === first) return;
    [this.#session, this.#before, this.lines, this.fault] = [session, first, [], null];
  }

  async more() {
    if (this.isBusy || !this.hasMore) return;
    const [session, before] = [this.#session, this.#before];
    this.isBusy = true;
    this.#changed();
    try {
      const page = await this.#page(before);
      if (session !== this.#session || before !== this.#before) return;
      [this.#before, this.lines, this.fault] = [page.before, [...page.chat, ...this.lines], null];
    } catch (problem) {
      this.fault = asFault(problem);
    } finally {
      this.isBusy = false;
      this.#changed();
    }
  }

  /** @param {number} before @returns {Promise<{ chat: ChatLine[], before: number }>} */
  async #page(before) {
    const token = this.#token();
    /** @type {Record<string, string>} */
    const headers = token ? { Authorization: `Bearer ${token}` } : {};
    const answer = await fetch(`/api/conversation?before=${before}&limit=${AT_ONCE}`, { headers }).catch(() => null);
    if (!answer) throw new ServiceFault("unavailable");
    const body = await answer.json().catch(() => ({ code: "service_error" }));
    if (!answer.ok) throw new ServiceFault(body.code, body.params);
    return body;
  }
}
