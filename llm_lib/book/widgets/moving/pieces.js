// What the pictures of the stories are made of: words, tokens, numbers, vectors, matrices, bars.
// The shapes are those of the book's drawings: queries are round, keys square, values have soft
// corners.

import { column, Piece, row } from "./layout.js";
import { digitsOf, digitsThatFit, widthOf, written } from "./ruler.js";

/** @import { Box, Element, Sketch, Spin } from "./types.js" */
/** @typedef {Partial<Element>} Looks */

const ROUND = /** @type {Record<string, number>} */ ({ query: 99, key: 1, value: 7 });
const LINE = 1.25; // lines of text, in their size
/** What a cell's fill is measured by: its role's usual largest number. */
const LARGEST = /** @type {Record<string, number>} */ ({ query: 5, product: 5, score: 10 });

/**
 * Words, or in several lines.
 * @param {string} key
 * @param {string} text
 * @param {Looks & { strong?: boolean, mono?: boolean }} [looks]
 */
export function label(key, text, { strong = false, mono = false, size = 14, ...looks } = {}) {
  const lines = text.split("\n");
  const w = Math.ceil(Math.max(...lines.map((line) => widthOf(line, size, { mono, strong }))));
  const h = lines.length * size * LINE;
  const look = `${strong ? "strong" : ""} ${mono ? "mono" : ""}`;
  return new Piece(w, h, (x, y) => [
    { key, kind: "label", role: "none", look, x, y, w, h, size, text, ...looks },
  ]);
}

/**
 * Words that are less important.
 * @param {string} key
 * @param {string} text
 * @param {Looks} [looks]
 */
export const note = (key, text, looks) => label(key, text, { size: 13, role: "muted", ...looks });

/**
 * A number, written as words are.
 * @param {string} key
 * @param {number} value
 * @param {Looks & { strong?: boolean }} [looks]
 */
export function figure(key, value, { digits = digitsOf(value), ...looks } = {}) {
  return label(key, written(value, digits), { strong: true, ...looks }).with({
    text: undefined,
    value,
    digits,
  });
}

/**
 * A token: its text in a box. look: "asks" for the one that is followed.
 * @param {string} key
 * @param {string} text
 * @param {Looks & { pad?: number }} [looks] w: at least so wide; pad: left and right of the text
 */
export function chip(key, text, { w = 0, h, size = 14, pad = 14, ...looks } = {}) {
  const lines = text.split("\n");
  const longest = Math.max(...lines.map((line) => widthOf(line, size, { mono: true })));
  const width = Math.max(w, Math.ceil(longest) + pad);
  const height = h ?? Math.max(32, lines.length * size * LINE + 8);
  return new Piece(width, height, (x, y) => [
    { key, role: "token", x, y, w: width, h: height, r: 6, text, size, z: 6, ...looks },
  ]);
}

/** @typedef {{ w?: number, h?: number, gap?: number, split?: number, down?: boolean }} Cells */

/**
 * One number in a box, filled as strongly as it is large.
 * @param {string} key
 * @param {string} role
 * @param {number} value
 * @param {Looks & { most?: number }} [looks] most: the number that is filled most strongly
 */
export function cell(key, role, value, { w = 36, h = 28, most, digits, size, ...looks } = {}) {
  const type = size ?? Math.max(12, Math.min(15, w * 0.36 + 2));
  const amount = Math.min(1, Math.abs(value) / (most ?? LARGEST[role] ?? 1));
  return new Piece(w, h, (x, y) => [{
    key,
    role,
    x,
    y,
    w,
    h,
    value,
    digits: digitsThatFit(value, digits ?? digitsOf(value), type, w),
    r: ROUND[role] ?? 4,
    size: type,
    level: value === 0 ? 0 : 0.08 + 0.32 * amount,
    look: value < 0 ? "minus" : "",
    ...looks,
  }]);
}

/**
 * The pieces of a vector side by side or, with down, one below the other; split leaves more room
 * after the third.
 * @param {Piece[]} pieces
 * @param {Cells} cells
 */
function inLine(pieces, { gap = 3, split = 0, down = false }) {
  const lay = down ? column : row;
  if (!split || pieces.length < 4) return lay(pieces, { gap });
  return lay([lay(pieces.slice(0, 3), { gap }), lay(pieces.slice(3), { gap })], {
    gap: gap + split,
  });
}

/**
 * A vector: its numbers have the keys "name.0", "name.1" and so on.
 * @param {string} key
 * @param {string} role
 * @param {number[]} values
 * @param {Cells & { looks?: Looks & { most?: number } }} [cells]
 */
export const vector = (key, role, values, { looks = {}, ...cells } = {}) =>
  inLine(
    values.map((value, i) =>
      cell(`${key}.${i}`, role, value, { w: cells.w, h: cells.h, ...looks })
    ),
    cells,
  ).named(key);

/**
 * Small names over the cells of a vector or, with down, beside them.
 * @param {string} key
 * @param {string[]} names
 * @param {Cells & { looks?: Looks }} [cells] those of the vector
 */
