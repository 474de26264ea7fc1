// Windows and batches of a row of tokens: the same as llm_lib.dataset makes.

import { shuffledOrder } from "./numpy_random.js";

/**
 * @typedef {object} WindowSettings as llm_lib.dataset has them
 * @property {number} context_length
 * @property {number} stride
 * @property {number} batch_size
 * @property {boolean} shuffle
 * @property {boolean} drop_last
 * @property {number} seed
 * @property {number} epoch
 */
/** @typedef {ReturnType<typeof planWindows>} Plan */

export const ID_BYTES = 8; // of an id in a tensor

/**
 * What the loader makes of n tokens: see the trait "plan".
 * @param {number} n
 * @param {WindowSettings} settings
 */
export function planWindows(
  n,
  { context_length: T, stride, batch_size: B, shuffle, drop_last, seed, epoch },
) {
  const windows = n > T ? Math.floor((n - T - 1) / stride) + 1 : 0;
  const order = shuffle
    ? shuffledOrder(windows, seed, epoch)
    : Array.from({ length: windows }, (_, i) => i);
  const batches = [];
  for (let at = 0; at < windows; at += B) batches.push(order.slice(at, at + B));
  const left_out = drop_last && windows % B ? batches.pop() : [];
  const as_input = new Array(n).fill(0);
  const as_target = new Array(n).fill(0);
  for (const window of batches.flat()) {
    for (let t = window * stride; t < window * stride + T; t++) {
      as_input[t]++;
      as_target[t + 1]++;
    }
  }
  return {
    windows,
    order,
    batches,
    left_out,
    as_input,
    as_target,
    batch_bytes: B * (T + 1) * ID_BYTES, // x and y are views of one row of ids
  };
}
