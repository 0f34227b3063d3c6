/** All that the seat console shows, as one value: what the server said, applied in order; pure. */
/** @import { AlertView, ReservationView, SeatView, ServerFrame } from "#signaling/messages.d.ts" */
/** @import { Trouble } from "#signaling/diagnosis.js" */
/** @import { Call } from "#seat_console/call.js" */
import { apply as applyEvent, begin } from "#seat_console/call.js";
import { isSessionEvent } from "#signaling/session.js";

/**
 * @typedef {object} Desk
 * @property {"connecting" | "open" | "lost" | "over"} link how the page stands with the server
 * @property {Trouble} trouble why there is no connection, as far as it is known
 * @property {string} over why it is over: `superseded`, `signed_out` or another code; empty while it goes on
 * @property {Readonly<Record<string, unknown>> | null} taken who works at the seat already, when another account does
 * @property {string} you the name of who is signed in
 * @property {SeatView | null} seat
 * @property {(ReservationView & { endsMs: number }) | null} ringing `endsMs` is in server time
 * @property {string} rangOut how the last reservation ended without this page: `expired`, `rescinded`, or empty
 * @property {ReadonlyArray<AlertView & { sinceMs: number }>} alerts `sinceMs` is in server time
 * @property {Call | null} call
 */

/** @type {Desk} */
export const EMPTY = {
  link: "connecting",
  trouble: "",
  over: "",
  you: "",
  taken: null,
  seat: null,
  ringing: null,
  rangOut: "",
  alerts: [],
  call: null,
};

/**
 * Apply one frame of the server; frames that are not for the desk change nothing.
 * @param {Desk} desk
 * @param {ServerFrame} frame
 * @param {number} nowMs server time
 * @returns {Desk}
 */
export function apply(desk, frame, nowMs) {
  switch (frame.type) {
    case "welcome":
      return { ...desk, link: "open", over: "", you: frame.you };
    case "error":
      return frame.code === "seat_taken" && !frame.id ? { ...desk, taken: frame.params } : desk;
    case "seat":
      return seated(desk, frame.seat);
    case "ringing": {
      const endsMs = nowMs + frame.reservation.left_s * 1000;
      return { ...desk, ringing: { ...frame.reservation, endsMs }, rangOut: "" };
    }
    case "ringing_over":
      return rangOut(desk, frame);
    case "alerts":
      return { ...desk, alerts: frame.alerts.map((each) => ({ ...each, sinceMs: nowMs - each.waited_s * 1000 })) };
    case "session":
      return { ...desk, ringing: null, rangOut: "", call: begin(frame.session) };
    default:
      return desk.call && isSessionEvent(frame) ? { ...desk, call: applyEvent(desk.call, frame) } : desk;
  }
}

/**
 * A seat that is free again has no reservation and no finished call left on its screen.
 * @param {Desk} desk
 * @param {SeatView} seat
 * @returns {Desk}
 */
function seated(desk, seat) {
  const ringing = seat.state === "reserved" ? desk.ringing : null;
  const isDone = seat.state !== "serving" && seat.state !== "wrap_up";
  const rangOut = seat.state === "idle" || seat.state === "serving" ? "" : desk.rangOut;
  return { ...desk, seat, ringing, rangOut, call: isDone ? null : desk.call };
}

/**
 * @param {Desk} desk
 * @param {{ reservation: string, state: string }} frame
 * @returns {Desk}
 */
function rangOut(desk, frame) {
  if (desk.ringing?.reservation !== frame.reservation) return desk;
  const isNews = frame.state === "expired" || frame.state === "rescinded";
  return { ...desk, ringing: null, rangOut: isNews ? frame.state : "" };
}

/**
 * Which of the console's faces is on.
 * @param {Desk} desk
 * @returns {"starting" | "ringing" | "call" | "wrap_up" | "missed" | "paused" | "idle"}
 */
export function face(desk) {
  if (desk.ringing) return "ringing";
  if (desk.call && desk.call.state !== "closed" && desk.seat?.state !== "wrap_up") return "call";
  if (!desk.seat) return "starting";
  if (desk.seat.state === "wrap_up") return "wrap_up";
  if (desk.seat.state === "paused") return desk.seat.reason === "missed" ? "missed" : "paused";
  if (desk.seat.state === "serving") return "starting"; // the session's snapshot is on its way
  return "idle";
}
