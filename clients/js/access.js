/** Two ways for a program to say who it is: its key alone, or a short-lived token that it gets for name and key. */
import { readObject, Unreadable } from "./refused.js";

const TOKEN_PATH = "/api/oauth/token";
const WORTH_OF_LIFE = 0.9;

/** A machine's key, `cwm_…`, sent with every request. */
export class KeyAccess {
  #key;

  /** @param {string} key */
  constructor(key) {
    this.#key = key;
  }

  renews = false;

  /** @returns {Promise<string>} */
  async credential() {
    return this.#key;
  }

  forget() {}
}

/** A machine's name and key, exchanged for tokens (OAuth 2.0 client credentials). */
export class ProgramAccess {
  #authorization;
  #scope;
  #token = "";
  #until = 0;
  /** @type {Promise<string> | null} */
  #renewal = null;

  renews = true;

  /**
   * @param {string} name
   * @param {string} key
   * @param {ReadonlyArray<string>} operations none: all that the machine may do
   */
  constructor(name, key, operations) {
    this.#authorization = `Basic ${btoa(`${formEncoded(name)}:${formEncoded(key)}`)}`;
    this.#scope = operations.join(" ");
  }

  /**
   * Return a token; calls at the same time wait for the same exchange.
   * @param {(path: string, init: RequestInit) => Promise<import("./refused.js").Reply>} send carries a request out, with its retries
   */
  async credential(send) {
    if (this.#token && performance.now() < this.#until) return this.#token;
    this.#renewal ??= this.#renew(send).finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  /**
   * Renew a token that was refused, unless another call has done so.
   * @param {string} token
   */
  forget(token) {
    if (token === this.#token) this.#token = "";
  }

  /** @param {(path: string, init: RequestInit) => Promise<import("./refused.js").Reply>} send */
  async #renew(send) {
    const began = performance.now();
    const body = new URLSearchParams({ grant_type: "client_credentials", scope: this.#scope });
    const headers = { Authorization: this.#authorization };
    const reply = await send(TOKEN_PATH, { method: "POST", headers, body });
    const { access_token: token, expires_in: livesS } = readObject(reply);
    if (typeof token !== "string" || typeof livesS !== "number") throw new Unreadable("an answer without a token");
    this.#token = token;
    this.#until = began + livesS * 1000 * WORTH_OF_LIFE;
    return token;
  }
}

/** @param {string} text */
function formEncoded(text) {
  return new URLSearchParams({ text }).toString().slice("text=".length);
}
