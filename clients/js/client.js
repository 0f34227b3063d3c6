/** Asks an installation as a machine: its operations, its lists page after page, its feed of events. */
import { KeyAccess, ProgramAccess } from "./access.js";
import { readAddress } from "./address.js";
import { OPERATIONS } from "./generated/facts.js";
import { Away, refusalOf, Unreadable } from "./refused.js";
import { pauseBeforeNext } from "./retries.js";

/** @typedef {import("./generated/facts.d.ts").OperationFacts} Facts */
/** @typedef {import("./index.d.ts").Client} ClientFace */

/** @implements {ClientFace} */
export class Client {
  #url;
  #access;
  #timeoutS;
  #attempts;

  /**
   * @param {string} url
   * @param {import("./index.d.ts").Access} access
   * @param {import("./index.d.ts").ClientOptions} [options]
   */
  constructor(url, access, { timeoutS = 30, attempts = 4, plainHttp = false } = {}) {
    this.#url = readAddress(url, plainHttp);
    this.#access = access.name
      ? new ProgramAccess(access.name, access.key, access.operations ?? [])
      : new KeyAccess(access.key);
    this.#timeoutS = timeoutS;
    this.#attempts = attempts;
  }

  /** @type {import("./index.d.ts").Client["ask"]} */
  async ask(operation, given, { signal } = {}) {
    /** @type {Facts} */
    const facts = OPERATIONS[operation];
    const fields = /** @type {Record<string, unknown>} */ (given ?? {});
    const unknown = Object.keys(fields).find((name) => !facts.takes.includes(name));
    if (unknown) throw new TypeError(`${operation}: no parameter ${unknown}`);
    const reply = await this.#call(facts, fields, { signal });
    return facts.isJson ? readJson(reply.bytes) : reply.bytes;
  }

  /** @type {import("./index.d.ts").Client["each"]} */
  async *each(operation, given, options = {}) {
    /** @type {Facts} */
    const { paging } = OPERATIONS[operation];
    if (!paging) throw new TypeError(`${operation}: no list in pages`);
    /** @type {Record<string, unknown>} */
    let fields = { ...given };
    for (;;) {
      const page = /** @type {Record<string, any>} */ (await this.ask(operation, /** @type {any} */ (fields), options));
      yield* page[paging.items];
      const next = page[paging.next];
      if (!next) return;
      fields = { ...fields, [paging.parameter]: next };
    }
  }

  /** @type {import("./index.d.ts").Client["feed"]} */
  async *feed({ after = "", limit = 100, waitS = 25, onGap, signal } = {}) {
    for (;;) {
      const fields = { after, limit, wait_s: waitS };
      let reply;
      try {
        reply = await this.#call(OPERATIONS.get_events, fields, { signal, waitsS: waitS, isPatient: true });
      } catch (problem) {
        const { code, params } = /** @type {import("./refused.js").Refused} */ (problem);
        if (code !== "cursor_gone" || !onGap) throw problem;
        after = String(params.begin);
        onGap(after);
        continue;
      }
      const cursor = reply.headers.get("events-cursor");
      if (cursor === null) throw new Unreadable("events-cursor: missing");
      const events = /** @type {import("./generated/types.d.ts").CloudEvent[]} */ (readJson(reply.bytes));
      if (!events.length && !waitS && cursor === after) return;
      yield { events, cursor };
      after = cursor;
    }
  }

  /**
   * Carry a call out: renew a token once, ask again where the document allows it.
   * @param {Facts} facts
   * @param {Record<string, unknown>} fields
   * @param {{ signal?: AbortSignal | undefined, waitsS?: number, isPatient?: boolean }} options
   */
  async #call(facts, fields, { signal, waitsS = 0, isPatient = false }) {
    const path = pathOf(facts, fields);
    let wasRenewed = false;
    for (let attempt = 1; ; attempt += 1) {
      const bounds = { signal, waitsS, isPatient };
      const credential = await this.#access.credential((at, init) => this.#token(at, init, bounds));
      /** @type {RequestInit} */
      const init = { method: facts.method, headers: { Authorization: `Bearer ${credential}` } };
      if (fields.body !== undefined) {
        init.headers = { ...init.headers, "Content-Type": "application/json" };
        init.body = JSON.stringify(fields.body);
      }
      const found = await this.#send(path, init, this.#timeoutS + waitsS, signal);
      if ("ok" in found && found.ok) return found;
      const problem = "ok" in found ? refusalOf(found) : found;
      if ("code" in problem && problem.code === "bad_key" && this.#access.renews && !wasRenewed) {
        wasRenewed = true;
        this.#access.forget(credential);
        continue;
      }
      await pauseBeforeNext(problem, attempt, {
        mayRepeat: facts.isRepeatable,
        attempts: isPatient ? Number.POSITIVE_INFINITY : this.#attempts,
        signal,
      });
    }
  }

  /**
   * Carry out the exchange of a key for a token.
   * @param {string} path
   * @param {RequestInit} init
   * @param {{ signal: AbortSignal | undefined, isPatient: boolean }} bounds
   * @returns {Promise<import("./refused.js").Reply>}
   */
  async #token(path, init, { signal, isPatient }) {
    for (let attempt = 1; ; attempt += 1) {
      const found = await this.#send(path, init, this.#timeoutS, signal);
      if ("ok" in found && found.ok) return found;
      await pauseBeforeNext("ok" in found ? refusalOf(found) : found, attempt, {
        mayRepeat: true,
        attempts: isPatient ? Number.POSITIVE_INFINITY : this.#attempts,
        signal,
      });
    }
  }

  /**
   * @param {string} path
   * @param {RequestInit} init
   * @param {number} withinS
   * @param {AbortSignal | undefined} signal
   * @returns {Promise<import("./refused.js").Reply | Away>}
   */
  async #send(path, init, withinS, signal) {
    const late = AbortSignal.timeout(withinS * 1000);
    try {
      const any = signal ? AbortSignal.any([late, signal]) : late;
      const answer = await fetch(this.#url + path, { ...init, redirect: "manual", signal: any });
      const { status, ok, headers } = answer;
      return { status, ok, headers, bytes: new Uint8Array(await answer.arrayBuffer()) };
    } catch (problem) {
      signal?.throwIfAborted();
      return new Away(String(problem), { cause: problem });
    }
  }
}

/**
 * @param {Facts} facts
 * @param {Record<string, unknown>} fields
 */
function pathOf(facts, fields) {
  const path = facts.path.replace(/\{(\w+)\}/g, (_, name) => {
    const place = String(fields[name] ?? "");
    if (["", ".", ".."].includes(place)) throw new TypeError(`${name}: not a name: ${place}`);
    return encodeURIComponent(place);
  });
  const query = facts.query.filter((name) => fields[name] !== undefined).map((name) => [name, String(fields[name])]);
  return query.length ? `${path}?${new URLSearchParams(query)}` : path;
}

/** @param {Uint8Array} bytes */
function readJson(bytes) {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new Unreadable("no JSON");
  }
}
