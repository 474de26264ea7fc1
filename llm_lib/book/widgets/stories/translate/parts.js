// What encoder and decoder are built of, and how large it is.

import { column, row, space, within } from "../../moving/layout.js";
import { cell, label, note } from "../../moving/pieces.js";
import { LONGEST } from "./facts.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Room } from "../../moving/types.js" */

/** @param {Room} room */
export const sizesIn = ({ W, wide }) =>
  wide
    ? { side: Math.floor((W - 64) / 2), cell: 9, panel: 92, chip: 30, size: 13, gap: 4, bar: 62 }
    : { side: W, cell: 5, panel: 52, chip: 26, size: 12, gap: 2, bar: 24 };

/**
 * The encoder has fewer parts than the decoder: on a wide stage each of them is taller.
 * @param {Room} room
 */
export const tallIn = (room) =>
  room.wide ? { panel: 130, cell: 13, forward: 26, numbers: 30 } : {
    panel: sizesIn(room).panel,
    cell: sizesIn(room).cell,
    forward: 22,
    numbers: 18,
  };

/**
 * The height of a map's rows: tall while there are few of them.
 * @param {number} rows
 * @param {Room} room
 */
export function heightOf(rows, room) {
  const { panel: h, cell: least } = sizesIn(room);
  return Math.max(least, Math.min(2 * least, Math.floor((h - 6) / rows) - 1));
}

/**
 * The widths of tokens side by side: all the same or, where that is too tight, each as wide as its
 * word.
 * @param {string[]} words
 * @param {Room} room
 */
export function breadths(words, room) {
  const { side, gap, size } = sizesIn(room);
  const needed = words.map((word) => Math.ceil(0.61 * size * word.length) + 2);
  const w = Math.min(56, Math.floor((side + gap) / Math.max(8, words.length)) - gap);
  if (room.wide && w >= Math.max(...needed)) return words.map(() => w);
  return needed.map((width) => Math.max(15, width));
}

/**
 * Weights as a small map; a hidden one is hatched.
 * @param {string} key
 * @param {number[][]} rows
 * @param {number} columns
 * @param {number} w
 * @param {number} h
 */
export function smallMap(key, rows, columns, w, h = w) {
  const size = { w, h };
  const lines = rows.map((weights, t) =>
    row(
      Array.from({ length: columns }, (_, s) => {
        const isSeen = s < weights.length;
        const piece = cell(`${key}${t}.${s}`, isSeen ? "amount" : "mask", weights[s] ?? 0, {
          ...size,
          most: 0.45,
        });
        return piece.with({ text: "", value: undefined, look: "", r: 1.5 });
      }),
      { gap: 1 },
    )
  );
  return column(lines, { gap: 1 }).named(key);
}

/**
 * A part of encoder or decoder: its name, what it does, and where it looks.
 * @param {string} key
 * @param {string} name
 * @param {string} does
 * @param {Piece | null} map
 * @param {Room} room
 * @param {boolean} [waits]
 * @param {{ side?: number, panel?: number, cell?: number }} [sizes] its width, height, and squares
 */
export function panel(key, name, does, map, room, waits = false, sizes = {}) {
  const { side, panel: h, cell: a } = { ...sizesIn(room), ...sizes };
  const inside = (a + 1) * LONGEST;
  const words = column([
    label(`${key}.name`, name, { strong: true, size: room.wide ? 15 : 13 }),
    note(`${key}.does`, does, { size: 12 }),
    note(`${key}.norm`, "then add & norm", { size: 12 }),
  ], { gap: room.wide ? 2 : 0, align: "start" }).faint(waits);
  const line = row([
    within(words, { w: side - inside - 30, align: "start" }),
    within(map ?? space(0), { w: inside, h: h - 4 }),
  ], { gap: 6 });
  return within(line, { w: side, h }).named(key);
}

/** @param {string} key @param {Room} room @param {boolean} waits @param {number} [h] */
export const forward = (key, room, waits, h = 22) =>
  within(
    row([
      label(key, "feed-forward", { strong: true, size: 13 }),
      note(`${key}.norm`, "then add & norm", { size: 12 }),
    ], { gap: 8 }).faint(waits),
    {
      w: sizesIn(room).side,
      h,
    },
  ).named(`${key}.box`);
