// The file as bytes: all of them, what the header says, and where its offsets lead.

import { column, over, picture, row, table, within } from "../../moving/layout.js";
import { around, cell, chip, label, note } from "../../moving/pieces.js";
import { inHex, LENGTH } from "./facts.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Looks } from "../../moving/pieces.js" */
/** @import { Box, Room } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */

export const STRONG = { size: 13, strong: true };

/**
 * A byte of the file. Its colour says to which part it belongs, once that is known; before, it is
 * grey.
 * @param {Facts} m
 * @param {number} i its place in the file
 * @param {{ w: number, h: number, size?: number }} size
 * @param {{ text?: string, isKnown?: boolean }} [more] text: in hexadecimal digits, if nothing else
 */
export function byteAt(m, i, { w, h, size = 12 }, { text, isKnown = true } = {}) {
  const part = i < LENGTH ? "position" : i < m.start ? "token" : "amount";
  const colour = isKnown ? { role: part, level: 0.16 } : { role: "none", level: 0.12 };
  return chip(`b${i}`, text ?? inHex(m.bytes[i]), { w, h, size, pad: 0, r: 3, ...colour });
}

/**
 * Pieces in lines of so many.
 * @param {Piece[]} pieces
 * @param {number} line
 * @param {number} gap
 */
export const inLines = (pieces, line, gap) =>
  column(
    Array.from({ length: Math.ceil(pieces.length / line) }, (_, k) =>
      row(pieces.slice(k * line, (k + 1) * line), { gap })),
    { gap, align: "start" },
  );

/** A character as it is shown in a small box. @param {string} c */
const visible = (c) => (c === " " ? "␣" : c);

/**
 * All bytes of the file, coloured as far as they have been read. part: what is spoken of; the
 * header's bytes are shown as characters then.
 * @param {Facts} m
 * @param {Room} room
 * @param {string} part "length", "header", or "" for all
 */
export function drawBytes(m, room, part) {
  const { W, wide } = room;
  const line = wide ? 32 : 16;
  const w = Math.min(W > 900 ? 26 : wide ? 22 : 20, (W - 1.5 * (line - 1)) / line);
  const size = { w, h: wide ? 25 : 21 };
  const [from, to] = part === "length" ? [0, LENGTH] : part ? [LENGTH, m.start] : [0, m.n];
  const all = m.bytes.map((_, i) => {
    const isRead = part === "header" && i >= from && i < to;
    const text = isRead ? visible(m.header[i - LENGTH]) : undefined;
    const isKnown = part !== "" && i < to;
    return byteAt(m, i, size, { text, isKnown }).faint(i < from || i >= to);
  });
  const below = part === "length"
    ? label("sum", `${m.bytes[0]} × 1 + ${m.bytes[1]} × 256 + … = ${m.length}`, STRONG)
    : note("parts", `${part ? `${LENGTH} + ${m.length} + ${m.n - m.start} = ` : ""}${m.n} bytes`);
  const whole = column([inLines(all, line, 1.5), below], { gap: 14 });
  if (part !== "length") return picture(room, whole);
  return picture(
    room,
    over(whole, (at) => [around("frame", [at("b0"), at(`b${LENGTH - 1}`)], { room: 3 })]),
  );
}

/**
 * The header as a table: a line for each tensor, and how its bytes add up.
 * @param {Facts} m
 * @param {Room} room
 */
export function drawTable(m, room) {
  const { wide } = room;
  const looks = { mono: true, size: wide ? 14 : 12 };
  const said = m.tensors.map(({ name, dtype, shape, begin, end, size, count }, i) => ({
    name: label(`t${i}.name`, name, { ...looks, strong: true }),
    dtype: label(`t${i}.dtype`, dtype, looks),
    shape: label(`t${i}.shape`, `[${shape.join(", ")}]`, looks),
    offsets: label(`t${i}.offsets`, `[${begin}, ${end}]`, looks),
    sum: note(`t${i}.sum`, `${count} × ${size} = ${end - begin} bytes`, { size: wide ? 13 : 12 }),
  }));
  if (wide) {
    const heads = ["name", "dtype", "shape", "data_offsets", "numbers × bytes of each"]
      .map((head, i) => label(`head${i}`, head, STRONG));
    const rows = said.map((t) => [t.name, t.dtype, t.shape, t.offsets, t.sum]);
    const align = rows[0].map(() => /** @type {const} */ ("start"));
    return picture(room, table([heads, ...rows], { gap: 34, gapY: 22, align }));
  }
  const blocks = said.map((t) =>
    column([t.name, row([t.dtype, t.shape, t.offsets], { gap: 18 }), t.sum], {
      gap: 5,
      align: "start",
    })
  );
  return picture(room, column(blocks, { gap: 26, align: "start" }));
}

/**
 * The three parts of the file in a row, and where each begins.
 * @param {Facts} m
 * @param {Room} room
 */
function partsOf(m, { wide }) {
  const parts = [
    { name: "length", role: "position", from: 0, w: wide ? 90 : 62 },
    { name: "header", role: "token", from: LENGTH, w: wide ? 330 : 120 },
    { name: "numbers", role: "amount", from: m.start, w: wide ? 180 : 110 },
  ];
  return row(
    parts.map(({ name, role, from, w }) =>
      column([
        chip(`part.${name}`, name, { w, h: 34, size: wide ? 14 : 12, pad: 0, role, level: 0.16 }),
        note(`from.${name}`, wide ? `from byte ${from}` : String(from)),
      ], { gap: 4, align: "start" })
    ),
    { gap: 3 },
  );
}

/** @param {Facts} m @param {Room} room @param {number} k */
export function drawOffsets(m, room, k) {
  const { wide } = room;
  const { begin, end } = m.first;
  const from = m.start + begin;
  const size = wide ? { w: 32, h: 28 } : { w: 26, h: 26 };
  const numbers = m.bytes.slice(m.start).map((_, i) =>
    byteAt(m, m.start + i, size).faint(k > 0 || i < begin || i >= end)
  );
  const place = label("place", `${LENGTH} + ${m.length} + ${begin} = ${from}`, STRONG);
  const wrong = row([
    ...[0, 1, 2, 3].map((i) => byteAt(m, i, size)),
    label("read", "→", { size: 16 }),
    cell("astray", "product", m.astray.value, { w: 84, h: 30, size: 14 }).with({
      text: m.astray.written,
      value: undefined,
      look: "wrong",
    }),
  ], { gap: 4 });
  const whole = column([
    partsOf(m, room),
    inLines(numbers, wide ? 20 : 10, 3),
    within(k ? wrong : place, { h: 34 }),
  ], { gap: wide ? 22 : 20 });
  const line = wide ? 20 : 10;
  const frames = (/** @type {(name: string) => Box} */ at) =>
    Array.from({ length: Math.ceil((end - begin) / line) }, (_, r) => {
      const last = Math.min(end, (r + 1) * line) - 1;
      return around(`frame${r}`, [at(`b${from + r * line}`), at(`b${m.start + last}`)], {
        room: 1.5,
        r: 4,
      });
    });
  return picture(room, k ? whole : over(whole, frames));
}
