// The loss as it is drawn: each target's probability, its surprise as a bar, and their mean.

import { column, over, row, space, within } from "../../moving/layout.js";
import { figure, label, solid } from "../../moving/pieces.js";
import { BOLD, grid, targetsOf, withRing } from "./pictures.js";

/** @import { Box, Room, Sketch } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */

const SLIM = 38; // pixels: a number's cell on a phone, where a bar stands beside it

/**
 * A surprise as a bar with its number.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} t
 */
function surpriseOf(m, { W, wide }, t) {
  const most = Math.max(...m.surprises);
  const nat = W > 850 ? 96 : wide ? 36 : Math.min(36, 54 / most); // pixels
  const s = m.surprises[t];
  const number = figure(`s${t}`, s, { digits: 2, size: wide ? 15 : 13 }).from(`z${t}.${m.y[t]}`);
  const bar = solid(`bar${t}`, { w: s * nat, h: 24 }, { role: "query", level: 0.62, r: 3 });
  const long = within(bar.from(`z${t}.${m.y[t]}`), { w: most * nat, align: "start" });
  return row([long, number], { gap: wide ? 12 : 6 }).late(120 * t);
}

/** @param {Facts} m */
const meanOf = (m) =>
  row([label("name.loss", "mean: loss", BOLD), figure("loss", m.loss, { digits: 2, size: 18 })], {
    gap: 10,
  });

/**
 * The mean of the surprises as a line through their bars, with its number at the foot.
 * @param {Facts} m
 * @param {(name: string) => Box} at
 * @returns {Sketch[]}
 */
function meanLine(m, at) {
  const number = at("s0"); // the words end where it does, so a phone has room for them
  const [first, last] = [at("bar0"), at(`bar${m.y.length - 1}`)];
  const x = first.x + first.w * m.loss / m.surprises[0];
  const h = last.y + last.h - first.y + 16;
  const words = meanOf(m);
  const line = { key: "mean", role: "none", level: 1, r: 0, z: 4 };
  return [
    { ...line, x: x - 1, y: first.y - 8, w: 2, h },
    ...words.put(
      Math.min(x - words.w / 2, number.x + number.w - words.w),
      first.y + h - 2,
      new Map(),
    ),
  ];
}

/** @param {Facts} m @param {Room} room @param {number} k */
export function drawLoss(m, room, k) {
  const shares = grid(room, {
    key: "z",
    name: k ? "probabilities, and −ln p of each target" : "probabilities: the target is framed",
    values: m.p,
    role: "amount",
    rows: m.x,
    most: 0.4, // of four that share 1
    each: (piece, t, j) => j === m.y[t] ? piece.with(() => ({ role: "value" })) : piece,
    beside: k ? m.surprises.map((_, t) => surpriseOf(m, room, t)) : undefined,
    slim: k ? SLIM : undefined,
  });
  const whole = over(shares, (at) => [
    ...targetsOf(m)(at),
    ...(k ? meanLine(m, at) : []),
  ]);
  if (!k) return withRing(room, "loss", whole);
  return withRing(room, "loss", column([whole, space(1, 14)], { gap: 12 }));
}
