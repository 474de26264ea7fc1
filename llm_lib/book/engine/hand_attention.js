// Causal attention of a few short vectors, with every step kept.

import { dot, total } from "./vectors.js";

/** @typedef {number[]} Point a vector of any length; where it is drawn, x and y */
/**
 * @typedef {object} Setting the arrows of all tokens, and what is done with their dot products
 * @property {Point[]} q
 * @property {Point[]} k
 * @property {Point[]} v
 * @property {boolean} scaling
 * @property {boolean} causal
 * @property {number} temperature
 */
/** @typedef {ReturnType<typeof attendByHand>} Steps */

/**
 * Every step for every pair of tokens: dots and scores (T, T), exps and weights (T, T) with 0 where
 * the mask hides, the sums of exps (T,), and the outputs, each as long as a value.
 * @param {Setting} options
 */
export function attendByHand({ q, k, v, scaling, causal, temperature }) {
  const T = q.length;
  const divisor = (scaling ? Math.sqrt(k[0].length) : 1) * temperature;
  const dots = q.map((query) => k.map((key) => dot(query, key)));
  const scores = dots.map((row) => row.map((product) => product / divisor));
  const hidden = (/** @type {number} */ t, /** @type {number} */ s) => causal && s > t;
  const exps = scores.map((row, t) => row.map((score, s) => (hidden(t, s) ? 0 : Math.exp(score))));
  const sums = exps.map((row) => total(row));
  const weights = exps.map((row, t) => row.map((e) => e / sums[t]));
  const output = weights.map((row) =>
    v[0].map((_, c) => row.reduce((sum, w, s) => sum + w * v[s][c], 0))
  );
  return { T, dots, scores, hidden, exps, sums, weights, output };
}
