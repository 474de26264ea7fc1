// The sentence, and the empty places of its translation.

import { column, flow, picture, row, space } from "../../moving/layout.js";
import { chip, note } from "../../moving/pieces.js";
import { breadths } from "./parts.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Room } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */

/**
 * The puzzle alone: the sentence, and an empty place for each token of its translation.
 * @param {Facts} m
 * @param {Room} room
 */
export function drawPuzzle(m, room) {
  const widths = breadths(m.source, room);
  const more = room.wide ? 26 : 0;
  const look = { h: room.wide ? 38 : 26, size: room.wide ? 16 : 12, pad: 2 };
  const line = (/** @type {Piece[]} */ pieces) =>
    room.wide ? row(pieces, { gap: 8 }) : flow(pieces, room.W, { gap: 2 });
  const words = m.source.map((word, s) => chip(`s${s}`, word, { ...look, w: widths[s] + more }));
  const empty = m.right.slice(0, -1).map((_, t) =>
    chip(`empty${t}`, "?", { ...look, w: room.wide ? 66 : 30, look: "empty" }).late(60 * t)
  );
  return picture(
    room,
    column([
      note("english", "English"),
      line(words),
      space(0, 16),
      note("lumi", "Lumi"),
      line(empty),
    ], { gap: 6 }),
    { alignY: "start" },
  );
}
