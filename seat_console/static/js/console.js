/** The seat console's page: puts channel, desk, media, ring and keys together. */
/** @import { Desk } from "#seat_console/desk.js" */
/** @import { DeviceMenu } from "#seat_console/device-menu.js" */
/** @import { SeatBar } from "#seat_console/seat-bar.js" */
/** @import { SeatDesk } from "#seat_console/seat-desk.js" */
import { Channel } from "#signaling/channel.js";
import { loudspeaker } from "#signaling/loudspeaker.js";
import { title } from "#seat_console/about-lines.js";
import { CallMedia } from "#seat_console/call-media.js";
import { face } from "#seat_console/desk.js";
import { DeskActs } from "#seat_console/desk-acts.js";
import { listen } from "#seat_console/desk-keys.js";
import { DeskLink } from "#seat_console/desk-link.js";
import { guardLeaving } from "#seat_console/leaving.js";
import { followDay } from "#seat_console/new-day.js";
import { Ring } from "#seat_console/ring.js";
import { say } from "#seat_console/toast.js";
import "#seat_console/device-menu.js";
import "#seat_console/seat-bar.js";
import "#seat_console/seat-desk.js";

const bar = /** @type {SeatBar} */ (document.querySelector("seat-bar"));
const page = /** @type {SeatDesk} */ (document.querySelector("seat-desk"));
const menu = /** @type {DeviceMenu} */ (document.querySelector("device-menu"));
const channel = new Channel(() => ({ role: "seat", take_over: location.hash === "#take-over" }));
const ring = new Ring();
const media = new CallMedia(channel, () => {
  page.media = media.state;
  menu.requestUpdate();
});
menu.media = media;
const link = new DeskLink(channel, changed);
const acts = new DeskActs(document, channel, link, say);

bar.today = Number(bar.dataset.today);
followDay(bar);
page.isSilent = !navigator.userActivation?.hasBeenActive;

/**
 * @param {Desk} desk
 * @param {Desk} before
 */
function changed(desk, before) {
  bar.desk = desk;
  page.desk = desk;
  document.body.dataset.face = face(desk);
  if (face(desk) !== face(before)) void arrive(face(desk));
  const fresh = desk.alerts.find(({ ticket }) => !before.alerts.some((each) => each.ticket === ticket));
  if (fresh && face(desk) !== "call") ring.alert(`${fresh.about.number} ${title(fresh.about)}`);
  if (desk.ringing?.reservation !== before.ringing?.reservation) ringing(desk);
  // Taken once, knowingly: a page that comes back later asks again.
  if (desk.link === "open" && location.hash) history.replaceState(null, "", location.pathname + location.search);
  if (desk.link === "over") media.end();
  else if (desk.call && !desk.call.ended) void media.begin(desk.call.session);
  else if (before.call && !before.call.ended) ended(desk);
}

/** @param {Desk} desk */
function ringing(desk) {
  if (!desk.ringing) {
    ring.stop();
    if (!desk.call) media.end();
    return;
  }
  ring.start(`${desk.ringing.about.number} ${title(desk.ringing.about)}`);
  void media.prepare();
}

/** @param {Desk} desk */
function ended(desk) {
  media.end();
  page.open = "";
  if (desk.call?.ended) bar.today += 1;
}

/** The focus goes to the head of a new face, so that keyboards and screen readers begin there. @param {string} on */
async function arrive(on) {
  await page.updateComplete;
  if (on !== "ringing" && on !== "starting") focus("seat-desk [data-head]");
}

/** @param {string} selector */
function focus(selector) {
  /** @type {HTMLElement | null} */ (document.querySelector(selector))?.focus();
}

/** @param {() => void} act a key that means something only in a call */
const inCall = (act) => (/** @type {KeyboardEvent} */ event) => {
  if (face(link.desk) !== "call") return;
  event.preventDefault();
  act();
};
/** @param {() => void} act one that means something in wrap-up, too */
const atWork = (act) => (/** @type {KeyboardEvent} */ event) => {
  if (!["call", "wrap_up"].includes(face(link.desk))) return;
  event.preventDefault();
  act();
};
/** @param {"good" | "blurred" | "wrong"} verdict */
const judge = (verdict) => atWork(() => document.querySelector("document-viewer")?.judge(verdict));

listen({
  Enter: () => acts.accept(),
  r: () => ["paused", "missed", "wrap_up"].includes(face(link.desk)) && acts.ready(),
  t: () => /** @type {HTMLButtonElement | null} */ (document.querySelector("[data-extend]"))?.click(),
  b: () => face(link.desk) === "idle" && bar.tell("desk-pause", "break"),
  m: inCall(() => media.toggle("microphone")),
  v: inCall(() => media.toggle("camera")),
  d: inCall(() => document.querySelector("call-stage")?.next()),
  f: inCall(() => void document.querySelector("call-stage")?.fullscreen()),
  s: inCall(() => page.tell("call-still", "")),
  c: inCall(() => focus("#chat-text")),
  n: atWork(() => focus("#notes-text")),
  o: atWork(() => focus("#close-outcome")),
  1: judge("good"),
  2: judge("blurred"),
  3: judge("wrong"),
  y: atWork(() => document.querySelector("priority-claim")?.answer(true)),
  x: atWork(() => document.querySelector("priority-claim")?.answer(false)),
  ArrowLeft: atWork(() => page.step(-1)),
  ArrowRight: atWork(() => page.step(1)),
  Escape: () => {
    page.open = "";
    /** @type {HTMLElement | null} */ (document.activeElement)?.blur();
  },
});
document.addEventListener("stage-toggle", (event) => {
  const slot = /** @type {CustomEvent} */ (event).detail;
  if (slot === "screen") void media.toggleScreen();
  else media.toggle(slot);
});
document.addEventListener("devices-open", (event) => {
  const isOpen = /** @type {CustomEvent} */ (event).detail;
  if (isOpen) void media.prepare();
  else if (!link.desk.ringing && face(link.desk) !== "call") media.end(); // nothing of this PC is on without a call
});
document.addEventListener("devices-sound", () => ring.sound());
for (const gesture of ["pointerdown", "keydown"])
  window.addEventListener(
    gesture,
    () => {
      ring.unlock();
      page.isSilent = false;
      if ("Notification" in window && Notification.permission === "default") void Notification.requestPermission();
    },
    { once: true },
  );

guardLeaving(() => link.desk.link !== "over" && face(link.desk) === "call");
channel.open();
void loudspeaker.look(); // the first call already rings there
