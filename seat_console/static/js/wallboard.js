/** The wallboard's page: puts the link to the server and the board together. */
/** @import { WallBoard } from "#seat_console/wall-board.js" */
import { asFault } from "#signaling/faults.js";
import { describeError } from "#webui/i18n.js";
import { say } from "#seat_console/toast.js";
import { WallLink } from "#seat_console/wall-link.js";
import "#seat_console/wall-board.js";

const board = /** @type {WallBoard} */ (document.querySelector("wall-board"));
const link = new WallLink(() => {
  board.wall = link.wall;
  board.link = link.link;
  board.trouble = link.trouble;
  board.over = link.over;
});

board.addEventListener("wall-pause", async (event) => {
  try {
    await link.send({ type: "pause_seat", seat: /** @type {CustomEvent} */ (event).detail });
    board.open = "";
  } catch (problem) {
    const { code, params } = asFault(problem);
    say(describeError(code, params));
  }
});

link.open();
