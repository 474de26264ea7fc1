// Losses as bars, in training and in use, and a line for a uniform guess.

import { column, over, picture, row, space, within } from "../../moving/layout.js";
import { figure, label, note, rising } from "../../moving/pieces.js";

/** @import { Room } from "../../moving/types.js" */
/** @import { Facts, Run } from "./facts.js" */

const NUMBER = 22; // the height of a number on a bar

/**
 * A loss as a bar, in a room as high as the largest.
 * @param {string} key
 * @param {string} name
 * @param {number} loss
 * @param {{ most: number, tall: number, wide: boolean }} scale
 */
function bar(key, name, loss, { most, tall, wide }) {
  const h = Math.max(1.5, (loss / most) * tall);
  const whole = column([
    figure(`loss.${key}`, loss, { digits: 2, size: wide ? 15 : 13 }),
    rising(`bar.${key}`, 1, { w: wide ? 56 : 44, h }),
  ], { gap: 3 });
  return column([
    within(whole, { h: tall + NUMBER, alignY: "end" }),
    within(note(`name.${key}`, name, { size: wide ? 13 : 12 }), { w: wide ? 62 : 50 }),
  ], { gap: 5 });
}

/**
 * For each run a pair of bars, and across all of them a line.
 * @param {Facts} m
 * @param {Room} room
 * @param {Run[]} runs
 * @param {number} tall the height of the largest
 */
export function drawBars(m, { wide }, runs, tall) {
  const most = 1.05 * Math.max(m.even, ...runs.flatMap(({ loss, use }) => [loss, use.loss]));
  const scale = { most, tall, wide };
  const pair = (/** @type {Run} */ { mask, loss, use }) => {
    const key = mask ? "masked" : "free";
    const title = () => label(`of.${key}`, mask ? "with the mask" : "no mask", { strong: true });
    return column([
      row([
        bar(`${key}.training`, "training", loss, scale),
        bar(`${key}.use`, "in use", use.loss, scale),
      ], { gap: wide ? 14 : 4 }),
      runs.length > 1 ? title() : null,
    ], { gap: 8 });
  };
  const pairs = row(runs.map(pair), { gap: wide ? 70 : 12 }).named("bars");
  const foot = tall + NUMBER;
  const line = foot - (m.even / most) * tall; // the place of a uniform guess, from the top
  const even = note("even.name", `uniform\nguess ${m.even.toFixed(2)}`, { size: wide ? 13 : 12 });
  const side = column([space(0, line + 4), even], { gap: 0 });
  const whole = row([pairs, side], { gap: wide ? 16 : 4, align: "start" });
  return over(whole, (at) => {
    const { x, y, w } = at("bars");
    const across = { role: "line", x: x - 6, h: 2, r: 0, z: 3 };
    return [
      { ...across, key: "base", y: y + foot, w: w + 12 },
      { ...across, key: "even", y: y + line, w: whole.w + 6 },
    ];
  });
}

/** @param {Facts} m @param {Room} room */
export const drawLosses = (m, room) =>
  picture(room, drawBars(m, room, [m.free[2], m.masked[1]], room.wide ? 210 : 220));
