/** Says on each page of a demonstration that its time is set, and lets the page follow when it is set again. */
import { adopt, offsetMs, SET } from "#webui/business-clock.js";
import { gettext } from "#webui/i18n.js";
import { zone } from "#webui/zone.js";

const AGAIN_MS = 1000;

/** @type {Intl.DateTimeFormatOptions} */
const MINUTES = { timeZone: zone, dateStyle: "short", timeStyle: "short" };

/** @param {number} ms */
const shown = (ms) => new Intl.DateTimeFormat("sv-SE", MINUTES).format(new Date(ms));

/** How far this machine's clock is behind the server's, in milliseconds. */
let behindMs = 0;

/** @param {HTMLElement} line */
function tell(line) {
  const time = shown(Date.now() + behindMs + offsetMs());
  const words = gettext("Demonstration time {time}", { time });
  line.hidden = offsetMs() === 0;
  if (line.textContent !== words) line.textContent = words;
}

/** Ask what the clock shows: it may have been set at another page, or on another node. */
async function look() {
  const answer = await fetch("/api/sandbox/clock");
  if (!answer.ok) return;
  /** @type {{ now: string, offset_ms: number }} */
  const { now, offset_ms } = await answer.json();
  behindMs = Date.parse(now) - offset_ms - Date.now();
  adopt(offset_ms);
}

/** @param {HTMLElement} line */
export function follow(line) {
  document.addEventListener(SET, () => tell(line));
  setInterval(async () => {
    if (document.hidden) return;
    await look().catch(() => {}); // the server is away: the clock goes on as it was set
    tell(line);
  }, AGAIN_MS);
  tell(line);
}

const line = globalThis.document?.getElementById("business-time");
if (line) follow(line);
