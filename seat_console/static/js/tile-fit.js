/** How large a tile may be so that all seats stand in the room there is; pure. */

/** @typedef {"roomy" | "snug" | "dense"} Size */
/** What a tile needs, in ems of its text: a name and a time beside each other, one line or three. */
const NEEDS = {
  roomy: { wide: 9.5, high: 4.9 },
  snug: { wide: 8.6, high: 1.75 },
  dense: { wide: 6.3, high: 1.6 },
};
/** Tiles are not blown up beyond this, in ems of the page: three seats on a wall are no posters. */
const TEXT_MAX_REM = 1.9;

/**
 * Choose columns, and the height and the text of a tile in pixels. Where the text would be smaller than `least`, the
 * tiles keep that size and their list scrolls.
 *
 * @param {number} count seats
 * @param {{ width: number, height: number }} room in pixels
 * @param {Size} size
 * @param {{ rem: number, least: number }} text pixels
 */
export function fit(count, room, size, { rem, least }) {
  const { wide, high } = NEEDS[size];
  let best = { columns: 1, high: 0, text: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const text = Math.min(room.width / columns / wide, room.height / rows / high, TEXT_MAX_REM * rem);
    if (text > best.text) best = { columns, high: Math.min(room.height / rows, text * high * 1.35), text };
  }
  if (best.text >= least) return best;
  return { columns: Math.max(1, Math.floor(room.width / (wide * least))), high: high * least, text: least };
}
