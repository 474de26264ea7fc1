// Every number of the story: with r = 1, α / r is α.

import { dot } from "../../../engine/vectors.js";

/** @import { Choice } from "../../moving/types.js" */

/**
 * @typedef {object} Settings
 * @property {number[][]} x
 * @property {number[][]} w
 * @property {number[][]} a
 * @property {number[][]} b
 * @property {number} alpha
 */
/** @typedef {ReturnType<typeof factsOf>} Facts */

export const SIDE = 128; // of base Sprout's stream: what `attention.out` has of rows and columns
export const RANKS = [1, 4, 16];
const ALPHAS = [0, 1, 2, 4];

/**
 * How many numbers A and B have beside a square matrix of base Sprout.
 * @param {number} r
 */
export const learnedBy = (r) => 2 * r * SIDE;

/** @param {Settings} settings */
export function factsOf({ x: [x], w, a, b, alpha }) {
  const by = (/** @type {number[][]} */ rows) => rows.map((row) => dot(row, x));
  const [down] = by(a);
  const wx = by(w);
  const up = b.map(([n]) => n * down);
  const scaled = up.map((n) => alpha * n);
  const change = b.map(([n]) => a[0].map((m) => n * m)); // B A
  return {
    x,
    w,
    a,
    b,
    alpha,
    wx,
    down,
    up,
    scaled,
    y: wx.map((n, i) => n + scaled[i]),
    change,
    merged: w.map((row, i) => row.map((n, j) => n + alpha * change[i][j])),
  };
}

/**
 * @param {Facts} m
 * @returns {Choice[]}
 */
export const choicesOf = ({ alpha }) => [
  {
    name: "α / r",
    options: [...new Set([...ALPHAS, alpha])].sort((p, q) => p - q)
      .map((n) => [String(n), n === 0 ? "0, without the detour" : String(n)]),
    value: String(alpha),
    pick: (picked) => ({ alpha: Number(picked) }),
  },
];
