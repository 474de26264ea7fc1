// An id as the bytes of a file: two are kept, and a third is lost.

import { column, picture, row } from "../../moving/layout.js";
import { chip, label, note } from "../../moving/pieces.js";

/** @import { Room } from "../../moving/types.js" */
/** @import { Facts, storedAs } from "./facts.js" */
/** @typedef {ReturnType<typeof storedAs>} Stored */

const UNITS = ["× 1", "× 256", "× 65,536"];

/** 70000 -> "70,000". @param {number} n */
export const grouped = (n) => n.toLocaleString("en");

/** @param {Facts} m @param {Room} room */
export function drawLarge(m, room) {
  const { id, bytes, back } = m.large;
  const size = room.wide ? 17 : 14;
  const number = (/** @type {string} */ key, /** @type {number} */ n, look = "") =>
    chip(key, grouped(n), { size, h: 44, pad: room.wide ? 30 : 14, look });
  const arrow = (/** @type {string} */ key) => label(key, room.wide ? "→" : "↓", { size: 20 });
  const cells = bytes.map((byte, i) =>
    column([
      chip(`byte${i}`, String(byte), {
        size,
        w: room.wide ? 84 : 70,
        h: 44,
        look: i > 1 ? "wrong" : "",
      })
        .from("large").late(200 + 250 * i),
      note(`unit${i}`, UNITS[i]),
      note(`kept${i}`, i > 1 ? "lost" : "kept"),
    ], { gap: 6 })
  );
  const pieces = [
    column([number("large", id), note("large.name", "id")], { gap: 6 }),
    arrow("to.bytes"),
    row(cells, { gap: 8 }),
    arrow("to.back"),
    column([number("back", back, "wrong").late(900), note("back.name", "read back")], { gap: 6 }),
  ];
  return picture(room, (room.wide ? row : column)(pieces, { gap: room.wide ? 28 : 14 }));
}

/**
 * The same in one line, small.
 * @param {Stored} stored
 * @param {Room} room
 */
export function storedLine({ id, bytes, back }, room) {
  const isLost = bytes.length > 2;
  const small = { size: 13, h: 28, pad: room.wide ? 16 : 8 };
  return row([
    chip("large", grouped(id), small),
    label("to.bytes", "→", { size: 15 }),
    ...bytes.map((byte, i) =>
      chip(`byte${i}`, String(byte), { ...small, w: 40, look: i > 1 ? "wrong" : "" })
    ),
    label("to.back", "→", { size: 15 }),
    chip("back", grouped(back), { ...small, look: isLost ? "wrong" : "answer" }),
  ], { gap: room.wide ? 10 : 6 });
}
