// The text as tokens, those that were written, and an empty place.

import { column, flow, space } from "../../moving/layout.js";
import { chip, label } from "../../moving/pieces.js";
import { hueOf } from "./facts.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Room } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */
/** @typedef {{ size: number, pad: number, h: number }} Type of a token */

/** @param {Room} room @returns {Type} */
export const typeOf = ({ wide, W }) =>
  W >= 860 && wide ? { size: 15, pad: 14, h: 34 } : { size: 13, pad: wide ? 9 : 8, h: 28 };

/** @param {Piece[]} pieces @param {Room} room @param {number} W */
export const wrapped = (pieces, { wide }, W) =>
  flow(pieces, W, { gap: 3, gapY: wide ? 5 : 4, align: "start" });

/**
 * @param {Facts} m
 * @param {Room} room
 * @param {string[]} written each in its own colour
 * @param {{ latest?: boolean, ids?: boolean, W?: number, type?: Type }} [looks] latest: the last of
 *   those has just come; W: how long a line may be
 */
export function textRow(m, room, written, looks = {}) {
  const { latest = false, ids = false, W = room.W - 4, type = typeOf(room) } = looks;
  const start = m.words.length;
  const words = [...m.words, ...written];
  const reads = words.length - (latest ? 2 : 1);
  const all = words.map((word, i) => {
    const isLatest = latest && i === words.length - 1;
    const own = i < start ? {} : { role: hueOf(m, word, true), level: 1, look: "inverse" };
    const asks = i === reads && i < start && !ids ? { look: "asks" } : {};
    const box = chip(`t${i}`, word, { ...type, ...own, ...asks })
      .from(i < start ? `w${i}` : "hit")
      .named(isLatest ? "end" : "");
    const id = label(`id${i}`, String(m.ids[i]), { size: 12, role: "muted" });
    return ids ? column([box, id], { gap: 1 }) : box;
  });
  const empty = chip("next", "?", { ...type, look: "empty" }).named("end");
  const last = ids ? column([empty, space(1, 15)], { gap: 1 }) : empty;
  return wrapped(latest ? all : [...all, last], room, W).named("text");
}
