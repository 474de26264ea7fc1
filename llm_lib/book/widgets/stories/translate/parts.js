// What encoder and decoder are built of, and how large it is.

import { column, row, space, within } from "../../moving/layout.js";
import { around, cell, label, note } from "../../moving/pieces.js";
import { LONGEST } from "./facts.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Box, Room } from "../../moving/types.js" */

/** The hue of each half, and of what both have; the memory is blue, as keys are. */
export const HUES = { encoder: "head1", decoder: "head0", forward: "head3" };

/** Around what stands in a half; on a phone, the memory's arrow runs in it. */
export const SIDE_PAD = 22;
const LEAST = 24; // the width of the shortest token

/** @param {Room} room */
export function sizesIn({ W, wide }) {
  const fixed = wide ? DESK : PHONE;
  const side = wide ? Math.floor((W - APART - 4 * WIDE_PAD) / 2) : W - 2 * SIDE_PAD;
  const free = side - 2 * fixed.edge - fixed.names;
  const cell = Math.max(7, Math.min(fixed.most, Math.floor(free / LONGEST) - 1));
  return { side, cell, ...fixed, size: W < ROOMY ? 12 : 14 };
}
const WIDE_PAD = 10;
/** Between the halves where they stand side by side. */
export const APART = 64;
const ROOMY = 860; // from here on, all tokens are as wide as the longest
const PHONE = {
  chip: 26,
  gap: 2,
  bar: 16,
  pad: 7,
  type: 12,
  name: 13,
  panel: 56,
  least: 5,
  edge: 10,
  names: 158, // the width of a part's name, and of what it does
  most: 11,
};
const DESK = {
  chip: 32,
  gap: 4,
  bar: 0,
  pad: WIDE_PAD,
  type: 14,
  name: 15,
  panel: 96,
  least: 9,
  edge: 16,
  names: 180,
  most: 18,
};

/**
 * The encoder has fewer parts than the decoder: each of them is taller.
 * @param {Room} room
 */
export const tallIn = (room) =>
  room.wide
    ? { panel: 98, forward: 28, numbers: 26, row: 10 }
    : { panel: 62, forward: 24, numbers: 18, row: 6 };

/**
 * The height of a map's rows: tall while there are few of them.
 * @param {number} rows
 * @param {Room} room
 */
export function heightOf(rows, room) {
  const { panel: h, least } = sizesIn(room);
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
  const needed = words.map((word) => Math.ceil(0.61 * size * word.length) + 1);
  const w = Math.min(56, Math.floor((side + gap) / Math.max(8, words.length)) - gap);
  if (room.wide && w >= Math.max(...needed)) return words.map(() => w);
  return needed.map((width) => Math.max(LEAST, width));
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
        const piece = cell(`${key}${t}.${s}`, isSeen ? "amount" : "mask", weights[s] ?? 0, size);
        const level = isSeen ? 0.05 + 0.85 * Math.min(1, weights[s] / 0.7) : 0;
        return piece.with({ text: "", value: undefined, look: "", r: 2, level });
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
 * @param {number} [h] its height
 */
export function panel(key, name, does, map, room, waits = false, h = sizesIn(room).panel) {
  const { side, cell: a, edge, type: size, name: large } = sizesIn(room);
  const inside = (a + 1) * LONGEST;
  const anchor = /** @type {const} */ ("start"); // all lines begin at one edge
  const words = column([
    label(`${key}.name`, name, { strong: true, size: large, anchor }),
    note(`${key}.does`, does, { size, anchor }),
    note(`${key}.norm`, "then add & norm", { size, anchor }),
  ], { gap: room.wide ? 3 : 0, align: "start" }).faint(waits);
  const line = row([
    within(words, { w: side - inside - 2 * edge, align: "start" }),
    within(map ?? space(0), { w: inside, h: h - 4, align: "start" }),
  ], { gap: 0 });
  return within(line, { w: side, h }).named(key);
}

/** @param {string} key @param {Room} room @param {boolean} waits */
export function forward(key, room, waits) {
  const { side, edge, type: size, name: large } = sizesIn(room);
  const anchor = /** @type {const} */ ("start");
  const line = row([
    label(key, "feed-forward", { strong: true, size: large, anchor }),
    note(`${key}.norm`, "then add & norm", { size, anchor }),
  ], { gap: 10 }).faint(waits);
  const inner = within(line, { w: side - 2 * edge, h: tallIn(room).forward, align: "start" });
  return within(inner, { w: side }).named(`${key}.box`);
}

/**
 * Half of the machine, on its ground.
 * @param {string} key
 * @param {Piece} piece
 * @param {Room} room
 */
export function half(key, piece, room) {
  const { side, pad } = sizesIn(room);
  const w = side + 2 * (room.wide ? pad : SIDE_PAD);
  return within(piece, { w, h: piece.h + 2 * pad }).named(key);
}

/**
 * A box filled with a hue.
 * @param {string} key
 * @param {Box} box
 * @param {keyof typeof HUES} hue
 * @param {{ level: number, r: number, z: number }} looks
 */
export const tinted = (key, box, hue, looks) =>
  around(`${key}.frame`, [box], { room: 0, role: HUES[hue], ...looks });
