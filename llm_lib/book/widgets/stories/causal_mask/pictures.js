// The text, its targets, and the table of who looks where.

import { ribbon } from "../../moving/arrows.js";
import { column, over, picture, row, space, table, within } from "../../moving/layout.js";
import { around, cell, chip, figure, label, lying, note } from "../../moving/pieces.js";
import { drawBars } from "./bars.js";

/** @import { Box, Room } from "../../moving/types.js" */
/** @import { Facts, Run } from "./facts.js" */

const MENUS = 62; // the height of the menus, which lie over the picture where it is wide

/**
 * The width of a column of the table.
 * @param {Room} room
 */
const breadthOf = ({ W, wide }) => (W > 850 ? 80 : wide ? 54 : 35);

/**
 * A token of the text.
 * @param {Facts} m
 * @param {number} s
 * @param {Room} room
 */
const word = (m, s, room) =>
  room.wide
    ? chip(`t${s}`, m.text[s], { w: breadthOf(room), h: 34 })
    : chip(`t${s}`, m.text[s], { w: breadthOf(room), h: 30, size: 12, pad: 2 });

/**
 * The token that has to be guessed after token t.
 * @param {Facts} m
 * @param {number} t
 * @param {Room} room
 */
const target = (m, t, room) =>
  chip(`y${t}`, m.text[t + 1], {
    w: room.wide ? 70 : 40,
    h: 30,
    size: room.wide ? 14 : 12,
    pad: room.wide ? 14 : 4,
    look: "answer",
  }).from(`t${t + 1}`);

/** @param {Room} room */
const largeIn = ({ wide }) => ({ w: wide ? 112 : 54, h: 54, size: wide ? 18 : 14, pad: 6 });

/** @param {Facts} m @param {Room} room */
const large = (m, room) => m.text.map((text, s) => chip(`t${s}`, text, largeIn(room)).late(s * 80));

/**
 * The first text, and below each place what else can stand there.
 * @param {Facts} m
 * @param {Room} room
 */
export function drawText(m, room) {
  const all = large(m, room).map((token, s) =>
    column([
      token,
      ...m.places[s].slice(1).map((other, k) =>
        chip(`other${s}.${k}`, other, largeIn(room)).late(500)
      ),
    ], { gap: 12 })
  );
  return picture(room, row(all, { gap: room.wide ? 18 : 7, align: "start" }));
}

/** @param {Facts} m @param {Room} room */
export function drawTargets(m, room) {
  const all = large(m, room).map((token, s) => {
    if (s === m.text.length - 1) return column([token, space(0, 94)], { gap: 0 });
    const guess = within(target(m, s, room), { w: token.w });
    return column([token, space(0, 64), guess.late(200 + s * 160)], { gap: 0 });
  });
  const whole = row(all, { gap: room.wide ? 18 : 7, align: "start" });
  const arrows = (/** @type {(name: string) => Box} */ at) =>
    m.text.slice(1).map((_, s) =>
      ribbon(`next${s}`, at(`t${s + 1}`), at(`y${s}`), { head: true, delay: 400 + s * 160 })
    );
  return picture(room, over(whole, arrows));
}

/**
 * One weight of the table.
 * @param {Run} run
 * @param {[t: number, s: number]} place
 * @param {Room} room
 */
function weight(run, [t, s], room) {
  const looks = { w: breadthOf(room), h: room.wide ? 38 : 34, size: room.wide ? 16 : 12 };
  const key = `w${t}.${s}`;
  if (run.mask && s > t) {
    return cell(key, "mask", 0, looks).with({ text: "0", value: undefined })
      .late(80 * (s - t));
  }
  return cell(key, "amount", run.weights[t][s], { ...looks, digits: 2, most: 1 });
}

/**
 * The cells in which a row can see the very word that it has to guess.
 * @param {Facts} m
 * @param {Run} run
 */
const answersIn = ({ text }, run) =>
  run.weights.flatMap((row, t) =>
    row.map((_, s) => (text[s] === text[t + 1] && !(run.mask && s > t) ? `w${t}.${s}` : ""))
      .filter(Boolean)
  );