export function heads(key, names, { w = 36, h = 28, looks = {}, ...cells } = {}) {
  const all = names.map((name, i) => {
    const text = label(`${key}.${i}`, name, { role: "muted", size: 12, ...looks });
    const length = cells.down ? text.w : w;
    const height = cells.down ? h : text.h;
    return new Piece(length, height, (x, y, boxes) =>
      text.put(
        cells.down ? x : x + (w - text.w) / 2,
        y + (height - text.h) / 2,
        boxes,
      ));
  });
  if (!cells.down) return inLine(all, cells);
  return inLineRight(all, cells);
}

/**
 * Names that end at one line, before what they name.
 * @param {Piece[]} pieces
 * @param {Cells} cells
 */
const inLineRight = (pieces, { gap = 3 }) => column(pieces, { gap, align: "end" });

/**
 * A matrix: number j of row i has the key "name.i.j".
 * @param {string} key
 * @param {string} role
 * @param {number[][]} rows
 * @param {Cells & { looks?: Looks & { most?: number } }} [cells]
 */
export const matrix = (key, role, rows, cells = {}) =>
  column(rows.map((values, i) => vector(`${key}.${i}`, role, values, cells)), {
    gap: cells.gap ?? 3,
  }).named(key);

/**
 * A share as a bar that rises from the foot of its room.
 * @param {string} key
 * @param {number} share from 0 to 1
 * @param {{ w: number, h: number, role?: string }} room
 */
export function rising(key, share, { w, h, role = "weight" }) {
  const tall = share > 0 ? Math.max(1.5, share * h) : 0;
  return new Piece(w, h, (x, y) => [{
    key,
    role,
    x,
    y: y + h - tall,
    w,
    h: tall,
    r: 3,
    level: 1,
    from: { y: y + h, h: 0 },
  }]);
}

/**
 * A full bar, such as one part of a bar that is cut into parts.
 * @param {string} key
 * @param {{ w: number, h: number }} size
 * @param {Looks} [looks]
 */
export const solid = (key, { w, h }, looks = {}) =>
  new Piece(w, h, (x, y) => [{ key, role: "weight", x, y, w, h, r: 2, level: 1, ...looks }]);

/**
 * A share as a bar in a track.
 * @param {string} key
 * @param {number} share from 0 to 1
 * @param {{ w: number, h?: number }} room
 */
export const lying = (key, share, { w, h = 8 }) =>
  new Piece(w, h, (x, y) => [
    { key: `${key}.track`, role: "track", x, y, w, h, r: 2 },
    { key, role: "weight", x, y, w: Math.max(1.5, share * w), h, r: 2, level: 1, z: 1 },
  ]);

/**
 * A thin line across, such as the one above a sum.
 * @param {string} key
 * @param {number} w
 */
export const rule = (key, w) =>
  new Piece(w, 1.25, (x, y) => [{ key, role: "line", x, y, w, h: 1.25, r: 0 }]);

/**
 * A frame around boxes, for `over`.
 * @param {string} key
 * @param {Box[]} boxes
 * @param {Looks & { room?: number }} [looks] room: between them and the frame
 * @returns {Sketch}
 */
export function around(key, boxes, { room = 5, ...looks } = {}) {
  const x = Math.min(...boxes.map((box) => box.x)) - room;
  const y = Math.min(...boxes.map((box) => box.y)) - room;
  const w = Math.max(...boxes.map((box) => box.x + box.w)) + room - x;
  const h = Math.max(...boxes.map((box) => box.y + box.h)) + room - y;
  return { key, role: "frame", x, y, w, h, r: 8, z: 5, ...looks };
}

/**
 * A round plane in which vectors are arrows from the middle; draw(to) returns what is in it, and
 * to(vector) says where one lies.
 * @param {string} key
 * @param {number} size in pixels
 * @param {number} reach the length of a vector that ends at the edge
 * @param {(to: (v: number[]) => { x: number, y: number, turn: number, reach: number }) => Sketch[]}
 *   draw
 */
export const disc = (key, size, reach, draw) =>
  new Piece(size, size, (x, y) => {
    const middle = { x: x + size / 2, y: y + size / 2 };
    const unit = size / 2 / reach;
    const line = { role: "line", r: 0, z: -3 };
    return [
      { key, role: "face", x, y, w: size, h: size, r: size, z: -4 },
      { key: `${key}.x`, ...line, x, y: middle.y, w: size, h: 1 },
      { key: `${key}.y`, ...line, x: middle.x, y, w: 1, h: size },
      ...draw(([a, b]) => ({ ...middle, turn: Math.atan2(b, a), reach: unit * Math.hypot(a, b) })),
    ];
  });

/**
 * A number that a reader may change, at [i, j] of a setting.
 * @param {string} setting
 * @param {number[]} path
 * @param {string} name what it is, in words
 * @returns {Spin}
 */
export const spin = (setting, path, name) => ({
  label: name,
  setting,
  path,
  min: -9,
  max: 9,
  step: 0.1,
});
