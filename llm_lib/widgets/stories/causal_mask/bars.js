// Losses as bars, in training and in use, and a line for a uniform guess.

import { column, over, picture, row, within } from "../../moving/layout.js";
import { figure, label, note, rising } from "../../moving/pieces.js";

/** @import { Room } from "../../moving/types.js" */
/** @import { Facts, Run } from "./facts.js" */

/**
 * For each run a pair of bars.
 * @param {Facts} m
 * @param {Room} room
 * @param {Run[]} runs
 * @param {number} tall the height of the largest
 */
export function drawBars(m, room, runs, tall) {
  const { wide } = room;
  const most = 1.05 * Math.max(m.even, ...runs.flatMap(({ loss, use }) => [loss, use.loss]));
  const w = wide ? 56 : 44;
  const bar = (/** @type {string} */ key, /** @type {string} */ name, /** @type {number} */ loss) =>
    column([
      within(
        column([
          figure(`loss.${key}`, loss, { digits: 2, size: wide ? 15 : 13 }),
          rising(`bar.${key}`, 1, { w, h: Math.max(1.5, (loss / most) * tall) }),
        ], { gap: 3 }),
        { h: tall + 22, alignY: "end" },
      ),
      within(note(`name.${key}`, name), { w: wide ? 62 : 54 }),
    ], { gap: 5 });
  const pair = (/** @type {Run} */ { mask, loss, use }) => {
    const key = mask ? "masked" : "free";
    return column([
      row([bar(`${key}.training`, "training", loss), bar(`${key}.use`, "in use", use.loss)], {
        gap: wide ? 14 : 8,
      }),
      runs.length > 1
        ? label(`of.${key}`, mask ? "with the mask" : "no mask", { strong: true })
        : null,
    ], { gap: 8 });
  };
  const even = `uniform\nguess ${m.even.toFixed(2)}`;
  const pairs = row(runs.map(pair), { gap: wide ? 70 : 14 }).named("bars");
  const side = within(note("even.name", even, { size: wide ? 13 : 12 }), {
    h: pairs.h,
    alignY: "end",
  })
    .with((e) => ({ y: e.y - (pairs.h - tall - 22) - (m.even / most) * tall + 36 }));
  const whole = row([pairs, side], { gap: wide ? 16 : 4, align: "start" });
  const foot = (/** @type {import("../../moving/types.js").Box} */ box) => box.y + tall + 22;
  return over(whole, (at) => {
    const box = at("bars");
    const line = { role: "line", x: box.x - 6, w: whole.w + 6, h: 2, r: 0, z: 3 };
    return [
      { ...line, key: "base", y: foot(box), w: box.w + 12 },
      { ...line, key: "even", y: foot(box) - (m.even / most) * tall },
    ];
  });
}

/** @param {Facts} m @param {Room} room */
export const drawLosses = (m, room) =>
  picture(room, drawBars(m, room, [m.free[2], m.masked[1]], room.wide ? 210 : 220));
