// What both halves of the story draw: words that are read, words that are written, and states.

import { column, row, within } from "../../moving/layout.js";
import { cell, chip, note } from "../../moving/pieces.js";

import { LONGEST } from "./facts.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Room } from "../../moving/types.js" */
/** @import { Facts, Run } from "./facts.js" */

/** @param {Room} room */
export const gapOf = ({ wide }) => (wide ? 10 : 2);

/**
 * The width of a word's column, with room for the longest sentence; beside: what else stands in
 * its row.
 * @param {Room} room
 * @param {number} [beside]
 */
export const breadthOf = (room, beside = 0) =>
  Math.min(
    room.W > 850 ? 88 : 68,
    Math.floor((room.W - beside) / LONGEST) - gapOf(room),
  );

/**
 * A word that is read.
 * @param {Facts} m
 * @param {number} s
 * @param {Room} room
 * @param {string} [look]
 */
export const readWord = (m, s, room, look = "") =>
  chip(`t${s}`, m.words[s], {
    w: breadthOf(room),
    h: room.wide ? 36 : 30,
    size: room.wide ? 16 : 12,
    pad: 2,
    look,
  });

/**
 * The sentence; asks: the word that it is about now, the others wait if `pale`.
 * @param {Facts} m
 * @param {Room} room
 * @param {{ asks?: number, pale?: (s: number) => boolean }} [now]
 */
export const sentence = (m, room, { asks = -1, pale = () => false } = {}) =>
  row(
    m.words.map((_, s) => readWord(m, s, room, s === asks ? "asks" : "").faint(pale(s))),
    { gap: gapOf(room) },
  );

/**
 * A word that was written, or room for it.
 * @param {string} key
 * @param {string | null} text
 * @param {boolean} right
 * @param {Room} room
 * @param {number} [w]
 */
export const writtenWord = (key, text, right, room, w = breadthOf(room)) =>
  chip(key, text ?? "?", {
    w,
    h: room.wide ? 36 : 30,
    size: room.wide ? 16 : 12,
    pad: 1,
    look: text === null ? "empty" : right ? "answer" : "wrong",
  });

/**
 * The translation so far, with a mark below each word.
 * @param {Run} run
 * @param {number} upTo how many words are written
 * @param {Room} room
 * @param {string} [key]
 */
export const writing = (run, upTo, room, key = "y") =>
  row(
    run.words.map((text, t) => {
      const isThere = t < upTo;
      const mark = isThere ? (run.right[t] ? "✓" : "✗") : " ";
      return column([
        writtenWord(`${key}${t}`, isThere ? text : null, run.right[t], room),
        within(note(`${key}mark${t}`, mark, { size: room.wide ? 15 : 13 }), { w: 12, h: 18 }),
      ], { gap: 1 });
    }),
    { gap: gapOf(room) },
  );

/**
 * A state with its numbers, some in a row.
 * @param {string} key
 * @param {number[]} state
 * @param {{ columns: number, w: number, h: number, gap?: number, blind?: boolean }} size
 *   blind: colour alone, for what is too small for numbers
 */
export function stateBlock(key, state, { columns, w, h, gap = 3, blind = false }) {
  const cells = state.map((value, i) => {
    const piece = cell(`${key}.${i}`, "x", value, { w, h, most: 1, digits: 1, size: 13 });
    return blind ? piece.with({ text: "", value: undefined, look: "", r: 2 }) : piece;
  });
  /** @type {Piece[]} */
  const rows = [];
  for (let i = 0; i < cells.length; i += columns) {
    rows.push(row(cells.slice(i, i + columns), { gap }));
  }
  return column(rows, { gap }).named(key);
}

/**
 * The one state of the first network, large enough for its numbers.
 * @param {Facts} m
 * @param {number} s after this word
 * @param {Room} room
 */
export const largeState = (m, s, room) =>
  stateBlock("h", m.plain.forth[s], {
    columns: room.wide ? 8 : 4,
    w: room.wide ? 60 : 50,
    h: room.wide ? 40 : 28,
  });
