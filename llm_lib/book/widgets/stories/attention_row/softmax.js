// Scores become weights: bars for e to the score, then shares, which laid end to end fill 1.

import { column, picture, row, within } from "../../moving/layout.js";
import { cell, figure, label, note, rising, rule, solid } from "../../moving/pieces.js";
import { inText } from "../../moving/ruler.js";
import { FOUR } from "./facts.js";
import { chips, line, lineNamed, pitch, waiting, withFoot } from "./lines.js";

/** @import { Looks } from "../../moving/pieces.js" */
/** @import { Room } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */

/**
 * A score, or what the mask has made of it.
 * @param {Facts} m
 * @param {number} s
 * @param {Looks} looks
 */
export const maskedScore = (m, s, looks) =>
  m.hidden(m.row, s)
    ? cell(`s${s}`, "mask", 0, looks).with({ text: "−∞", value: undefined })
    : cell(`s${s}`, "score", m.scores[m.row][s], { digits: 1, ...looks });

/**
 * @param {Facts} m
 * @param {Room} room
 * @param {number} step 0: e to the scores, 1: the weights
 */
export function drawSoftmax(m, room, step) {
  const w = Math.min(112, pitch(room) - 10);
  const turn = (/** @type {number} */ s) => (step ? s * 90 : 150 + s * 130);
  const top = column([
    chips(m, room),
    line(room, "score", (s) => maskedScore(m, s, { w, h: 30, size: 15 }), { key: "sum" }),
    column([
      column([
        line(room, step ? "weight" : "exp", (s) => bar(m, s, room, step, turn(s)), {
          key: "weight",
        }),
        rule("base", room.W),
      ], { gap: 0 }),
      line(room, "", (s) => note(`f${s}`, how(m, s, room, step)).late(turn(s)), { key: "how" }),
    ], { gap: 5 }),
    step ? endToEnd(m, room) : null,
  ], { gap: room.wide ? 12 : 16 });
  return picture(room, withFoot(room, top, waiting(m, room)));
}

/**
 * A bar, and its number on it.
 * @param {Facts} m
 * @param {number} s
 * @param {Room} room
 * @param {number} step
 * @param {number} turn
 */
function bar(m, s, room, step, turn) {
  const tall = room.wide ? 112 : 110;
  const w = Math.min(64, pitch(room) - 22);
  const h = m.w[s] > 0 ? Math.max(1.5, m.w[s] * tall) : 0;
  const number = m.hidden(m.row, s)
    ? label(`w${s}`, "0", { size: 17, strong: true })
    : figure(`w${s}`, step ? m.w[s] : m.exps[m.row][s], { size: 17, digits: step ? 2 : 1 });
  const whole = column([number.late(turn), rising(`b${s}`, 1, { w, h }).late(step ? 0 : turn)], {
    gap: 4,
  });
  return within(whole, { h: tall + 26, alignY: "end" });
}

/**
 * How a number is made, in figures.
 * @param {Facts} m
 * @param {number} s
 * @param {Room} room
 * @param {number} step
 */
function how(m, s, { wide }, step) {
  if (m.hidden(m.row, s)) return "hidden";
  if (!step) return `exp${wide ? "(" : " "}${inText(m.scores[m.row][s], 1)}${wide ? ")" : ""}`;
  return `${inText(m.exps[m.row][s], 1)}${wide ? " ÷ " : " ÷\n"}${inText(m.sum, 1)}`;
}

/**
 * The weights as parts of one bar.
 * @param {Facts} m
 * @param {Room} room
 */
function endToEnd(m, room) {
  const long = room.wide ? 4 * pitch(room) - 32 : room.W - 8;
  const seen = FOUR.filter((s) => !m.hidden(m.row, s));
  const parts = seen.map((s, i) => {
    const w = Math.max(1, m.w[s] * (long - 2 * (seen.length - 1)));
    const looks = { text: w > 90 ? m.names[s] : "", size: 13, look: "inverse", z: 2 };
    return solid(`g${s}`, { w, h: 24 }, looks).from(`b${s}`).late(420 + i * 160);
  });
  const sum = label("line.one", "sum 1.00", { size: 13, strong: true }).late(900);
  return lineNamed(room, sum, row(parts, { gap: 2 }));
}
