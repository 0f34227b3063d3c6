/** Keeps the desk's state in step with the channel and says when it changed. */
/** @import { Channel } from "#signaling/channel.js" */
/** @import { Desk } from "#seat_console/desk.js" */
import { apply, EMPTY } from "#seat_console/desk.js";
import { now, setServerTime } from "#seat_console/server-clock.js";

export class DeskLink {
  #changed;
  /** @type {Desk} */
  desk = EMPTY;

  /**
   * @param {Channel} channel
   * @param {(desk: Desk, before: Desk) => void} changed
   */
  constructor(channel, changed) {
    this.#changed = changed;
    channel.on("any", (frame) => {
      if (frame.type === "welcome") setServerTime(frame.server_ms);
      this.#set(apply(this.desk, frame, now()));
      // The next session counts its events anew; a resume must not skip its first ones.
      if (!this.desk.call) channel.lastSeq = 0;
    });
    channel.on("status", (status) => {
      if (status === "waiting") this.#set({ ...this.desk, link: "lost" });
    });
    channel.on("trouble", (trouble) => this.#set({ ...this.desk, trouble }));
    channel.on("over", (code) => this.#set({ ...this.desk, link: "over", over: code }));
  }

  /** @param {Desk} desk */
  #set(desk) {
    const before = this.desk;
    if (desk === before) return;
    this.desk = desk;
    this.#changed(desk, before);
  }
}
