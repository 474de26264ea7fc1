// The ring of one step, and what stands in its middle: tables of numbers, and the loss curve.

import { lastOf } from "../../../engine/present.js";
import { bow, ribbon } from "../../moving/arrows.js";
import { chart } from "../../moving/chart.js";
import { column, over, picture, row, space, table, within } from "../../moving/layout.js";
import { around, cell, chip, figure, label, note, spin } from "../../moving/pieces.js";
import { FLOOR, STOPS, WORDS } from "./facts.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Box, Room, Sketch } from "../../moving/types.js" */
/** @import { Facts, Table } from "./facts.js" */

export const STATIONS = ["batch", "logits", "loss", "gradient", "clip", "AdamW", "weights"];
const MENUS = 62; // the height of the menus, which lie over the picture where it is wide
export const BOLD = { size: 13, strong: true };

/**
 * The stations of a step, the one where we are framed; after the last comes the next batch.
 * @param {Room} room
 * @param {string} now
 */
function ringOf({ W, wide }, now) {
  const at = (/** @type {string} */ name) =>
    chip(`ring.${name}`, name, {
      w: wide ? (W > 850 ? 112 : 92) : 70,
      h: wide ? 32 : 26,
      size: wide ? 14 : 12,
      pad: 4,
      look: name === now ? "asks" : "",
    }).faint(name !== now && now !== "all");
  if (!wide) {
    return column([row(STATIONS.slice(0, 4).map(at), { gap: 6 }), row(STATIONS.slice(4).map(at))], {
      gap: 6,
    });
  }
  const line = row(STATIONS.map(at), { gap: W > 850 ? 14 : 8 });
  const back = (/** @type {(name: string) => Box} */ of) => {
    const [from, to] = [of("ring.weights"), of("ring.batch")];
    return [bow("ring.back", from, to, { way: "under", deep: 22, thick: 2 })]; // clear of the words
  };
  return column([over(line, back), space(0, 46)], { gap: 0 });
}

/**
 * The ring, and below it what is happening there.
 * @param {Room} room
 * @param {string} now
 * @param {Piece} piece
 * @returns {Sketch[]}
 */
export function withRing(room, now, piece) {
  const above = ringOf(room, now);
  const rest = within(piece, { w: room.W, h: room.H - above.h - 10 });
  return picture(room, column([above, rest], { gap: 10 }), { alignY: "start" });
}

/**
 * A table of numbers with the tokens at its rows and at its columns.
 * @param {Room} room
 * @param {object} what
 * @param {string} what.key of its numbers, and of what else it has
 * @param {string} what.name
 * @param {Table} what.values
 * @param {string} what.role
 * @param {number[]} [what.rows] the token of each row
 * @param {number} [what.most] the number that is filled most strongly
 * @param {(piece: Piece, i: number, j: number) => Piece} [what.each]
 * @param {(Piece | null)[]} [what.beside] a piece more at the end of each row
 * @param {number} [what.slim] the width of a cell on a phone that has such pieces
 */
export function grid(
  room,
  { key, name, values, role, rows, most = 1, each = (piece) => piece, beside, slim = 50 },
) {
  const { wide, W } = room;
  const isLarge = W > 850;
  const w = isLarge ? 74 : wide ? 50 : slim;
  const looks = { w, h: isLarge ? 43 : wide ? 34 : 44, size: isLarge ? 17 : 14, most, digits: 2 };
  const type = { mono: true, size: isLarge ? 17 : wide ? 14 : 13 };
  const lines = values.map((numbers, i) => [
    label(`${key}.row${i}`, WORDS[rows?.[i] ?? i], type),
    ...numbers.map((value, j) => each(cell(`${key}${i}.${j}`, role, value, looks), i, j)),
    ...(beside ? [row([space(wide ? 10 : 2), beside[i]], { gap: 0 })] : []),
  ]);
  const heads = WORDS.map((word, j) => label(`${key}.col${j}`, word, type));
  return column([
    note(`${key}.name`, name),
    table([[null, ...heads], ...lines], { gap: wide ? 6 : 4, gapY: 6, align: ["end"] }),
  ], { gap: 6 });
}

