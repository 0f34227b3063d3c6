/** What people type: mended characters, whether there is anything to see, and keys that belong to an input method. */

const SEEN = /[^\p{C}\p{Z}\p{M}\u115f\u1160\u2800\u3164\uffa0]/u;
const WHOLE_OR_HALF = /[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g;
const OF_INPUT_METHOD = 229;

/** The text with half characters replaced, as `String.prototype.toWellFormed` does, also in older browsers. @param {string} text */
export function wellFormed(text) {
  return text.replace(WHOLE_OR_HALF, (sign) => (sign.length > 1 ? sign : "\ufffd"));
}

/** Whether there is anything in it that leaves ink on the screen. @param {string} text */
export function isSeen(text) {
  return SEEN.test(text);
}

/**
 * Whether a key belongs to an input method that composes: Safari says so only by its code, after the composition.
 *
 * @param {KeyboardEvent} event
 */
export function isComposing(event) {
  return event.isComposing || event.keyCode === OF_INPUT_METHOD;
}

/** From now on, Enter that ends a composition sends no form, and no shortcut of the page hears its keys. @param {EventTarget | undefined} [target] */
export function guardComposition(target = globalThis.document) {
  target?.addEventListener(
    "keydown",
    (press) => {
      const event = /** @type {KeyboardEvent} */ (press);
      if (!isComposing(event)) return;
      event.stopImmediatePropagation();
      if (event.key === "Enter") event.preventDefault();
    },
    { capture: true },
  );
}

guardComposition();
