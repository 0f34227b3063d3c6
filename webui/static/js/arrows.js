/** Arrow keys lead to the control that lies that way, as a television's remote control does; OK presses it, Back goes back. */

const CONTROLS =
  "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]:not([tabindex='-1'], dialog, main)";
/** @type {Record<string, [x: number, y: number]>} */
const WAYS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
/** What the Back key of a remote control is called. */
const BACK = new Set(["Escape", "GoBack", "BrowserBack", "XF86Back"]);
/** A control that is further away than this part of the window is not jumped to: first what lies between is shown. */
const FAR = 0.8;
/** How much worse a control is that lies aside, than one straight ahead. */
const ASIDE = 3;

/** @param {() => boolean} goBack tells whether there was something to go back from */
export function followArrows(goBack) {
  let isRemote = false;
  document.documentElement.dataset.arrows = "";
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey)
      return;
    const way = WAYS[event.key];
    if (way) {
      isRemote = true;
      if (step(way, event.key)) event.preventDefault();
    } else if (BACK.has(event.key) && goBack()) event.preventDefault();
    else if (event.key === "Enter" && isRemote && isTick(document.activeElement)) {
      event.preventDefault(); // OK ticks; it does not send the form that the tick stands in
      document.activeElement.click();
    }
  });
}

/** @param {Element | null} one @returns {one is HTMLInputElement} */
function isTick(one) {
  return one instanceof HTMLInputElement && ["radio", "checkbox"].includes(one.type);
}

/** @param {[number, number]} way @param {string} key @returns {boolean} whether the focus or the page moved */
function step(way, key) {
  const from = document.activeElement;
  if (from && usesKey(from, key)) return false;
  const all = controls();
  const start = from && all.includes(/** @type {HTMLElement} */ (from)) ? from : null;
  const to = start ? nearest(start.getBoundingClientRect(), way, all, start) : first(all);
  if (!to) return false;
  const { top, bottom } = to.getBoundingClientRect();
  const far = way[1] > 0 ? top - innerHeight : -bottom;
  if (way[1] && far > FAR * innerHeight) return false; // the key scrolls, as ever
  to.focus();
  to.scrollIntoView({ block: "nearest" });
  if (isTick(to) && to.type === "radio" && isTick(start) && start.name === to.name) to.click();
  return true;
}

/** Whether a key means something within the control that has the focus. @param {Element} one @param {string} key */
function usesKey(one, key) {
  const isVertical = key === "ArrowUp" || key === "ArrowDown";
  if (one instanceof HTMLTextAreaElement || one instanceof HTMLMeterElement) return true;
  if (one instanceof HTMLSelectElement) return isVertical;
  if (one instanceof HTMLInputElement) {
    if (["date", "time", "number", "range"].includes(one.type)) return true;
    return !["radio", "checkbox", "file"].includes(one.type) && !isVertical && one.value !== "";
  }
  if (!isVertical || !(one instanceof HTMLElement) || one.scrollHeight <= one.clientHeight + 1) return false;
  // A list that scrolls is read to its end before the next control is reached.
  const isScroller = /auto|scroll/.test(getComputedStyle(one).overflowY);
  const isAtEnd = key === "ArrowUp" ? one.scrollTop <= 0 : one.scrollTop + one.clientHeight >= one.scrollHeight - 1;
  return isScroller && !isAtEnd;
}

/** The controls that can be reached now: within a dialog, its own. @returns {HTMLElement[]} */
function controls() {
  const root = document.querySelector("dialog[open], [aria-modal=true]") ?? document;
  return /** @type {HTMLElement[]} */ ([...root.querySelectorAll(CONTROLS)]).filter(
    (one) =>
      one.tabIndex >= 0 &&
      !one.matches(":disabled, .skip") &&
      !one.closest("[inert]") &&
      one.getClientRects().length > 0 &&
      getComputedStyle(one).visibility === "visible",
  );
}

/** Where one begins: what the page is for, else the first control in its main part. @param {HTMLElement[]} all */
function first(all) {
  const seen = all.filter((one) => {
    const { top, bottom } = one.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  });
  return seen.find((one) => one.matches("[data-start]")) ?? seen.find((one) => one.closest("main, dialog")) ?? seen[0];
}

/** @param {DOMRect} from @param {[number, number]} way @param {HTMLElement[]} all @param {Element} start */
function nearest(from, [x, y], all, start) {
  let best = /** @type {HTMLElement | undefined} */ (undefined);
  let least = Number.POSITIVE_INFINITY;
  for (const one of all) {
    const box = one.getBoundingClientRect();
    const ahead =
      x * (middle(box.left, box.right) - middle(from.left, from.right)) ||
      y * (middle(box.top, box.bottom) - middle(from.top, from.bottom));
    const gap = x
      ? Math.max(0, x > 0 ? box.left - from.right : from.left - box.right)
      : Math.max(0, y > 0 ? box.top - from.bottom : from.top - box.bottom);
    const aside = x
      ? apart(from.top, from.bottom, box.top, box.bottom)
      : apart(from.left, from.right, box.left, box.right);
    if (one === start || ahead <= 1 || (gap === 0 && aside > 0)) continue;
    const cost = gap + ASIDE * aside + ahead / 1000;
    if (cost < least) [best, least] = [one, cost];
  }
  return best;
}

/** @param {number} a @param {number} b */
const middle = (a, b) => (a + b) / 2;

/** How far apart two stretches are; 0 where they overlap. @param {number} a @param {number} b @param {number} c @param {number} d */
const apart = (a, b, c, d) => Math.max(0, c - b, a - d);