/**
 * Who looks where: a row for each token that guesses, with its target and the probability of that;
 * below, the loss. framed: whether the cells in which the answer itself stands have a frame.
 * @param {Facts} m
 * @param {Room} room
 * @param {Run} run
 * @param {boolean} [framed]
 */
function grid(m, room, run, framed = true) {
  const { wide } = room;
  const strong = { size: 13, strong: true };
  const rows = run.weights.map((weights, t) => [
    label(`r${t}`, m.text[t], { mono: true, size: wide ? 14 : 12 }).from(`t${t}`),
    ...weights.map((_, s) => weight(run, [t, s], room)),
    target(m, t, room),
    figure(`p${t}`, run.p[t], { digits: 2, size: wide ? 15 : 13 }),
  ]);
  const heads = [label("name.y", wide ? "target" : "", strong), label("name.p", "p", strong)];
  const loss = row([
    label("name.loss", "loss", strong),
    figure("loss", run.loss, { digits: 2, size: wide ? 17 : 13 }),
  ], { gap: 12 });
  const whole = column([
    table([[null, ...m.text.map((_, s) => word(m, s, room)), ...heads], ...rows], {
      gap: wide ? 8 : 3,
      gapY: 8,
      align: ["end"],
    }),
    loss,
  ], { gap: 8, align: "end" });
  const frames = (/** @type {(name: string) => Box} */ at) =>
    answersIn(m, run).map((key) =>
      around(`answer.${key}`, [at(key)], { room: 2, role: "ring", r: 6 })
    );
  return framed ? over(whole, frames) : whole;
}

/** @param {Facts} m @param {Room} room @param {Run} run @param {boolean} [framed] */
export const drawGrid = (m, room, run, framed) => picture(room, grid(m, room, run, framed));

/**
 * The table, and beside it, on a phone below it, the losses in training and in use.
 * @param {Facts} m
 * @param {Room} room
 */
export function drawTurn(m, room) {
  const losses = drawBars(m, room, [m.yours], room.wide ? 150 : 70);
  const free = { W: room.W, H: room.H - (room.wide ? MENUS : 0) };
  const gap = room.W > 850 ? 40 : 16;
  return picture(free, (room.wide ? row : column)([grid(m, room, m.yours), losses], { gap }));
}

/**
 * Two tokens are there, and the third is to be written: how each of the two is weighted, what the
 * table would make of it alone, and the guess, beside a uniform one.
 * @param {Facts} m
 * @param {Room} room
 * @param {Run} run
 */
export function drawUse(m, room, { use }) {
  const { wide } = room;
  const w = wide ? 78 : 50;
  const looks = { w, h: 23, size: wide ? 14 : 12, digits: 2, most: 1 };
  const long = wide ? 210 : 72;
  const tokens = use.weights.map((_, s) => chip(`t${s}`, m.text[s], { w, h: 30, pad: 4 }));
  const rows = m.vocabulary.map((name, j) => [
    label(`v${j}`, name, { mono: true, size: wide ? 14 : 12, strong: j === use.right }),
    ...use.alone.map((p, s) => cell(`a${s}.${j}`, "amount", p[j], looks)),
    cell(`g${j}`, "amount", use.p[j], looks),
    lying(`b${j}`, use.p[j], { w: long, h: 12 }),
  ]);
  const even = `uniform ${(1 / m.V).toFixed(2)}`;
  const whole = table([
    [null, ...tokens, chip("gap", "?", { w, h: 30, look: "empty" })],
    [
      note("name.w", "weight"),
      ...use.weights.map((x, s) => cell(`w1.${s}`, "amount", x, looks)),
      note("name.g", "guess"),
      within(note("even.word", even, { size: 12 }), { w: long, align: "start" }),
    ],
    ...rows,
  ], { gap: wide ? 14 : 6, gapY: 4, align: ["end"] });
  return picture(
    room,
    over(whole, (at) => {
      const [first, last] = [at("b0.track"), at(`b${m.V - 1}.track`)];
      const x = first.x + first.w / m.V;
      const h = last.y + last.h + 5 - first.y + 5;
      return [
        { key: "even.line", role: "line", x, y: first.y - 5, w: 1.5, h, r: 0, z: 3 },
        around("right", [at(`g${use.right}`)], { room: 2, role: "ring", r: 6 }),
      ];
    }),
  );
}
