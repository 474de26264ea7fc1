// SwiGLU: hidden = silu(gate) · up, number by number, and its way back.

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
