// Numbers in their grid, the grid in its slot, and the slots of a model.

import { present } from "../../../engine/present.js";
import { ribbon } from "../../moving/arrows.js";
import { column, over, picture, row, within } from "../../moving/layout.js";
import { around, cell, chip, label, note } from "../../moving/pieces.js";
import { byteAt, inLines, STRONG } from "./bytes.js";
import { SLOTS } from "./facts.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Box, Room } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */

/**
 * Number i of the first tensor.
 * @param {Facts} m
 * @param {number} i
 * @param {Room} room
 */
const valueAt = (m, i, { wide }) =>
  cell(`v${i}`, "amount", m.first.values[i], { w: wide ? 64 : 56, h: 36, size: 14, most: 3 });

/**
 * Pieces as a grid with its shape below.
 * @param {Piece[]} pieces
 * @param {number} columns
 * @param {string} words
 */
const gridOf = (pieces, columns, words) =>
  column([inLines(pieces, columns, 3).named("grid"), note("shape", words)], { gap: 8 });

/** @param {Facts} m @param {Room} room @param {number} k */
export function drawGrid(m, room, k) {
  const { wide, W } = room;
  const { values, size, shape } = m.first;
  const small = wide ? { w: W > 900 ? 28 : 24, h: 26 } : { w: 21, h: 24 };
  const groups = values.map((_, i) => {
    const bytes = Array.from(
      { length: size },
      (_, j) => byteAt(m, m.start + i * size + j, small).faint(k > 0),
    );
    const four = row(bytes, { gap: 2 });
    if (k) return four;
    return column([four, valueAt(m, i, room).from(`b${m.start + i * size}`).late(80 * i)], {
      gap: 8,
    });
  });
  const line = inLines(groups, wide ? 6 : 3, wide ? 14 : 10);
  if (!k) return picture(room, line);
  const places = values.map((_, i) => valueAt(m, i, room));
  const grid = gridOf(places, shape[1], `shape (${shape.join(", ")})`);
  return picture(room, column([line, grid], { gap: 30 }));
}

/** @param {Facts} m @param {Room} room @param {number} k */
export function drawTranspose(m, room, k) {
  const { wide } = room;
  const [rows, columns] = m.first.shape;
  const shown = (/** @type {number} */ i) =>
    cell(`file${i}`, "amount", m.first.values[i], {
      w: wide ? 64 : 52,
      h: wide ? 36 : 32,
      size: 14,
      most: 3,
    }).from(`v${i}`);
  const file = column([
    label("file.name", m.first.name, { ...STRONG, mono: true }),
    inLines(m.first.values.map((_, i) => shown(i)), columns, 3),
    note("file.shape", `in the file: (${rows}, ${columns}), in × out`),
  ], { gap: 8 });
  const order = k ? m.turned : m.turned.map((_, i) => i);
  const placed = order.map((from, i) => {
    const isWrong = !k && m.misplaced[i];
    return valueAt(m, from, room).with({ look: isWrong ? "wrong" : "" });
  });
  const slot = column([
    label("slot.name", "feed_forward.up", { ...STRONG, mono: true }),
    inLines(placed, rows, 3).named("grid"),
    note("shape", `our slot: (${columns}, ${rows}), out × in`),
  ], { gap: 8 });
  const how = label("how", k ? "transpose" : "reshape", { mono: true, size: 15, strong: true });
  const arrow = column([how, label("arrow", wide ? "→" : "↓", { size: 18 })], { gap: 2 });
  const parts = [file, wide ? arrow : row([how, label("arrow", "↓", { size: 18 })]), slot];
  return picture(room, (wide ? row : column)(parts, { gap: wide ? 48 : 12 }));
}

/**
 * A slot of the model: with a name of the file, or empty.
 * @param {number} i
 * @param {number} w
 */
function slotAt(i, w) {
  const { slot, name } = SLOTS[i];
  return chip(`slot${i}`, slot, { w, h: 38, size: 13, pad: 12, look: name ? "answer" : "empty" });
}

/** @param {Facts} m @param {Room} room */
export function drawSlots(m, room) {
  if (!room.wide) return picture(room, slotsBelowEachOther());
  const filled = SLOTS.flatMap(({ name }, i) => (name ? [i] : []));
  const names = row(
    filled.map((i) => {
      const { name } = SLOTS[i];
      const { shape } = present(m.tensors.find((tensor) => tensor.name === name), name);
      return column([
        chip(`name${i}`, name, { h: 34, size: 13 }),
        note(`name${i}.shape`, `(${shape.join(", ")})`),
      ], { gap: 3 }).named(`file${i}.`);
    }),
    { gap: 60 },
  );
  const block = [1, 2, 3, 4].map((i) => slotAt(i, 74));
  const slots = row([
    slotAt(0, 130),
    row(block, { gap: 8 }).named("block"),
    slotAt(5, 74),
  ], { gap: 34 });
  const whole = column([names, slots, note("empty", "a real file fills each slot")], { gap: 62 });
  return picture(
    room,
    over(whole, (at) => [
      around("frame", [at("block")], { room: 10, role: "face" }),
      { ...blockName(at("block")) },
      ...filled.map((i) =>
        ribbon(`to${i}`, at(`file${i}.`), at(`slot${i}`), { head: true, delay: 200 })
      ),
    ]),
  );
}

/** The name of the block, below its frame. @param {Box} box */
const blockName = ({ x, y, w, h }) => ({
  key: "block.name",
  kind: /** @type {const} */ ("label"),
  role: "muted",
  x,
  y: y + h + 14,
  w,
  h: 16,
  size: 13,
  text: "block 0",
});

const slotsBelowEachOther = () =>
  column(
    SLOTS.map(({ name }, i) =>
      row([
        slotAt(i, 136),
        within(note(`name${i}.is`, name ? `← ${name}` : "← nothing yet", { size: 12 }), {
          w: 150,
          align: "start",
        }),
      ], { gap: 8 })
    ),
    { gap: 12 },
  );
