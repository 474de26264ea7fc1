// The text as rows: token, key, value, and whether the row was made in this step or kept.

import { column, flow, over, picture, row, space, table, within } from "../../moving/layout.js";
import { around, cell, chip, label, note, solid, vector } from "../../moving/pieces.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Room } from "../../moving/types.js" */
/** @import { Facts, Pair } from "./facts.js" */

const MENUS = 62; // the height of the menus, which lie over the picture where it is wide

/** @param {Room} room */
const sizesIn = ({ wide }) =>
  wide
    ? { token: 92, w: 62, h: 30, size: 14, gap: 26, gapY: 6 }
    : { token: 58, w: 29, h: 26, size: 12, gap: 5, gapY: 5 };

/** @param {Facts} m @param {Room} room */
export function drawPrompt(m, room) {
  const looks = room.wide ? { size: 17, h: 40, pad: 22 } : { size: 13, h: 32, pad: 10 };
  const words = m.words.slice(0, m.n_prompt).map((word, i) =>
    chip(`t${i}`, word, looks).late(i * 80)
  );
  const empty = chip("next", "?", { ...looks, look: "empty" });
  const prompt = flow([...words, empty], room.W, { gap: room.wide ? 10 : 5 });
  return picture(room, column([space(0, 24), prompt], { gap: 0 }), { alignY: "start" });
}

/**
 * One row: a token, its key and its value, and what became of the row in this step.
 * @param {string} word
 * @param {Pair} pair
 * @param {number} i
 * @param {{ isMade: boolean, room: Room }} now
 */
function rowOf(word, [k, v], i, { isMade, room }) {
  const { token, w, h, size } = sizesIn(room);
  const cells = { w, h, looks: { digits: room.wide ? 2 : 1, size, most: 3 } };
  const part = (
    /** @type {string} */ name,
    /** @type {string} */ role,
    /** @type {number[]} */ values,
  ) => vector(`${name}${i}`, role, values, cells).faint(!isMade).from(`t${i}`);
  const mark = isMade
    ? label(`m${i}`, room.wide ? "made now" : "new", { size: 12, strong: true })
    : note(`m${i}`, "kept", { size: 12 });
  return [
    within(chip(`t${i}`, word, { h, size, pad: room.wide ? 16 : 6 }), { w: token, align: "end" }),
    part("k", "key", k),
    part("v", "value", v),
    within(mark, { w: room.wide ? 66 : 25, align: "start" }),
  ];
}

/**
 * @param {string[]} words
 * @param {Pair[]} rows
 * @param {number} made the first row that is made in this step
 * @param {Room} room
 */
function whole(words, rows, made, room) {
  const { gap, gapY } = sizesIn(room);
  const head = (/** @type {string} */ name) =>
    label(`head.${name}`, name, { size: 13, strong: true, role: name });
  return table([
    [null, head("key"), head("value")],
    ...words.map((word, i) => rowOf(word, rows[i], i, { isMade: i >= made, room })),
  ], { gap, gapY });
}

/**
 * The first n rows, of which those from `made` on are made in this step. same: so many are framed,
 * since they are what they were.
 * @param {Facts} m
 * @param {Room} room
 * @param {{ n: number, made: number, same?: number, kept?: boolean }} now
 */
export function drawRows(m, room, { n, made, same = 0 }) {
  const rows = whole(m.words.slice(0, n), m.rows, same ? 0 : made, room);
  const framed = same
    ? over(
      rows,
      (at) => [around("same", [at("k0"), at(`v${same - 1}`)], { room: 4, role: "ring" })],
    )
    : made === 0 || made >= n
    ? rows
    : over(rows, (at) => [around("one", [at(`k${made}`), at(`v${n - 1}`)], { room: 4 })]);
  const { h, gapY } = sizesIn(room);
  // the rows to come have their room already, so that nothing moves
  const rest = space(0, (m.n - n) * (h + gapY));
  return picture(room, column([framed, rest], { gap: 0 }));
}

/**
 * Where each of the first n tokens looks: a row for each, hatched where the mask forbids it. What
 * the prompt had before is framed.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} n
 */
export function drawMask(m, room, n) {
  const { token, h, size } = sizesIn(room);
  const looks = { w: room.wide ? 64 : 40, h, size };
  const weight = (/** @type {number} */ t, /** @type {number} */ s) =>
    s > t
      ? cell(`w${t}.${s}`, "mask", 0, looks).with({ text: "0", value: undefined })
      : cell(`w${t}.${s}`, "amount", m.weights[t][s], { ...looks, digits: 2, most: 1 });
  const words = m.words.slice(0, n);
  const grid = table([
    [null, ...words.map((word, s) => label(`s${s}`, word, { mono: true, size: 12 }))],
    ...words.map((word, t) => [
      within(chip(`t${t}`, word, { h, size, pad: room.wide ? 16 : 6 }), { w: token, align: "end" }),
      ...words.map((_, s) => weight(t, s)),
    ]),
  ], { gap: room.wide ? 6 : 3, gapY: room.wide ? 6 : 5 });
  const old = m.n_prompt - 1;
  return picture(
    room,
    n > m.n_prompt
      ? over(grid, (at) => [
        around("same", [at("w0.0"), at(`w${old}.${old}`)], { room: 3, role: "ring" }),
      ])
      : grid,
  );
}

/** @param {Facts} m @param {Room} room */
export function drawTurn(m, room) {
  const free = { W: room.W, H: room.H - (room.wide ? MENUS : 0) };
  return picture(free, whole(m.yourWords, m.yours, m.first, room));
}

/**
 * A staircase of boxes: a line for each step, filled where a row is made.
 * @param {Facts} m
 * @param {Room} room
 * @param {string} name
 * @param {boolean} keeps
 */
function stairs(m, room, name, keeps) {
  const a = room.wide ? 30 : 19;
  const lines = Array.from({ length: m.n - m.n_prompt + 1 }, (_, step) => {
    const n = m.n_prompt + step;
    const boxes = Array.from({ length: n }, (_, i) => {
      const isMade = !keeps || step === 0 || i === n - 1;
      return solid(`${name}${step}.${i}`, { w: a, h: a }, isMade ? {} : { role: "track" })
        .late(step * 240);
    });
    return row(boxes, { gap: 4 });
  });
  return column(lines, { gap: 4, align: "start" });
}

/** @param {Facts} m @param {Room} room */
export function drawCount(m, room) {
  const { again, kept } = m.until(m.n - m.n_prompt);
  const part = (/** @type {string} */ name, /** @type {string} */ words, /** @type {Piece} */ s) =>
    column([label(`name.${name}`, words, { size: room.wide ? 16 : 14, strong: true }), s], {
      gap: 12,
      align: "start",
    });
  return picture(
    room,
    (room.wide ? row : column)([
      part("again", `read again: ${again} rows`, stairs(m, room, "s", false)),
      part("kept", `with the cache: ${kept} rows`, stairs(m, room, "c", true)),
    ], { gap: room.wide ? 90 : 20, align: "start" }),
  );
}
