/** Durations and times of day as a clerk reads them at a glance. */
import { zone } from "#webui/zone.js";

/**
 * Write a duration as `m:ss`, or `h:mm:ss` from an hour on; never negative.
 * @param {number} ms
 */
export function duration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/**
 * The same where there is little room and much that ticks: whole minutes from the first on, then hours.
 * @param {number} ms
 */
export function shortDuration(ms) {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return duration(ms);
  return minutes < 100 ? `${minutes}′` : `${Math.floor(minutes / 60)}h`;
}

/**
 * Seconds that are left, rounded up, so that a countdown ends with 1 and not with 0.
 * @param {number} untilMs
 * @param {number} nowMs
 */
export function secondsLeft(untilMs, nowMs) {
  return Math.max(0, Math.ceil((untilMs - nowMs) / 1000));
}

/**
 * The realm's time of day as `09:05`.
 * @param {number} ms
 */
export function timeOfDay(ms) {
  return new Date(ms).toLocaleTimeString("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" });
}

/**
 * A number of bytes as a person says it.
 * @param {number} bytes
 */
export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} kB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
