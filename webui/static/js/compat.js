/** What older browsers lack, filled in once for all of our scripts; each page runs this module first. */

/** @param {object} home @param {string} name @param {unknown} value */
function lend(home, name, value) {
  if (!(name in home)) Object.defineProperty(home, name, { value, configurable: true, writable: true });
}

// Chrome 103, Firefox 100, Safari 16.
lend(AbortSignal, "timeout", (/** @type {number} */ ms) => {
  const ending = new AbortController();
  setTimeout(() => ending.abort(new DOMException("The time is over.", "TimeoutError")), ms);
  return ending.signal;
});

// Chrome 93, Firefox 92, Safari 15.4.
lend(Object, "hasOwn", (/** @type {object} */ home, /** @type {string} */ name) => Object.hasOwn(home, name));

/**
 * A page that the browser translates stays alive. Translators put `<font>` where a text was; Lit goes on writing into
 * the node it finds there, by `data`, as into the text it once made. So a `<font>` that is written to becomes that text
 * again, and the translator translates it anew.
 */
Object.defineProperty(HTMLFontElement.prototype, "data", {
  configurable: true,
  /** @this {HTMLFontElement} @param {unknown} text */
  set(text) {
    this.replaceWith(String(text));
  },
});
