// What hidden layers other than GELU's do, number by number, and their way back: SwiGLU, which is
// hidden = silu(gate) · up, and ReLU², which is hidden = max(0, up)².

/** @import { Memory } from "./memory.js" */

/**
 * silu(v) is v · sigmoid(v); the sigmoid is kept for the way back.
 * @param {Memory} m
 * @param {number} gate
 * @param {number} sigmoid
 * @param {number} up
 * @param {number} hidden
 * @param {number} length
 */
export function gateForward({ f, exp }, gate, sigmoid, up, hidden, length) {
  for (let i = 0; i < length; i++) {
    const v = f[gate + i];
    const s = 1 / (1 + exp(-v));
    f[sigmoid + i] = s;
    f[hidden + i] = v * s * f[up + i];
  }
}

/**
 * From d, the gradient of hidden: to that of up, in its place, and to dgate, that of gate.
 * @param {Memory} m
 * @param {number} d
 * @param {number} dgate
 * @param {number} gate
 * @param {number} sigmoid
 * @param {number} up
 * @param {number} length
 */
export function gateBackward({ f }, d, dgate, gate, sigmoid, up, length) {
  for (let i = 0; i < length; i++) {
    const v = f[gate + i];
    const s = f[sigmoid + i];
    const g = f[d + i];
    f[dgate + i] = g * f[up + i] * (s + v * s * (1 - s));
    f[d + i] = g * v * s;
  }
}

/**
 * ReLU², as "relu2" in llm_lib.model.block.
 * @param {Memory} m
 * @param {number} up
 * @param {number} hidden
 * @param {number} length
 */
export function squareForward({ f }, up, hidden, length) {
  for (let i = 0; i < length; i++) {
    const v = f[up + i];
    f[hidden + i] = v > 0 ? v * v : v * 0; // NaN stays NaN
  }
}

/**
 * From d, the gradient of hidden, to that of up, in its place.
 * @param {Memory} m
 * @param {number} d
 * @param {number} up
 * @param {number} length
 */
export function squareBackward({ f }, d, up, length) {
  for (let i = 0; i < length; i++) f[d + i] *= 2 * Math.max(0, f[up + i]);
}
