// What the model reads, the cups with their balls, the layers of a pass, and what is written.

import { CUPS } from "../../../engine/shell_game.js";
import { column, flow, picture, space, table, within } from "../../moving/layout.js";
import { chip, label, lying, note, solid } from "../../moving/pieces.js";
import { whole } from "./facts.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Room } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */
/** @typedef {(m: Facts, room: Room, k: number) => import("../../moving/types.js").Sketch[]} Draw */

/**
 * The problem as the model reads it; look: which swap it is about.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} [about]
 */
function reading(m, room, about = -1) {
  const size = room.wide ? 17 : 14;
  const looks = { size, pad: room.wide ? 16 : 8 };
  const pieces = [
    chip("start", m.start, looks),
    ...m.pairs.map((pair, i) => chip(`s${i}`, pair, { ...looks, look: i === about ? "asks" : "" })),
    chip("equals", "=", looks),
  ];
  return column([
    note("reads", "the model reads"),
    flow(pieces, room.W - 8, { gap: room.wide ? 8 : 4 }),
  ], { gap: 4 });
}

/**
 * Five cups in a row, and the balls below those that they are under.
 * @param {string} balls the cup of each
 * @param {Room} room
 */
function cups(balls, { wide }) {
  const w = wide ? 62 : 48;
  const names = Array.from(CUPS, (cup) => chip(`cup.${cup}`, cup, { w, h: 30, size: 15 }));
  const below = Array.from(CUPS, (cup) => {
    const ball = balls.indexOf(cup);
    return ball < 0
      ? space(w, 28)
      : chip(`ball${ball}`, String(ball + 1), { w: 28, h: 28, pad: 6, r: 14 });
  });
  return table([names, below], { gap: 8, gapY: 3 });
}

/** @type {Draw} */
export const drawProblem6 = (m, room) =>
  picture(room, column([reading(m, room), cups(m.start, room)], { gap: room.wide ? 34 : 26 }));

/**
 * The two layers of one pass, and what comes out of them.
 * @param {string} out
 * @param {Room} room
 * @param {string} [born]
 */
function pass(out, { wide }, born = "reads") {
  const w = wide ? 220 : 170;
  const layer = (/** @type {number} */ i) => chip(`layer${i}`, `layer ${i}`, { w, h: 30 });
  return column([
    layer(1),
    layer(2),
    chip("out", out, { size: 16, look: "answer" }).from(born).late(300),
  ], { gap: 6 });
}

/** @type {Draw} */
export function drawAtOnce(m, room, k) {
  const measured = `six swaps, at once: ${whole(m.six.shares["at once"])} right`;
  return picture(
    room,
    column([
      reading(m, room),
      pass(k ? "?" : m.answer[0], room),
      k ? label("measured", measured, { size: 15, strong: true }) : space(1, 19),
    ], { gap: room.wide ? 18 : 16 }),
  );
}

/**
 * What is written so far: whole steps, and the answer.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} steps
 * @param {{ answer?: boolean, isRead?: boolean }} [now]
 */
function thought(m, room, steps, { answer = false, isRead = false } = {}) {
  const looks = { size: room.wide ? 16 : 14, pad: room.wide ? 14 : 10 };
  const pieces = m.pairs.slice(0, steps).map((pair, i) =>
    chip(`w${i}`, `${pair}${m.places[i]}`, { ...looks, look: i === steps - 1 ? "asks" : "" })
      .from(`s${i}`)
  );
  if (answer) pieces.push(chip("said", m.answer, { ...looks, look: "answer" }).from("w5"));
  return column([
    note("writes", isRead ? "it has written, and reads" : "it writes"),
    flow(pieces, room.wide ? room.W - 20 : 300, { gap: 6 }),
  ], { gap: 4 });
}

/** @param {Facts} m @param {number} steps @param {boolean} [answer] */
const counted = (m, steps, answer = false) =>
  label("passes", `${5 * steps + (answer ? m.answer.length : 0)} passes so far`, {
    size: 15,
    strong: true,
  });

/** @param {Facts} m @param {Room} room @param {number} steps @param {object} [now] */
const atStep = (m, room, steps, now) =>
  column([
    reading(m, room, steps - 1),
    cups(m.places[steps - 1], room),
    thought(m, room, steps, now),
    counted(m, steps),
  ], { gap: room.wide ? 14 : 10 });

/** @type {Draw} */
export const drawWrite = (m, room) => picture(room, atStep(m, room, 1));

/** @type {Draw} */
export const drawReadBack = (m, room) => picture(room, atStep(m, room, 1, { isRead: true }));

/** @type {Draw} */
export const drawSteps = (m, room, k) => picture(room, atStep(m, room, k + 2, { isRead: true }));

/** @type {Draw} */
export function drawAnswer(m, room) {
  const n = m.pairs.length;
  return picture(
    room,
    column([
      reading(m, room),
      cups(m.places[n - 1], room),
      thought(m, room, n, { answer: true }),
      counted(m, n, true),
    ], { gap: room.wide ? 14 : 10 }),
  );
}

/**
 * A small square for each pass, in lines.
 * @param {string} way
 * @param {number} n
 */
const squares = (way, n) =>
  flow(
    Array.from({ length: n }, (_, i) => solid(`q.${way}.${i}`, { w: 8, h: 12 })),
    235,
    { gap: 3, gapY: 3, align: "start" },
  );

const MENUS = 74; // the height of the menus, where they lie over the picture

/** @type {Draw} */
export function drawTurn(m, room) {
  const { passes, shares } = m.yours;
  const w = room.wide ? Math.min(210, room.W - 570) : 84;
  /** @type {[way: "at once" | "thinking", name: string][]} */
  const ways = [["at once", "at once"], ["thinking", room.wide ? "thinking aloud" : "aloud"]];
  const only = (/** @type {Piece} */ piece) => room.wide ? [piece] : [];
  const heads = [
    space(1),
    note("h.passes", "passes"),
    ...only(space(1)),
    note("h.right", "right"),
    space(1),
  ];
  const rows = ways.map(([way, name]) => [
    label(`n.${way}`, name, { size: 15, strong: true }),
    label(`p.${way}`, String(passes[way]), { size: 18, strong: true }),
    ...only(squares(way, passes[way])),
    lying(`b.${way}`, shares[way], { w, h: 20 }),
    within(label(`r.${way}`, whole(shares[way]), { size: 16 }), { w: 58, align: "start" }),
  ]);
  /** @type {import("../../moving/layout.js").Align[]} */
  const align = room.wide
    ? ["start", "end", "start", "start", "start"]
    : ["start", "end", "start", "start"];
  return picture(
    { W: room.W, H: room.H - MENUS },
    column([
      table([heads, ...rows], {
        gap: room.wide ? 24 : 12,
        gapY: 18,
        align,
      }),
      note("seeds", `means of ${m.seeds} trainings; trained on 1 to 6 swaps`),
    ], { gap: 22 }),
  );
}
