// The row of tokens: with ids and bytes below them, and frames around windows.

import { column, over, row, within } from "../../moving/layout.js";
import { around, chip, label } from "../../moving/pieces.js";
import { T } from "./facts.js";

/** @import { Box, Room } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */

/** @param {Room} room */
export const sizesIn = ({ W, wide }) =>
  wide
    ? { w: W > 900 ? 50 : 41, h: 32, size: W > 900 ? 13 : 12, gap: W > 900 ? 4 : 3, line: 17 }
    : { w: 46, h: 28, size: 12, gap: 4, line: 6 };

/**
 * A token of the text.
 * @param {Facts} m
 * @param {string} kind
 * @param {number} i its place
 * @param {Room} room
 * @param {string} [look]
 */
export function tokenAt(m, kind, i, room, look = "") {
  const { w, h, size } = sizesIn(room);
  return chip(`${kind}${i}`, m.tokens[i], { w, h, size, pad: 2, look });
}

/**
 * The text in lines, with the ids and bytes of its tokens below them; `marked` are framed, and
 * with `windows` all windows, thinly.
 * @param {Facts} m
 * @param {Room} room
 * @param {{ below?: string[], marked?: number[], windows?: boolean, faint?: boolean }} [how]
 */
export function textRow(m, room, { below = [], marked = [], windows = false, faint = false } = {}) {
  const { w, gap, line } = sizesIn(room);
  const of = (/** @type {number} */ i) =>
    column([
      tokenAt(m, "t", i, room).faint(faint && !marked.includes(i)),
      below.includes("id")
        ? within(label(`id${i}`, String(m.ids[i]), { strong: true, size: room.wide ? 15 : 12 }), {
          w,
        })
          .from(`t${i}`).late(30 * i)
        : null,
      below.includes("bytes")
        ? within(
          label(`bytes${i}`, `${m.ids[i] & 255} ${m.ids[i] >> 8}`, {
            mono: true,
            size: room.wide ? 13 : 12,
            role: "value",
          }),
          { w },
        ).from(`id${i}`).late(30 * i)
        : null,
    ], { gap: 4 });
  const lines = [];
  for (let i = 0; i < m.n; i += line) {
    const places = Array.from({ length: Math.min(line, m.n - i) }, (_, j) => i + j);
    lines.push(row(places.map(of), { gap, align: "start" }));
  }
  const whole = column(lines, { gap: 8, align: "start" });
  return over(whole, (at) => [
    ...framesOf(windows ? m.starts.map((i) => [i, i + T - 1]) : [], line, at, "place"),
    ...framesOf(marked.length ? [[marked[0], marked[marked.length - 1]]] : [], line, at, "window"),
  ]);
}

/**
 * Frames around stretches of the text, one for each of its lines.
 * @param {number[][]} stretches their first and last places
 * @param {number} line tokens of a line
 * @param {(name: string) => Box} at
 * @param {string} key "window" for the one that is read now
 */
const framesOf = (stretches, line, at, key) =>
  stretches.flatMap(([first, last]) => {
    const frames = [];
    for (let i = first; i <= last; i = line * (Math.floor(i / line) + 1)) {
      const end = Math.min(last, line * (Math.floor(i / line) + 1) - 1);
      const looks = key === "window" ? { room: 3 } : { room: 2, role: "face" };
      frames.push(around(`${key}${i}`, [at(`t${i}`), at(`t${end}`)], looks));
    }
    return frames;
  });
