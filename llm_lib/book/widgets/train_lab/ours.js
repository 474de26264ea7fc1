// A training that somebody has let run: what stands in the chart of the small one before the first.

/** @import { LossPoint } from "./curve.js" */

/**
 * The held-out losses of a training of the small one on a wide page, on the names that it begins
 * with: a test trains it anew.
 * @type {LossPoint[]}
 */
export const OURS = [
  [0, 3.95],
  [25, 2.72],
  [50, 2.42],
  [75, 2.22],
  [100, 2.19],
  [125, 2.12],
  [150, 2.03],
  [175, 1.99],
  [200, 2.01],
];
