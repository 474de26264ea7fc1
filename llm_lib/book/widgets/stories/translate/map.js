// All weights of a translation: a row for each token that was written, a column for each that was
// read.

import { column, over, picture, space, table, within } from "../../moving/layout.js";
import { around, cell, chip, label, note } from "../../moving/pieces.js";
import { percent } from "../../shared/words.js";
import { SEEN } from "./facts.js";

/** @import { Room } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */

const MENUS = 62; // the height of the menus, which lie over the picture where it is wide

/**
 * @param {Facts} m
 * @param {Room} room
 * @param {boolean} [isTurn]
 */
function grid(m, room, isTurn = false) {
  const beside = room.wide ? 190 : 46;
  const w = Math.min(64, Math.floor((room.W - beside) / m.source.length) - (room.wide ? 4 : 2));
  const sizes = { w, h: room.wide ? 28 : 26, size: 12, most: 1, digits: 2 };
  const chips = { h: room.wide ? 28 : 26, size: room.wide ? 13 : 12, pad: 2 };
  const rows = m.words.map((word, t) => {
    const look = t === m.pin ? "asks" : isTurn && m.wrong[t] ? "wrong" : "";
    return [
      room.wide ? note(`g${t}`, m.gloss[word] ?? "", { size: 13 }) : null,
      chip(`y${t}`, word, { ...chips, w: room.wide ? 52 : 42, look }),
      ...m.across[t].map((weight, s) => {
        const piece = cell(`c${t}.${s}`, "amount", weight, sizes);
        return weight < SEEN ? piece.with({ text: "", value: undefined }) : piece;
      }),
      room.wide && isTurn ? label(`q${t}`, percent(m.p[t]), { size: 13 }) : null,
    ];
  });
  // on a phone, a word is wider than its column: every second one stands a line lower
  const name = (/** @type {string} */ word, /** @type {number} */ s) =>
    within(label(`h${s}`, word, { mono: true, size: 12 }), {
      w,
      h: 34,
      alignY: s % 2 ? "end" : "start",
    });
  const head = [
    null,
    null,
    ...m.source.map((word, s) => room.wide ? chip(`s${s}`, word, { ...chips, w }) : name(word, s)),
    room.wide && isTurn ? note("q", "probability", { size: 12 }) : null,
  ];
  const columns = [
    room.wide ? 52 : 0,
    room.wide ? 52 : 42,
    ...m.source.map(() => w),
    room.wide ? 52 : 0,
  ];
  return table([head, ...rows], {
    columns,
    gap: room.wide ? 4 : 2,
    gapY: room.wide ? 4 : 3,
    align: ["end", "end"],
  });
}

/** @param {Facts} m @param {Room} room */
export const drawMap = (m, room) => picture(room, grid(m, room));

/** @param {Facts} m @param {Room} room */
export function drawTurn(m, room) {
  const free = { W: room.W, H: room.H - (room.wide ? MENUS : 0) };
  const last = m.source.length - 1;
  const whole = over(
    column([grid(m, room, true), space(0, 2)], { gap: 0 }),
    (at) =>
      m.pin < 0
        ? []
        : [around("pinned", [at(`y${m.pin}`), at(`c${m.pin}.${last}`)], { room: 2, r: 4 })],
  );
  return picture(free, whole, { alignY: room.wide ? "start" : "middle" });
}
