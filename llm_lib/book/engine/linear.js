// A linear layer, y = x · Wᵀ + b with W (outputs, inputs) as torch stores it, and its way back.

import { addRows, transpose } from "./rows.js";

/** @import { Memory } from "./memory.js" */
/**
 * @typedef {object} Linear
 * @property {number} weight where it lies
 * @property {number} bias -1: none
 * @property {number} inputs
 * @property {number} outputs
 */

const ROWS_AT_ONCE = 256; // rows at a time, which stay in the processor's cache

/**
 * y (N, outputs), plus `start` (N, outputs) where that is not -1: the residual stream.
 * @param {Memory} m
 * @param {Linear} layer
 * @param {number} y
 * @param {number} x (N, inputs)
 * @param {number} N
 * @param {number} turned room for Wᵀ
 * @param {number} [start]
 */
export function linearForward(m, { weight, bias, inputs, outputs }, y, x, N, turned, start = -1) {
  const { f } = m;
  const add = bias >= 0 || start >= 0;
  if (start >= 0) f.copyWithin(y, start, start + N * outputs);
  for (let n = 0; bias >= 0 && n < N; n++) {
    const row = y + n * outputs;
    if (start < 0) f.copyWithin(row, bias, bias + outputs);
    else for (let i = 0; i < outputs; i++) f[row + i] += f[bias + i];
  }
  // One row is y = W · x, with W as it lies.
  if (N === 1) return m.matmul(y, 1, weight, inputs, 1, x, 1, outputs, 1, inputs, add);
  transpose(f, turned, weight, inputs, outputs, inputs);
  m.matmul(y, outputs, x, inputs, 1, turned, outputs, N, outputs, inputs, add);
}

/**
 * From dy (N, outputs): dx = dy · W, or dx += dy · W, and onto the gradients of the parameters
 * dyᵀ · x and the sum of dy's rows.
 * @param {Memory} m
 * @param {Linear} layer
 * @param {Linear} gradient where those of its parameters lie
 * @param {number} dy
 * @param {number} x
 * @param {number} dx
 * @param {number} N
 * @param {boolean} [add]
 */
export function linearBackward(m, layer, gradient, dy, x, dx, N, add = false) {
  const { weight, inputs, outputs } = layer;
  m.matmul(dx, inputs, dy, outputs, 1, weight, inputs, N, inputs, outputs, add);
  for (let n = 0; n < N; n += ROWS_AT_ONCE) {
    const [rows, from] = [Math.min(ROWS_AT_ONCE, N - n), dy + n * outputs];
    const to = gradient.weight;
    m.matmul(to, inputs, from, 1, outputs, x + n * inputs, inputs, outputs, inputs, rows, true);
  }
  if (layer.bias >= 0) addRows(m.f, gradient.bias, dy, N, outputs);
}