/** @param {Facts} m @param {Room} room @param {Table} [values] */
const weightsOf = (m, room, values = m.weights) =>
  grid(room, { key: "W", name: "weights: one row for each token", values, role: "x" });

/** @param {Facts} m @param {Room} room */
export function drawBatch(m, room) {
  const size = { w: room.wide ? 96 : 62, h: 44, size: room.wide ? 17 : 14, pad: 4 };
  const pairs = m.x.map((token, t) =>
    column([
      chip(`x${t}`, WORDS[token], size),
      space(0, 46),
      chip(`y${t}`, WORDS[m.y[t]], { ...size, look: "answer" }).late(200 + 150 * t),
    ], { gap: 0 })
  );
  const names = column([note("name.x", "x"), space(0, 74), note("name.y", "target")], { gap: 0 });
  const whole = row([room.wide ? names : null, ...pairs], { gap: room.wide ? 20 : 8 });
  const arrows = (/** @type {(name: string) => Box} */ at) =>
    pairs.map((_, t) => ribbon(`next${t}`, at(`x${t}`), at(`y${t}`), { head: true }));
  return withRing(room, "batch", over(whole, arrows));
}

/** @param {Facts} m @param {Room} room @param {number} k */
export function drawLogits(m, room, k) {
  const weights = weightsOf(m, room);
  if (!k) return withRing(room, "logits", weights);
  const logits = grid(room, {
    key: "z",
    name: "logits: one row for each place",
    values: m.logits,
    role: "score",
    rows: m.x,
    each: (piece, t, j) => piece.from(`W${m.x[t]}.${j}`).late(160 * t),
  });
  return withRing(room, "logits", room.wide ? row([weights.faint(), logits], { gap: 60 }) : logits);
}

/**
 * Rings around the cells of the targets.
 * @param {Facts} m
 */
export const targetsOf = (m) => (/** @type {(name: string) => Box} */ at) =>
  m.y.map((token, t) =>
    around(`target${t}`, [at(`z${t}.${token}`)], { room: 2, role: "ring", r: 6 })
  );

/** @param {Facts} m @param {Room} room @param {number} k */
export function drawGradient(m, room, k) {
  const most = 0.25;
  if (!k) {
    const blame = grid(room, {
      key: "z",
      name: "probability, less 1 at the target; a quarter of it",
      values: m.blame,
      role: "query",
      rows: m.x,
      most,
      each: (piece, t, j) => piece.into(`g${m.x[t]}.${j}`),
    });
    return withRing(room, "gradient", over(blame, targetsOf(m)));
  }
  return withRing(room, "gradient", gradientOf(m, room, m.gradient, "gradient of each weight"));
}

/** @param {Facts} m @param {Room} room @param {Table} values @param {string} name */
const gradientOf = (m, room, values, name) =>
  grid(room, {
    key: "g",
    name,
    values,
    role: "query",
    most: 0.25,
    each: (piece, i, j) => piece.from(`z${m.x.indexOf(i)}.${j}`),
  });

/** @param {Facts} m @param {Room} room */
export function drawClip(m, room) {
  const words = row([
    label("name.length", "length", BOLD),
    figure("length", m.length, { digits: 2, size: 16 }),
    label("name.to", m.factor < 1 ? "becomes" : "stays", { size: 13 }),
    figure("clipped", m.length * m.factor, { digits: 2, size: 18 }),
  ], { gap: 10 });
  const all = gradientOf(m, room, m.clipped, `gradient times ${m.factor.toFixed(2)}`);
  return withRing(room, "clip", column([all, words], { gap: 12 }));
}

