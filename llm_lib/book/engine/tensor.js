// The few array operations a GPT needs, on flat Float32Arrays. A matrix with T rows and I columns
// is one array of T * I numbers, row after row. Nothing here knows what a Transformer is.

/** @import { Floats } from "./types.js" */

/**
 * Sum of two arrays of one length.
 * @param {Floats} a
 * @param {Floats} b
 */
export function plus(a, b) {
  const sum = new Float32Array(a.length);
  for (let i = 0; i < a.length; i++) sum[i] = a[i] + b[i];
  return sum;
}

/**
 * An array in n pieces of one length, as views.
 * @param {Floats} array
 * @param {number} n
 */
export function cut(array, n) {
  const size = array.length / n;
  return Array.from({ length: n }, (_, i) => array.subarray(i * size, (i + 1) * size));
}
