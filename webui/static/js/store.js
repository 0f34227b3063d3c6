/** Storage that may be forbidden: where the browser gives none, a page remembers until it is left, and works as ever. */

/** @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">} Store */

class Memory {
  #kept = /** @type {Map<string, string>} */ (new Map());

  get length() {
    return this.#kept.size;
  }

  /** @param {number} index */
  key(index) {
    return [...this.#kept.keys()][index] ?? null;
  }

  /** @param {string} key */
  getItem(key) {
    return this.#kept.get(key) ?? null;
  }

  /** @param {string} key @param {string} value */
  setItem(key, value) {
    this.#kept.set(key, String(value));
  }

  /** @param {string} key */
  removeItem(key) {
    this.#kept.delete(key);
  }
}

const PROBE = "cloudwindow.probe";

/**
 * The browser's storage, or memory where a policy or the person forbids it, or where it is full from the start.
 *
 * @param {() => Storage} find reading the property may throw already
 * @returns {Store}
 */
export function storeOr(find) {
  try {
    const store = find();
    store.setItem(PROBE, "");
    store.removeItem(PROBE);
    return forgiving(store);
  } catch {
    return new Memory();
  }
}

/** Storage that is full later forgets what does not fit, rather than stop what the person does. @param {Storage} store @returns {Store} */
function forgiving(store) {
  return {
    get length() {
      return store.length;
    },
    key: (index) => store.key(index),
    getItem: (key) => store.getItem(key),
    setItem: (key, value) => {
      try {
        store.setItem(key, value);
      } catch {
        store.removeItem(key); // rather nothing than what was true before
      }
    },
    removeItem: (key) => store.removeItem(key),
  };
}

/** For all pages of this browser. */
export const local = storeOr(() => globalThis.localStorage);
/** For this tab, and its reloads. */
export const ofTab = storeOr(() => globalThis.sessionStorage);