/** @param {Facts} m @param {Room} room */
export function drawAdam(m, room) {
  const move = grid(room, {
    key: "d",
    name: "how far each weight moves",
    values: m.move,
    role: "value",
    most: m.rate,
    each: (piece, i, j) => piece.from(`g${i}.${j}`).late(40 * (i + j)),
  });
  const all = gradientOf(m, room, m.clipped, "clipped gradient").faint();
  return withRing(room, "AdamW", room.wide ? row([all, move], { gap: 60 }) : move);
}

/** @param {Facts} m @param {Room} room */
export function drawMove(m, room) {
  const moved = grid(room, {
    key: "W",
    name: "the weights after one step",
    values: m.after,
    role: "x",
    each: (piece, i, j) => piece.from(`d${i}.${j}`),
  });
  const words = row([
    label("name.loss", room.wide ? "loss on this batch" : "loss", BOLD),
    figure("loss", m.loss, { digits: 2, size: 16 }),
    label("name.to", "becomes", { size: 13 }),
    figure("lossAfter", m.lossAfter, { digits: 2, size: 18 }),
  ], { gap: 10 });
  return withRing(room, "weights", column([moved, words], { gap: 12 }));
}

/**
 * The loss of every step, with what knowing nothing costs, and the least that can be reached.
 * @param {number[]} losses
 * @param {{ w: number, h: number, steps: number, late?: number }} size
 */
function lossCurve(losses, { w, h, steps, late = 12 }) {
  const top = Math.max(2, Math.ceil(Math.max(...losses)));
  const every = losses.length > 60 ? 2 : 1;
  const points = losses.map((loss, i) => /** @type {[number, number]} */ ([i, loss]))
    .filter(([i]) => i % every === 0);
  return chart("curve", {
    w,
    h,
    x: { from: 0, to: steps, ticks: [[0, "0"], [steps, `${steps} steps`]] },
    y: { from: 0, to: top, ticks: [[0, "0"], [top, `${top}`]] },
    yName: "loss of each step's batch",
    levels: [
      { key: "lnV", at: Math.log(4), words: `ln 4 = ${Math.log(4).toFixed(2)}` },
      { key: "floor", at: FLOOR, words: `least: ${FLOOR.toFixed(2)}` },
    ],
    series: [{ key: "loss", points, late, size: 5 }],
  });
}

/** @param {Facts} m @param {Room} room @param {number} k */
export function drawAgain(m, room, k) {
  const run = m.runs[k];
  const size = room.W > 850
    ? { w: 440, h: 250 }
    : { w: room.wide ? 330 : Math.min(300, room.W), h: 190 };
  const loss = lossCurve(run.losses, { ...size, steps: lastOf(STOPS), late: k ? 14 : 40 });
  const shares = grid(room, {
    key: "W",
    name: `probabilities after ${STOPS[k]} steps`,
    values: run.p,
    role: "amount",
  });
  return withRing(
    room,
    "all",
    room.wide ? row([shares, loss], { gap: room.W > 850 ? 50 : 16 }) : loss,
  );
}

/** @param {Facts} m @param {Room} room */
export function drawTurn(m, room) {
  const { W, wide } = room;
  const edit = grid(room, {
    key: "W",
    name: "weights before training",
    values: m.weights,
    role: "x",
    each: (piece, i, j) =>
      piece.with({ look: "edit", spin: spin("weights", [i, j], `${WORDS[i]}, then ${WORDS[j]}`) }),
  });
  const size = W > 850 ? { w: 440, h: 240 } : { w: wide ? 330 : Math.min(300, W), h: 170 };
  const loss = lossCurve(m.yours.losses, { ...size, steps: m.steps, late: 0 });
  const free = { ...room, H: room.H - (wide ? MENUS : 0) };
  const both = wide
    ? row([edit, loss], { gap: W > 850 ? 50 : 16 })
    : column([edit, loss], { gap: 8 });
  return picture(free, both);
}
