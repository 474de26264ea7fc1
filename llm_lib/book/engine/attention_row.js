// One row of causal self-attention from the vectors and the three matrices, with every number kept.

import { attendByHand } from "./hand_attention.js";
import { dot } from "./vectors.js";

/**
 * @typedef {object} RowSetting
 * @property {number[][]} x (T, C), the vectors of the tokens
 * @property {number[][]} w_q (C, D)
 * @property {number[][]} w_k (C, D)
 * @property {number[][]} w_v (C, any size)
 * @property {number} row the token that asks
 */

/**
 * The product of two matrices, as lists of rows.
 * @param {number[][]} a
 * @param {number[][]} b
 */
export const matrixProduct = (a, b) =>
  a.map((row) => b[0].map((_, j) => dot(row, b.map((other) => other[j]))));

/**
 * All of attendByHand's steps, and of the row that asks: its weights w, for each key the products
 * of its query's numbers with the key's, each value times its weight (mixed), and their sum, the
 * output.
 * @param {RowSetting} setting
 */
export function attentionRow({ x, w_q, w_k, w_v, row }) {
  const [q, k, v] = [w_q, w_k, w_v].map((w) => matrixProduct(x, w));
  const D = k[0].length;
  const steps = attendByHand({ q, k, v, scaling: true, causal: true, temperature: 1 });
  const w = steps.weights[row];
  const products = k.map((key) => key.map((number, i) => q[row][i] * number));
  const mixed = v.map((value, s) => value.map((number) => w[s] * number));
  return { ...steps, q, k, v, D, w, products, mixed, output: steps.output[row] };
}
