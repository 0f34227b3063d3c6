/** In a demonstration whose clock is set, the seat's number of calls today is that of another day. */
import { SET } from "#webui/business-clock.js";

/** Ask the page anew how many the seat served on the day that it is now. @param {{ today: number }} bar */
export function followDay(bar) {
  document.addEventListener(SET, async () => {
    const answer = await fetch(location.href).catch(() => null); // the server is away: the page says so itself
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    bar.today = Number(page.querySelector("seat-bar")?.getAttribute("data-today") ?? bar.today);
  });
}
