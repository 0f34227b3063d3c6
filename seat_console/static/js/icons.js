/** Line icons of 24 by 24; they take the colour of the text beside them and say nothing of their own. */
import { html, svg } from "#vendor/lit.js";

/** @type {Readonly<Record<string, ReturnType<typeof svg>>>} */
const SHAPES = {
  idle: svg`<circle cx="12" cy="12" r="9"/><path d="m8 12 3 3 5-6"/>`,
  reserved: svg`<path d="M18 15V10a6 6 0 0 0-12 0v5l-2 3h16zM10 21h4"/>`,
  serving: svg`<rect x="3" y="6" width="12" height="12" rx="2"/><path d="m15 11 6-4v10l-6-4"/>`,
  wrap_up: svg`<path d="M4 20h4L20 8l-4-4L4 16zM14 6l4 4"/>`,
  paused: svg`<circle cx="12" cy="12" r="9"/><path d="M10 8v8M14 8v8"/>`,
  missed: svg`<path d="M12 3 2 20h20zM12 10v4M12 17v.5"/>`,
  offline: svg`<circle cx="12" cy="12" r="9"/><path d="m6 6 12 12"/>`,
  accept: svg`<path d="M5 4h4l2 5-3 2a12 12 0 0 0 5 5l2-3 5 2v4c0 1-1 2-2 2A16 16 0 0 1 3 6c0-1 1-2 2-2"/>`,
  decline: svg`<path d="m6 6 12 12M18 6 6 18"/>`,
  microphone: svg`<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5 11a7 7 0 0 0 14 0M12 18v3"/>`,
  microphone_off: svg`<path d="M9 9V6a3 3 0 0 1 6 0v5M5 11a7 7 0 0 0 11 6M19 11v1M12 18v3M4 4l16 16"/>`,
  camera: svg`<rect x="3" y="6" width="12" height="12" rx="2"/><path d="m15 11 6-4v10l-6-4"/>`,
  camera_off: svg`<path d="M8 6h5a2 2 0 0 1 2 2v3l6-4v10l-4-3M15 15v1a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V8M4 4l16 16"/>`,
  document: svg`<path d="M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6"/>`,
  still: svg`<path d="M4 8h4l2-3h4l2 3h4v11H4z"/><circle cx="12" cy="13" r="3.5"/>`,
  screen: svg`<rect x="3" y="4" width="18" height="12" rx="2"/><path d="M8 20h8M12 16v4"/>`,
  fullscreen: svg`<path d="M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5"/>`,
  zoom_in: svg`<circle cx="11" cy="11" r="7"/><path d="m16 16 5 5M8 11h6M11 8v6"/>`,
  zoom_out: svg`<circle cx="11" cy="11" r="7"/><path d="m16 16 5 5M8 11h6"/>`,
  rotate: svg`<path d="M20 12a8 8 0 1 1-3-6l3 2M20 3v5h-5"/>`,
  swap: svg`<path d="M4 8h13l-3-3M20 16H7l3 3"/>`,
  good: svg`<path d="m5 13 4 4L19 7"/>`,
  blurred: svg`<path d="M20 12a8 8 0 1 1-3-6l3 2M20 3v5h-5"/>`,
  wrong: svg`<path d="m6 6 12 12M18 6 6 18"/>`,
  arrived: svg`<path d="M12 4v11m-4-4 4 4 4-4M5 20h14"/>`,
  missing: svg`<circle cx="12" cy="12" r="8" stroke-dasharray="3 3"/>`,
  covered: svg`<path d="M6 12h12"/>`,
  send: svg`<path d="M4 12 20 4l-5 16-4-7z"/>`,
  person: svg`<circle cx="12" cy="8" r="4"/><path d="M4 21a8 8 0 0 1 16 0"/>`,
  clock: svg`<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3 3"/>`,
  previous: svg`<path d="m15 5-7 7 7 7"/>`,
  next: svg`<path d="m9 5 7 7-7 7"/>`,
  close: svg`<path d="m6 6 12 12M18 6 6 18"/>`,
};

/**
 * @param {string} name
 */
export function icon(name) {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${SHAPES[name] ?? ""}</svg>`;
}
