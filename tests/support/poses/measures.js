/** What a laid-out page is measured by: pictures uncovered, controls in reach, words whole, text large enough. */
const LABELS =
  "button, .button, [role=tab], .languages__choice, h1, h2, h3, .tag, legend, .choice__face, .rating__face, dt, th, summary, .stub__number, .receipt__number";

const isSeen = (/** @type {Element} */ one) =>
  one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
  !one.closest(".visually-hidden, .skip, noscript, details:not([open]) > :not(summary)");

/** @param {Element} one */
const name = (one) => `${one.tagName.toLowerCase()}.${one.className || one.id} "${one.textContent.trim().slice(0, 24)}"`;

/** The share of each of these pictures that something else lies over. @param {string} selector */
export function covered(selector) {
  const found = {};
  if (document.querySelector("[aria-modal=true]")) return found; // it asks for the person, and is over all
  for (const video of document.querySelectorAll(selector)) {
    if (!isSeen(video)) continue;
    const box = video.getBoundingClientRect();
    let [all, hidden] = [0, 0];
    for (let column = 0.5; column < 16; column++) {
      for (let row = 0.5; row < 12; row++) {
        const at = document.elementFromPoint(box.left + (box.width * column) / 16, box.top + (box.height * row) / 12);
        if (!at) continue; // scrolled out of the window: not covered
        all += 1;
        if (at !== video && !at.contains(video)) hidden += 1;
      }
    }
    found[video.className || video.dataset.view] = { share: all ? hidden / all : 0, width: box.width, height: box.height };
  }
  return found;
}

/** What sticks out of the page sideways, or makes the page taller than its window where nothing should. @param {boolean} isWhole */
export function outgrown(isWhole) {
  const { scrollWidth, scrollHeight } = document.documentElement;
  const found = [];
  if (scrollWidth > innerWidth) {
    const wide = [...document.querySelectorAll("body *")].filter((one) => isSeen(one) && one.getBoundingClientRect().right > innerWidth + 1);
    found.push(`wider by ${scrollWidth - innerWidth}: ${wide.slice(-2).map(name).join(", ")}`);
  }
  if (isWhole && scrollHeight > innerHeight + 1) found.push(`taller by ${scrollHeight - innerHeight}`);
  return found;
}

/** The controls of a selector that are not wholly in the window, or partly something else's. @param {string} selector */
export function unreachable(selector) {
  return [...document.querySelectorAll(selector)].filter(isSeen).filter((one) => {
    const { left, right, top, bottom } = one.getBoundingClientRect();
    if (left < -1 || top < -1 || right > innerWidth + 1 || bottom > innerHeight + 1) return true;
    // Its middle and both its ends: a label half under another button is none.
    return [left + 4, (left + right) / 2, right - 4].some((x) => {
      const at = document.elementFromPoint(x, (top + bottom) / 2);
      return !(one.contains(at) || at?.contains(one));
    });
  }).map(name);
}

/** The controls of a selector whose middle lies above this share of the window's height. @param {string} selector @param {number} share */
export function above(selector, share) {
  return [...document.querySelectorAll(selector)].filter(isSeen).filter((one) => {
    const { top, bottom } = one.getBoundingClientRect();
    return (top + bottom) / 2 < share * innerHeight;
  }).map(name);
}

/** How far down the lowest thing that can be seen lies, as a share of the window. */
export function filled() {
  const all = [...document.querySelectorAll("main *, header *")].filter((one) => isSeen(one) && !one.children.length);
  return Math.max(...all.map((one) => one.getBoundingClientRect().bottom)) / innerHeight;
}

/** The elements with text of their own that is smaller than so many pixels. @param {number} px */
export function small(px) {
  return texts(document.body).filter(({ of }) => Number.parseFloat(getComputedStyle(of).fontSize) < px - 0.05)
    .map(({ of }) => `${name(of)} ${getComputedStyle(of).fontSize}`);
}

/** @param {Element} root @returns {{ of: Element, node: Text }[]} */
function texts(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const of = walker.currentNode.parentElement;
    if (walker.currentNode.data.trim() && of && isSeen(of) && !of.closest("script, style, option")) found.push({ of, node: walker.currentNode });
  }
  return found;
}

/** Words of labels that a line end cuts in two, and lines at the end of a label that hold one character. */
export function broken() {
  const words = new Intl.Segmenter(document.documentElement.lang, { granularity: "word" });
  const found = [];
  for (const label of document.querySelectorAll(LABELS)) {
    if (!isSeen(label)) continue;
    for (const { node } of texts(label)) {
      for (const { segment, index, isWordLike } of words.segment(node.data)) {
        if (!isWordLike || segment.length < 2) continue;
        const lines = linesOf(node, index, index + segment.length);
        if (lines.length > 1) found.push(`${segment} in ${name(label)}`);
      }
      const text = node.data.trimEnd();
      const lines = linesOf(node, 0, text.length);
      const last = lines.at(-1);
      if (lines.length > 1 && last && last.characters === 1) found.push(`alone: ${text.at(-1)} in ${name(label)}`);
    }
  }
  return [...new Set(found)];
}

/** The lines that the characters of a text stand on. @param {Text} node @param {number} from @param {number} to */
function linesOf(node, from, to) {
  const range = document.createRange();
  /** @type {{ top: number, characters: number }[]} */
  const lines = [];
  for (let at = from; at < to; at++) {
    if (!node.data[at].trim()) continue;
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    const { top, height } = range.getBoundingClientRect();
    const last = lines.at(-1);
    if (last && Math.abs(last.top - top) < height / 2) last.characters += 1;
    else lines.push({ top, characters: 1 });
  }
  return lines;
}
