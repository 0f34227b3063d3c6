/** Arrow keys within a toolbar or a list of tabs, which are one stop for the Tab key (WAI-ARIA Authoring Practices). */

/** @param {Element} group @param {string} selector */
const controls = (group, selector) =>
  [.../** @type {NodeListOf<HTMLButtonElement>} */ (group.querySelectorAll(selector))].filter((each) => !each.disabled);

/**
 * Move the focus by an arrow key, Home or End; return what has it now, null for another key.
 *
 * @param {KeyboardEvent} event at the group
 * @param {string} [selector] the group's controls
 */
export function rove(event, selector = "button") {
  const group = /** @type {Element} */ (event.currentTarget);
  const all = controls(group, selector);
  const at = all.findIndex((each) => each === document.activeElement);
  /** @type {Record<string, number>} */
  const steps = { ArrowRight: at + 1, ArrowLeft: at - 1 + all.length, Home: 0, End: all.length - 1 };
  const to = steps[event.key];
  if (at < 0 || to === undefined || event.ctrlKey || event.altKey || event.metaKey) return null;
  event.preventDefault();
  const next = /** @type {HTMLButtonElement} */ (all[to % all.length]);
  next.focus();
  settle(group, selector);
  return next;
}

/**
 * Let Tab stop once in a group: at the control that has the focus, had it, or is the first.
 *
 * @param {Element | null} group
 * @param {string} [selector]
 */
export function settle(group, selector = "button") {
  if (!group) return;
  const all = controls(group, selector);
  const stop =
    all.find((each) => each === document.activeElement) ??
    all.find((each) => each.getAttribute("tabindex") === "0") ??
    all[0];
  for (const each of all) each.setAttribute("tabindex", each === stop ? "0" : "-1");
}
