/** Keeps the floor in step with the server; a gap in the numbers is healed by a fresh connection's snapshot. */
/** @import { SeatView, ServerFrame, WallboardView } from "#signaling/messages.d.ts" */
/** @import { Trouble } from "#signaling/diagnosis.js" */
/** @import { Command, WithoutId } from "#signaling/outbox.js" */
import { Channel } from "#signaling/channel.js";
import { seatName } from "#seat_console/names.js";
import { setServerTime } from "#seat_console/server-clock.js";
import { apply } from "#seat_console/wall.js";

/**
 * Call seats as this page's language does: the floor's frames are the same for everybody.
 * @template {{ seats: ReadonlyArray<SeatView> }} T
 * @param {T} floor
 * @returns {T}
 */
const named = (floor) => ({ ...floor, seats: floor.seats.map((seat) => ({ ...seat, name: seatName(seat) })) });

export class WallLink {
  #changed;
  #channel = this.#connect();
  /** @type {WallboardView | null} */
  wall = null;
  /** @type {"connecting" | "open" | "lost" | "over"} */
  link = "connecting";
  over = "";
  /** @type {Trouble} */
  trouble = "";

  /** @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed;
  }

  open() {
    this.#channel.open();
  }

  /** @param {WithoutId<Command>} command */
  send(command) {
    return this.#channel.send(command);
  }

  #connect() {
    const channel = new Channel(() => ({ role: "wallboard" }));
    channel.on("any", (frame) => this.#take(frame));
    channel.on("status", (status) => {
      if (status === "over") return;
      // One try after the other is one loss: the word that it is lost stays until it is not.
      if (status !== "connecting") this.link = status === "waiting" ? "lost" : status;
      this.#changed();
    });
    channel.on("trouble", (trouble) => {
      this.trouble = trouble;
      this.#changed();
    });
    channel.on("over", (code) => {
      [this.link, this.over] = ["over", code];
      this.#changed();
    });
    return channel;
  }

  /** @param {ServerFrame} frame */
  #take(frame) {
    if (frame.type === "welcome") setServerTime(frame.server_ms);
    else if (frame.type === "wallboard") this.wall = named(frame.wallboard);
    else if (frame.type === "wallboard_delta" && this.wall) {
      const next = apply(this.wall, named(frame));
      if (!next) {
        this.#again();
        return;
      }
      this.wall = next;
    } else return;
    this.#changed();
  }

  #again() {
    this.#channel.close();
    this.#channel = this.#connect();
    this.#channel.open();
  }
}
