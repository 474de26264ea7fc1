// The second network: all states are kept, and each word that is written looks back at them.

import { ribbon } from "../../moving/arrows.js";
import { column, over, picture, row, space, table, within } from "../../moving/layout.js";
import { cell, figure, label, note, rising } from "../../moving/pieces.js";
import {
  breadthOf,
  gapOf,
  readWord,
  sentence,
  stateBlock,
  writing,
  writtenWord,
} from "./pieces.js";
import { sourceOf, stepIn } from "./facts.js";

/** @import { Box, Room } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */

const SEEN = 0.05; // a smaller weight has no number
/** @param {Room} room */
const besides = ({ wide }) => (wide ? 96 : 30); // the width of the names beside the weights
const MENUS = 112; // the height of the menus and a complaint, over the picture where it is wide

/**
 * The state after a word, by its colours.
 * @param {Facts} m
 * @param {number} s
 * @param {Room} room
 */
function smallState(m, s, room) {
  const w = Math.floor((breadthOf(room) - (room.wide ? 14 : 10)) / 4);
  return stateBlock(`e${s}`, m.look.states[s], {
    columns: 4,
    w,
    h: room.wide ? 9 : 7,
    gap: 2,
    blind: true,
  });
}

/** @param {Facts} m @param {Room} room */
export function drawKeep(m, room) {
  const states = row(
    m.words.map((_, s) => within(smallState(m, s, room).late(160 * s), { w: breadthOf(room) })),
    { gap: gapOf(room) },
  );
  const whole = column([
    sentence(m, room),
    space(0, room.wide ? 40 : 30),
    states,
    note("kept", "a state for each word, all kept"),
    space(0, room.wide ? 40 : 30),
    writing(m.look, 0, room),
  ], { gap: 6 });
  return picture(
    room,
    over(
      whole,
      (at) =>
        m.words.map((_, s) =>
          ribbon(`keep${s}`, at(`t${s}`), at(`e${s}`), { head: true, delay: 160 * s })
        ),
    ),
  );
}

/**
 * One word is written: the weights that it gives to all states, and what comes of it.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} k
 */
export function drawLook(m, room, k) {
  const t = stepIn(m, k);
  const weights = m.look.weights[t];
  const columns = m.words.map((_, s) => {
    const w = weights[s];
    const number = w < SEEN
      ? space(0, 17)
      : figure(`w${s}`, w, { digits: 2, size: room.wide ? 14 : 12 });
    return column([
      within(number, { w: breadthOf(room) }),
      rising(`b${s}`, w, { w: breadthOf(room) - 8, h: room.wide ? 40 : 34 }),
      readWord(m, s, room, s === sourceOf(m, t) ? "asks" : ""),
      within(smallState(m, s, room), { w: breadthOf(room) }),
    ], { gap: 4 });
  });
  const whole = column([
    row(columns, { gap: gapOf(room) }),
    space(0, room.wide ? 62 : 56),
    writing(m.look, t + 1, room),
  ], { gap: 0 });
  return picture(
    room,
    over(
      whole,
      (at) =>
        weights.map((w, s) =>
          w < 0.02
            ? null
            : ribbon(`look${s}`, at(`e${s}`), at(`y${t}`), { thick: Math.max(1, 10 * w) })
        ),
    ),
  );
}

/**
 * All weights: a column for each word that is written, a row for each that was read.
 * @param {Facts} m
 * @param {Room} room
 */
function weightRows(m, room) {
  const looks = { w: breadthOf(room, besides(room)), h: 20, size: 12, most: 1, digits: 2 };
  return m.words.map((word, s) => [
    label(`r${s}`, word, { mono: true, size: room.wide ? 14 : 12 }),
    ...m.look.weights.map((row, t) => {
      const piece = cell(`a${t}.${s}`, "amount", row[s], looks);
      return row[s] < SEEN ? piece.with({ text: "", value: undefined }) : piece;
    }),
  ]);
}

/** @param {Facts} m @param {Room} room */
export function drawWeights(m, room) {
  const grid = table([
    [
      null,
      ...m.look.words.map((word, t) =>
        writtenWord(`y${t}`, word, m.look.right[t], room, breadthOf(room, besides(room)))
      ),
    ],
    ...weightRows(m, room),
  ], { gap: gapOf(room), gapY: room.wide ? 9 : 6, align: ["end"] });
  return picture(
    room,
    column([label("rows", "a column for each word written", { strong: true }), grid], { gap: 8 }),
  );
}

/** @param {Facts} m @param {Room} room */
export function drawTurn(m, room) {
  const size = room.wide ? 14 : 12;
  const name = (/** @type {string} */ key, /** @type {string} */ text) =>
    label(key, text, { strong: true, size });
  const grid = table([
    [
      name("name.one", room.wide ? "one vector" : "one"),
      ...m.plain.words.map((word, t) =>
        writtenWord(`z${t}`, word, m.plain.right[t], room, breadthOf(room, besides(room)))
      ),
    ],
    [
      name("name.all", room.wide ? "looks back" : "all"),
      ...m.look.words.map((word, t) =>
        writtenWord(`y${t}`, word, m.look.right[t], room, breadthOf(room, besides(room)))
      ),
    ],
    ...weightRows(m, room),
  ], { gap: gapOf(room), gapY: 4, align: ["end"] });
  const free = { W: room.W, H: room.H - (room.wide ? MENUS : 0) };
  const marked = over(
    grid,
    (at) =>
      [["z", m.plain], ["y", m.look]].flatMap(([key, run]) =>
        /** @type {Facts["plain"]} */ (run).right.map((right, t) =>
          right ? null : cross(`x${key}${t}`, at(`${key}${t}`))
        )
      ),
  );
  return picture(free, marked);
}

/**
 * A line through a word that is wrong.
 * @param {string} key
 * @param {Box} box
 */
const cross = (key, box) => ({
  key,
  role: "line",
  x: box.x + 4,
  y: box.y + box.h / 2,
  w: box.w - 8,
  h: 1.5,
  r: 0,
  z: 8,
});
