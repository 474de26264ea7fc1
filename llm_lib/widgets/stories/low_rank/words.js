// What is said in each scene, and each picture in words.

import { inText } from "../../moving/ruler.js";
import { writtenOut } from "./facts.js";

/** @import { Facts, Layer } from "./facts.js" */
/** @typedef {Record<string, (m: Facts, k: number) => string>} Words */

/** @param {number[]} numbers */
const listed = (numbers) => `(${numbers.map((n) => inText(n)).join(", ")})`;

/** @param {number[][]} rows */
const rowsOf = (rows) => rows.map(listed).join(" and ");

/** @type {Words} */
export const sayOf = {
  Frozen: ({ trained: { x, wx } }) =>
    `A trained layer multiplies x = ${listed(x)} by its matrix W. The result is ${listed(wx)}. ` +
    "From now on W is frozen: its 6 numbers stay as they are.",
  Down: ({ trained: { a, x, ax } }) =>
    `Beside it, a detour. A takes x down to r numbers, and here r is 1: ${writtenOut(a[0], x)} = ${
      inText(ax[0])
    }.`,
  Up: ({ trained: { bax } }) =>
    `B takes that number up again, to as many as W x has: ${listed(bax)}.`,
  Scale: ({ trained: { alpha, change } }) =>
    `Multiplied by α ÷ r = ${alpha} ÷ 1, that is the change: ${listed(change)}.`,
  Add: ({ trained: { wx, change, y } }) =>
    `The layer gives both together: ${listed(wx)} plus ${listed(change)} is ${listed(y)}. ` +
    "Training moves A and B alone.",
  "At zero": ({ atZero: { y } }) =>
    `Before training, B is 0. So the change is 0, and y is W x, ${listed(y)}: tuning begins at ` +
    "the base model.",
  Merge: ({ trained: { y } }) =>
    "After training, B A times α ÷ r is a matrix as large as W. Added to W once, it gives the " +
    `same y, ${listed(y)}, without a detour.`,
  "Your turn": ({ trained: { wx, change, y } }) =>
    `W x is ${listed(wx)}, the change ${listed(change)}, and y ${
      listed(y)
    }. Change x, A, B or α. ` +
    "W stays.",
};

/** @param {Layer} m */
const whole = (m) =>
  `Input ${listed(m.x)}. Above, W with the rows ${rowsOf(m.w)} gives ${listed(m.wx)}. Below, A ${
    listed(m.a[0])
  } gives ${inText(m.ax[0])}, B ${listed(m.b.flat())} makes ${listed(m.bax)} of it, times ${
    inText(m.scale)
  } that is ${listed(m.change)}. Sum: ${listed(m.y)}.`;

/** @type {Words} */
export const altOf = {
  Frozen: ({ trained: m }) =>
    `Input ${listed(m.x)}, an arrow through W with the rows ${rowsOf(m.w)}, and ${listed(m.wx)}.`,
  Down: ({ trained: m }) =>
    `Below W, a matrix A of one row, ${listed(m.a[0])}, which gives ${inText(m.ax[0])}.`,
  Up: ({ trained: m }) =>
    `After A, a matrix B of one column, ${listed(m.b.flat())}, which gives ${listed(m.bax)}.`,
  Scale: ({ trained: m }) => `After B, times ${inText(m.scale)}: the change ${listed(m.change)}.`,
  Add: ({ trained: m }) => whole(m),
  "At zero": ({ atZero: m }) => `With B at 0. ${whole(m)}`,
  Merge: ({ trained: m }) =>
    `W with the rows ${rowsOf(m.w)}, plus ${rowsOf(m.added)}, is ${rowsOf(m.merged)}. It takes ${
      listed(m.x)
    } to ${listed(m.y)}.`,
  "Your turn": ({ trained: m }) => `As you chose. ${whole(m)}`,
};
