/** The key of a booth's own device: made in this browser, which never lets it out, and proved at each connection. */
import { local } from "#webui/store.js";
import { asFault, ServiceFault } from "#signaling/faults.js";

/** @typedef {{ booth: string, key: CryptoKey }} Kept */

/** All that a booth's browser keeps between two people, in a database of its own. */
export const DEVICE_DATABASE = "cloudwindow.device";
const STORE = "key";
/** Where the release before kept a token, which is exchanged for a key once. */
const OLD = "cloudwindow.booth";
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" };
const TAG = "cloudwindow booth v1";

export class DeviceKey {
  #kept = /** @type {Kept | undefined} */ (undefined);

  /** Read what this browser keeps; nothing, where this device is no booth yet. */
  static async load() {
    const device = new DeviceKey();
    device.#kept = await inStore("readonly", (store) => store.get(STORE)).catch(() => undefined);
    return device;
  }

  /** Whether this device is a booth, as far as it knows itself. */
  get isBooth() {
    return Boolean(this.#kept) || oldToken() !== "";
  }

  /** The booth that this device is; empty where it is none. */
  get booth() {
    return this.#kept?.booth ?? "";
  }

  /** Make a new key and have it known as the booth's whose one-time code this is. @param {string} code */
  async enrol(code) {
    await this.#register({ code });
  }

  /** The server does not know this key any more: be no booth, until a code is typed or the page is loaded anew. */
  refuse() {
    this.#kept = undefined;
    local.removeItem(OLD);
  }

  /** Sign a fresh challenge of the server's: what one `hello` says as `booth`; empty where this is no booth. */
  async prove() {
    const token = oldToken();
    if (!this.#kept && token) await this.#exchange(token);
    if (!this.#kept) return "";
    const { booth, key } = this.#kept;
    const { challenge = "" } = await post("/api/booths/challenge", { booth });
    const bytes = new TextEncoder().encode(`${TAG}\n${booth}\n${challenge}`);
    const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, bytes);
    return [booth, challenge, base64(signature)].join("~");
  }

  /** @param {string} token of the release before */
  async #exchange(token) {
    try {
      await this.#register({ token });
    } catch (problem) {
      throw asFault(problem).code === "bad_token" ? new ServiceFault("bad_booth_proof") : problem;
    }
  }

  /** @param {{ code: string } | { token: string }} right what lets this device be a booth */
  async #register(right) {
    if (!globalThis.crypto?.subtle) throw new ServiceFault("insecure_page"); // browsers sign on https or localhost alone
    await inStore("readwrite", (store) => store.count()).catch(() => {
      throw new ServiceFault("no_storage"); // before the code is used up: a key that cannot be kept is none
    });
    const pair = await crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
    const key = base64(await crypto.subtle.exportKey("spki", pair.publicKey));
    const { booth = "" } = await post("/api/booths/enrol", { ...right, key });
    this.#kept = { booth, key: pair.privateKey };
    await inStore("readwrite", (store) => store.put(this.#kept, STORE));
    local.removeItem(OLD);
    void navigator.storage?.persist?.();
  }
}

function oldToken() {
  try {
    return String(JSON.parse(local.getItem(OLD) ?? "null")?.token ?? "");
  } catch {
    return "";
  }
}

/** @param {ArrayBuffer} bytes */
function base64(bytes) {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)));
}

/** @param {string} path @param {object} said @returns {Promise<Record<string, string>>} */
async function post(path, said) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(said),
  }).catch(() => null);
  if (!answer) throw new ServiceFault("unavailable");
  const body = await answer.json().catch(() => ({ code: "service_error" }));
  if (!answer.ok) throw new ServiceFault(body.code, body.params);
  return body;
}

/**
 * Do one thing in the device's store.
 *
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest} act
 * @returns {Promise<any>}
 */
function inStore(mode, act) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(DEVICE_DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const transaction = database.transaction(STORE, mode);
      const request = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => {
        database.close();
        resolve(request.result);
      };
      transaction.onabort = () => {
        database.close();
        reject(transaction.error);
      };
    };
  });
}
