// What the frozen matrix gives, what the detour adds, and both in one matrix.

import { matrixProduct } from "../../../engine/attention_row.js";
import { dot } from "../../../engine/vectors.js";
import { inText } from "../../moving/ruler.js";

/** @import { Choice } from "../../moving/types.js" */

/**
 * @typedef {object} Settings
 * @property {number[][]} x
 * @property {number[][]} w
 * @property {number[][]} a
 * @property {number[][]} b
 * @property {number} alpha
 */
/** @typedef {ReturnType<typeof layerOf>} Layer */
/** @typedef {ReturnType<typeof factsOf>} Facts */

const ALPHAS = [0, 1, 2, 4];

/** @param {number[][]} matrix @param {number[]} x */
const applied = (matrix, x) => matrix.map((row) => dot(row, x));

/** @param {Settings} settings */
function layerOf({ x: [x], w, a, b, alpha }) {
  const scale = alpha / a.length; // α ÷ r
  const wx = applied(w, x);
  const ax = applied(a, x);
  const bax = applied(b, ax);
  const change = bax.map((n) => scale * n);
  const added = matrixProduct(b, a).map((row) => row.map((n) => scale * n));
  return {
    ...{ x, w, a, b, alpha, scale, wx, ax, bax, change, added },
    y: wx.map((n, i) => n + change[i]),
    merged: w.map((row, i) => row.map((n, j) => n + added[i][j])),
  };
}

/** @param {Settings} settings */
export const factsOf = (settings) => ({
  trained: layerOf(settings),
  atZero: layerOf({ ...settings, b: settings.b.map((row) => row.map(() => 0)) }),
});

/**
 * @param {Facts} m
 * @returns {Choice[]}
 */
export const choicesOf = ({ trained: { alpha } }) => [
  {
    name: "α",
    options: ALPHAS.map((n) => [String(n), String(n)]),
    value: String(alpha),
    pick: (n) => ({ alpha: Number(n) }),
  },
];

/**
 * The product of a row and x, written out.
 * @param {number[]} numbers
 * @param {number[]} x
 */
export const writtenOut = (numbers, x) =>
  numbers.map((n, j) => `${bracketed(n)}\u00a0·\u00a0${bracketed(x[j])}`).join(" + ");

/** @param {number} n */
const bracketed = (n) => (n < 0 ? `(${inText(n)})` : inText(n));
