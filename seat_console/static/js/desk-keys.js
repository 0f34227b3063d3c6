/** The desk's keys. They rest while somebody types, except for Escape. */

import { isComposing } from "#webui/typing.js";

/** @typedef {Record<string, (event: KeyboardEvent) => void>} Keys */

const TYPING = "input, textarea, select, [contenteditable]";

/**
 * @param {Keys} keys by `event.key`, letters in lower case
 * @param {EventTarget} [target]
 */
export function listen(keys, target = window) {
  target.addEventListener("keydown", (event) => {
    const press = /** @type {KeyboardEvent} */ (event);
    if (press.ctrlKey || press.metaKey || press.altKey || isComposing(press) || press.defaultPrevented) return;
    const at = press.target instanceof Element ? press.target : null;
    if (at?.matches(TYPING) && press.key !== "Escape") return;
    // A focused button or menu takes Enter itself: the card must not accept while "Decline" has the focus.
    if (press.key === "Enter" && at?.closest("button, summary, a")) return;
    keys[press.key.length === 1 ? press.key.toLowerCase() : press.key]?.(press);
  });
}
