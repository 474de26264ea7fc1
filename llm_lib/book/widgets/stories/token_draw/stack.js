// The bars of what is left, laid end to end, and the random number that falls on one of them.

import { column, over, Piece, row, space } from "../../moving/layout.js";
import { cell, note, solid, spin } from "../../moving/pieces.js";
import { widthOf } from "../../moving/ruler.js";
import { SHOWN } from "./facts.js";

/** @import { Room } from "../../moving/types.js" */
/** @import { Cut, Facts } from "./facts.js" */
/** @typedef {Cut & { luck: number, pick: number }} Drawn */

/**
 * Whose colour a bar has: what a filter keeps is green.
 * @param {Cut} c
 */
export const roleOf = (c) => c.filter === "none" ? "weight" : "value";

/**
 * What is left, laid end to end, and where the random number falls.
 * @param {Facts} m
 * @param {Room} room
 * @param {Drawn} c
 * @param {{ h: number, edit?: boolean }} looks
 */
export function stack(m, room, c, { h, edit = false }) {
  const L = room.W - (room.wide ? 60 : 16);
  const size = room.wide ? 13 : 12;
  const part = (/** @type {string} */ key, /** @type {number} */ p, /** @type {string} */ word) => {
    const w = Math.max(0.5, p * L - 1.5);
    const fits = widthOf(word, size, { mono: true }) + 6 < w;
    const looks = { role: roleOf(c), text: fits ? word : "", size, look: "inverse" };
    return solid(key, { w, h }, looks);
  };
  const kept = m.words.slice(0, SHOWN).map((_, i) => i).filter((i) => c.stays[i]);
  const name = edit ? "s" : "b"; // beside the rows, which have the same bars
  const parts = kept.map((i) => part(`${name}${i}`, c.after[i], m.words[i]));
  if (c.others) parts.push(part(`${name}rest`, c.rest.after, "others"));
  const bar = row(parts, { gap: 1.5 }).named("stack");
  const u = cell("u", "score", c.luck, {
    w: 52,
    h: 28,
    digits: 2,
    size: 14,
    level: 0,
    look: edit ? "slides" : "",
  });
  const luck = edit ? u : u.late(500);
  const left = Math.min(L - 52, Math.max(0, c.luck * L - 26));
  const top = row([space(left, 0), luck, space(L - left - 52, 0)], { gap: 0 });
  const ends = row([
    note("zero", "0", { size: 12 }),
    space(L - 20, 0),
    note("one", "1", { size: 12 }),
  ], {
    gap: 0,
  });
  const gap = edit ? 5 : 12;
  const whole = over(column([top, bar, ends], { gap, align: "start" }), (at) => {
    const box = at("u");
    const x = at("stack").x + c.luck * L;
    return [{
      key: "mark",
      role: "frame",
      x: x - 0.5,
      y: box.y + box.h,
      w: 1,
      h: gap + h + 4,
      r: 0,
      z: 7,
      delay: edit ? 0 : 700,
    }];
  });
  return edit ? sliding(whole, L) : whole;
}

/**
 * The random number is dragged along the line, by itself or by any part of it.
 * @param {Piece} piece
 * @param {number} L the length of the line, which begins where the piece does
 */
const sliding = (piece, L) =>
  new Piece(piece.w, piece.h, (x, y, boxes) => {
    const along = { x, w: L };
    const own = { ...spin("luck", [0, 0], "random number"), min: 0, max: 0.99, step: 0.01, along };
    return piece.put(x, y, boxes)
      .map((e) => e.key === "u" ? { ...e, spin: own } : { ...e, grip: "u" });
  });
