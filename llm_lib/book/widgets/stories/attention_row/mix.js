// The values are mixed by the weights; the output is added.

import { ribbon } from "../../moving/arrows.js";
import { column, layers, over, picture, row, space, within } from "../../moving/layout.js";
import { figure, heads, label, lying, rule, vector } from "../../moving/pieces.js";
import { ANIMALS, CHANNELS, clearlyLargest, FOUR, THINGS } from "./facts.js";
import { chips, line, lineNamed, pitch } from "./lines.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Box, Room } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */

const SEEN = 0.005; // less is not drawn

/**
 * The cells of a value.
 * @param {Room} room
 */
const cellsOfValue = (room) =>
  room.wide
    ? { w: Math.min(42, Math.floor((pitch(room) - 30) / 3)), h: 40, gap: 4 }
    : { w: 56, h: 30, gap: 3, down: true };

/** @param {Room} room */
const breadth = (room) => {
  const { w, gap } = cellsOfValue(room);
  return room.wide ? 3 * w + 2 * gap : w;
};

/**
 * Values under their weights; multiplied by them; flowing together.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} step
 */
export function drawMix(m, room, step) {
  const { wide } = room;
  const weightAt = (/** @type {number} */ s) =>
    column([
      figure(`w${s}`, m.w[s], { digits: 2, size: 17 }),
      lying(`b${s}`, m.w[s], { w: breadth(room) }),
    ], { gap: 5 });
  const name = step ? "weight × value" : "value";
  const options = { key: "value", role: "value" };
  const whole = column([
    chips(m, room),
    line(room, "weight", weightAt),
    line(room, name, (s) => valueAt(m, s, room, step), options),
    space(0, wide ? 76 : 40),
    lineNamed(room, outputName(), mixedOutput(m, room, step)),
  ], { gap: wide ? 14 : 12 });
  const withRibbons = over(whole, (at) => (step < 2 ? [] : ribbons(m, at)));
  return picture(room, withRibbons, { alignY: "start" });
}

const outputName = () => label("line.o", "output", { size: 13, strong: true, role: "value" });

/**
 * A value; once it is multiplied by its weight there is a second one, which flows into the output.
 * @param {Facts} m
 * @param {number} s
 * @param {Room} room
 * @param {number} step
 */
function valueAt(m, s, room, step) {
  const numbers = step ? m.mixed[s] : m.v[s];
  const looks = { size: 14.5, ...(step ? { digits: 2 } : {}) };
  const make = (/** @type {string} */ key, /** @type {number} */ z) =>
    vector(`${key}${s}`, "value", numbers, { ...cellsOfValue(room), looks: { ...looks, z } });
  const value = make("v", 1).late(120 + s * 130);
  return step === 1 ? layers([value, make("y", 2).late(800).into((i) => `o.${i}`)]) : value;
}

/**
 * The output: empty until the values have come together.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} step
 */
function mixedOutput(m, room, step) {
  const cells = { w: room.wide ? 54 : 60, h: room.wide ? 46 : 44, gap: 4 };
  const looks = { digits: 2, size: 17, look: "result", z: 3 };
  const output = step < 2
    ? vector("o", "value", [0, 0, 0], cells).with({ value: undefined, text: "", look: "empty" })
    : vector("o", "value", m.output, { ...cells, looks }).late(380);
  return column([output, heads("i", THINGS, { ...cells, looks: { size: 13 } })], { gap: 5 });
}

/**
 * From each number of a value to its place in the output, as broad as what it brings.
 * @param {Facts} m
 * @param {(name: string) => Box} at
 */
function ribbons(m, at) {
  const { w } = at("o.0");
  const most = Math.max(1, ...m.mixed.flat().map(Math.abs));
  return FOUR.flatMap((s) =>
    THINGS.map((_, c) => {
      const part = Math.abs(m.mixed[s][c]) / most;
      if (part < SEEN) return null;
      const thick = Math.max(2, 0.8 * w * part);
      return ribbon(`flow${s}.${c}`, at(`v${s}.${c}`), at(`o.${c}`), {
        role: "value",
        thick: Math.min(thick, at(`v${s}.${c}`).w),
        thick2: thick,
        opacity: 0.28,
        delay: 120,
      });
    })
  );
}

/**
 * The output is added to the vector of the token that asks, in the places of the things.
 * @param {Facts} m
 * @param {Room} room
 */
export function drawOutput(m, room) {
  const { wide } = room;
  const cells = wide ? { w: 66, h: 52, gap: 6, split: 18 } : { w: 40, h: 44, gap: 3, split: 8 };
  const looks = { size: wide ? 18 : 14, z: 3 };
  const own = vector(`x${m.row}`, "x", m.x[m.row], { ...cells, looks })
    .from(`t${m.row}`).late(250);
  const output = vector("o", "value", m.output, { ...cells, looks: { ...looks, digits: 2 } });
  const best = clearlyLargest(m.after.slice(ANIMALS.length)) + ANIMALS.length;
  const sum = vector("sum", "x", m.after, { ...cells, looks })
    .from((i) => i < ANIMALS.length ? `x${m.row}.${i}` : `o.${i - ANIMALS.length}`)
    .with((_, i) => (i === best && best >= ANIMALS.length ? { look: "result" } : {})).late(950, 60);
  const named = (/** @type {Piece} */ name, /** @type {Piece} */ piece) => {
    const inPlace = within(piece, { w: own.w, align: "end" });
    if (!wide) return column([within(name, { w: own.w, align: "start" }), inPlace], { gap: 4 });
    return row([within(name, { w: 130, align: "start" }), inPlace, space(130)], { gap: 0 });
  };
  const strong = { size: 13, strong: true };
  const whole = column([
    chips(m, room, (s) => s !== m.row),
    space(0, wide ? 12 : 18),
    named(label("line.x", "vector", { ...strong, role: "x" }), own),
    named(label("line.o", "+ output", { ...strong, role: "value" }), output),
    rule("total", own.w).late(800),
    named(label("line.sum", "new vector", { ...strong, role: "x" }).late(950), sum),
    heads("c", CHANNELS, { ...cells, looks: { size: 13 } }).late(250),
  ], { gap: wide ? 14 : 12 });
  return picture(room, whole, { alignY: "start" });
}
