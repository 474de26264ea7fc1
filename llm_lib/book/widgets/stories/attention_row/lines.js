// What several scenes share: a line with a piece for each token, and the values that wait.

import { column, row, within } from "../../moving/layout.js";
import { chip, label, vector } from "../../moving/pieces.js";
import { FOUR } from "./facts.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Room } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */

const NAME = 96; // the width of a line's name, where there is room for one

/**
 * By how much what is so wide has to shrink in the room.
 * @param {Room} room
 * @param {number} full
 */
export const shrinking = ({ W }, full) => Math.min(1, W / full);

/**
 * The width of a token's column.
 * @param {Room} room
 */
export const pitch = ({ W, wide }) => (wide ? (W - NAME) / 4 : W / 4);

/**
 * A line across the picture with a piece for each token, and its name before it; where there is no
 * room for that, over it, or nowhere.
 * @param {Room} room
 * @param {string} name
 * @param {(s: number) => Piece} piece
 * @param {{ key?: string, role?: string, above?: boolean }} [options]
 */
export function line(room, name, piece, { key = name, role = "none", above = false } = {}) {
  const all = row(FOUR.map((s) => within(piece(s), { w: pitch(room) })), { gap: 0 });
  const words = () => label(`line.${key}`, name, { size: 13, strong: true, role });
  if (room.wide) {
    const first = within(name ? words() : label(`line.${key}`, ""), { w: NAME, align: "start" });
    return row([first, all], { gap: 0 });
  }
  return above && name ? column([words(), all], { gap: 6, align: "start" }) : all;
}

/**
 * A piece in the middle of the tokens' columns with its name before it; without room, below.
 * @param {Room} room
 * @param {Piece} name
 * @param {Piece} piece
 */
export const lineNamed = (room, name, piece) =>
  room.wide
    ? row([within(name, { w: NAME, align: "start" }), within(piece, { w: 4 * pitch(room) })], {
      gap: 0,
    })
    : column([piece, name], { gap: 6 });

/**
 * The text of a token, in two lines where its column is narrow.
 * @param {Room} room
 * @param {string} name
 */
const nameIn = (room, name) => (pitch(room) > 110 ? name : name.replace(" ", "\n"));

/**
 * The chips of the tokens in a line; the one that asks is marked.
 * @param {Facts} m
 * @param {Room} room
 * @param {(s: number) => boolean} [waits] whether it is not about this token now
 */
export const chips = (m, room, waits = () => false) =>
  line(room, "", (s) => token(m, s, room).faint(waits(s)), { key: "tokens" });

/**
 * @param {Facts} m
 * @param {number} s
 * @param {Room} room
 */
export const token = (m, s, room) =>
  chip(`t${s}`, nameIn(room, m.names[s]), {
    w: Math.min(122, pitch(room) - 8),
    h: room.wide ? 34 : 42,
    size: room.wide ? 14 : 13,
    look: s === m.row ? "asks" : "",
  });

/**
 * The values, which wait at the foot of the picture until they are needed.
 * @param {Facts} m
 * @param {Room} room
 */
export const waiting = (m, room) =>
  line(
    room,
    "value",
    (s) =>
      vector(`v${s}`, "value", m.v[s], { w: room.wide ? 34 : 21, h: room.wide ? 30 : 24, gap: 2 })
        .from(`t${s}`),
    { role: "value", above: true },
  ).faint();

/**
 * A picture with a foot.
 * @param {Room} room
 * @param {Piece} top
 * @param {Piece} foot
 */
export const withFoot = ({ W, H }, top, foot) =>
  column([within(top, { w: W, h: H - foot.h, alignY: "start" }), foot], { gap: 0 });
