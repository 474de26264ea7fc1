// One number: its bytes, its bits, and what they mean.

import { column, picture, row, within } from "../../moving/layout.js";
import { cell, chip, label, note, spin } from "../../moving/pieces.js";
import { byteAt } from "./bytes.js";
import { inHex, printed } from "./facts.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Room } from "../../moving/types.js" */
/** @import { Facts, Parts } from "./facts.js" */

const MENUS = 62; // the height of the menus, which lie over the picture where it is wide
const FIELDS = ["sign", "exponent", "fraction"];
const ROLES = ["position", "key", "value"];

/**
 * What a field of bits stands for.
 * @param {Parts} number
 * @param {number} field
 */
function meaningOf({ sign, exponent, share, isUsual, bias }, field) {
  if (field === 0) return sign ? "1: minus" : "0: plus";
  if (field === 1) return `${exponent}${isUsual ? ` − ${bias} = ${printed(exponent - bias)}` : ""}`;
  return `${Number(share.toPrecision(3))}`;
}

/**
 * The bits of a number, in their three fields, each with what it stands for.
 * @param {Parts} number
 * @param {Room} room
 * @param {boolean} [told] whether that is said
 */
function bitsOf(number, { wide, W }, told = true) {
  const w = wide ? (W > 900 ? 21 : 18) : 12;
  const size = wide ? 14 : 12;
  const pieces = number.fields.map((field, f) => {
    const bits = [...field].map((bit, i) =>
      chip(`bit${f}.${i}`, bit, { w, h: 24, size, pad: 0, role: ROLES[f], level: 0.12, r: 2 })
    );
    const name = label(`field${f}`, FIELDS[f], { size: 12, role: "muted" });
    const said = label(`means${f}`, told ? meaningOf(number, f) : "", { size: 13, strong: true });
    if (wide) return column([name, row(bits, { gap: 1 }), said], { gap: 5 });
    return column([
      row([name, told ? said : null], { gap: 10 }),
      row(bits, { gap: 1 }),
    ], { gap: 4, align: "start" });
  });
  return (wide ? row : column)(pieces, { gap: wide ? 12 : 10, align: "start" });
}

/**
 * Sign, power of two and fraction multiplied: the value.
 * @param {Parts} number
 * @param {Room} room
 */
function productOf(number, { wide }) {
  const { sign, exponent, bias, share, isUsual, written } = number;
  const fraction = Number((1 + share).toPrecision(6));
  const text = isUsual
    ? `${sign ? "−" : ""}2^${printed(exponent - bias)} × ${fraction}  =`
    : exponent
    ? "exponent all ones  ="
    : "exponent zero  =";
  return row([
    label("product", text, { size: wide ? 16 : 13, mono: true }),
    chip("value", written, { size: wide ? 17 : 14, h: 34, pad: 18, look: "answer" }),
  ], { gap: 10 });
}

/**
 * A number of the file: its bytes as they lie there, turned around, as bits, and as a value.
 * @param {Facts} m
 * @param {Room} room
 * @param {Parts & { at: number }} number
 * @param {number} k 0: only as far as its bits
 */
export function drawFloat(m, room, number, k) {
  const { at, bytes, dtype } = number;
  const size = { w: 40, h: 30, size: 14 };
  const there = row(
    bytes.map((_, i) =>
      column([byteAt(m, at + i, size), note(`at${i}`, String(at + i), { size: 12 })], { gap: 3 })
    ),
    { gap: 4 },
  );
  const turned = row(
    bytes.map((_, i) => bytes.length - 1 - i).map((i) =>
      chip(`turned${i}`, inHex(bytes[i]), { ...size, pad: 0, role: "amount", level: 0.16, r: 3 })
        .from(`b${at + i}`).late(100 * i)
    ),
    { gap: 4 },
  );
  const beside = (/** @type {string} */ key, /** @type {string} */ words, /** @type {Piece} */ p) =>
    row([within(note(key, words, { size: room.wide ? 13 : 12 }), { w: 96, align: "end" }), p], {
      gap: 12,
      align: "start",
    });
  const both = [
    beside("how.there", `${dtype} in the file`, there),
    beside("how.turned", "highest first", turned),
  ];
  const gap = room.wide ? 20 : 16;
  return picture(
    room,
    column([
      (room.wide ? row : column)(both, { gap: room.wide ? 40 : 12, align: "start" }),
      bitsOf(number, room, k > 0),
      within(k ? productOf(number, room) : label("product", "", { size: 16 }), { h: 34 }),
    ], { gap }),
  );
}

/**
 * Four bytes that can be changed, the number that they are, and the grid in which it stands.
 * @param {Facts} m
 * @param {Room} room
 */
export function drawTurn(m, room) {
  const { wide } = room;
  const isNew = m.yours.written !== m.float32.written;
  const bytes = row(
    m.four[0].map((byte, i) =>
      cell(`four${i}`, "amount", byte, { w: wide ? 56 : 48, h: 36, size: 15, digits: 0, most: 255 })
        .with({ spin: { ...spin("four", [0, i], `byte ${m.start + i}`), ...BYTE } })
    ),
    { gap: 4 },
  );
  const [rows, columns] = m.first.shape;
  const grid = column(
    Array.from({ length: rows }, (_, r) =>
      row(
        Array.from({ length: columns }, (_, c) => {
          const i = r * columns + c;
          const text = i ? undefined : m.yours.written;
          const looks = { w: wide ? 72 : 66, h: 34, size: 13, most: 3 };
          const shown = cell(`v${i}`, "amount", m.first.values[i], looks);
          return i ? shown : shown.with({ text, value: undefined, look: isNew ? "wrong" : "" });
        }),
        { gap: 3 },
      )),
    { gap: 3 },
  );
  const named = (/** @type {string} */ key, /** @type {string} */ words, /** @type {Piece} */ p) =>
    column([note(key, words), p], { gap: 5 });
  const top = (wide ? row : column)([
    named("name.bytes", `bytes ${m.start} to ${m.start + 3}`, bytes),
    named("name.grid", m.first.name, grid),
  ], { gap: wide ? 60 : 12 });
  const free = { W: room.W, H: room.H - (wide ? MENUS : 0) };
  return picture(
    free,
    column([top, bitsOf(m.yours, room), productOf(m.yours, room)], { gap: wide ? 14 : 12 }),
  );
}

const BYTE = { min: 0, max: 255, step: 1 };
