/** The pictures on our buttons: lines drawn on a grid of 24, in the colour of the text. */
import { html, svg } from "#vendor/lit.js";

/** @type {Record<string, string>} */
const PATHS = {
  microphone: "M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM5.500 11a6.500 6.500 0 0 0 13 0M12 17.500V21",
  microphoneOff:
    "M9 9v2a3 3 0 0 0 4.600 2.500M15 10.500V6a3 3 0 0 0-5.700-1.300M5.500 11a6.500 6.500 0 0 0 9.800 5.600M18 13.500a6.500 6.500 0 0 0 .500-2.500M12 17.500V21M4 3l17 18",
  camera:
    "M3 7.500A1.500 1.500 0 0 1 4.500 6h9A1.500 1.500 0 0 1 15 7.500v9a1.500 1.500 0 0 1-1.500 1.500h-9A1.500 1.500 0 0 1 3 16.500zM15 10.500l6-3.500v10l-6-3.500",
  cameraOff:
    "M9 6h4.500A1.500 1.500 0 0 1 15 7.500V12m0 4.500a1.500 1.500 0 0 1-1.500 1.500h-9A1.500 1.500 0 0 1 3 16.500v-9A1.500 1.500 0 0 1 4.500 6M15 10.500l6-3.500v10l-2-1.200M4 3l17 18",
  paper: "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
  still: "M4 8h3l1.500-2.500h7L17 8h3v11H4zM12 16.500a3.200 3.200 0 1 0 0-6.400 3.200 3.200 0 0 0 0 6.400z",
  end: "M3.500 14.500c5-4.700 12-4.700 17 0l-2 2.700-3.700-1.500v-2.400a11 11 0 0 0-5.600 0v2.400L5.500 17.200z",
  upload: "M12 16V5m0 0L7.500 9.500M12 5l4.500 4.500M4 17v3h16v-3",
  check: "m5 12.500 4.500 4.500L19 7.500",
  turn: "M6 9h9a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2v-8a2 2 0 0 1 2-2zM12 4h4a5 5 0 0 1 5 5v2M14.500 1.500L12 4l2.500 2.500",
  again: "M19 12a7 7 0 1 1-2-5l2 2M19 4v5h-5",
  cross: "M6 6l12 12M18 6 6 18",
  send: "M4 12 20 4l-5 16-3.500-6.500z",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.500 2",
  bell: "M6 16v-5a6 6 0 0 1 12 0v5l1.500 2h-15zM10 20.500a2.200 2.200 0 0 0 4 0M12 5V3",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5M12 7.800v.200",
  warning: "M12 4 2.500 20h19zM12 10v5M12 17.500v.200",
  back: "M15 5l-7 7 7 7",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
};

/** @param {string} name */
export function icon(name) {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${svg`<path d=${PATHS[name] ?? ""}></path>`}</svg>`;
}

/** The agent's or citizen's mood, from very glad (5) to very cross (1). @param {number} level */
export function face(level) {
  const mouth =
    [
      "",
      "M8 17c2-2.500 6-2.500 8 0",
      "M8 16.500c2-1.200 6-1.200 8 0",
      "M8 16h8",
      "M8 15c2 1.600 6 1.600 8 0",
      "M7.500 14c1 4 8 4 9 0",
    ][level] ?? "";
  return html`<svg class="icon icon--face" viewBox="0 0 24 24" aria-hidden="true">
    ${svg`<circle cx="12" cy="12" r="9.500"></circle><path d="M9 9.500v.200M15 9.500v.200"></path><path d=${mouth}></path>`}
  </svg>`;
}
