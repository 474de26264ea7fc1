// One number of the tiny network among all of them.

import { layerOf, rowOf } from "./names.js";

/** @import { Biases, Weights } from "../../engine/small_network.js" */

/**
 * A weight, or the bias of a unit, of the network or of as many slopes.
 * @param {Weights} weights
 * @param {Biases} biases
 * @param {number} unit
 * @param {number} input -1 for the bias
 */
export const numberInto = (weights, biases, unit, input) =>
  input < 0 ? biases[layerOf(unit)][rowOf(unit)] : weights[layerOf(unit)][rowOf(unit)][input];

/**
 * The weights, or the biases, with another number among them.
 * @param {Weights} weights
 * @param {Biases} biases
 * @param {number} unit
 * @param {number} input -1 for the bias
 * @param {number} value
 */
export function withNumber(weights, biases, unit, input, value) {
  const [layer, row] = [layerOf(unit), rowOf(unit)];
  const all = structuredClone(input < 0 ? { biases } : { weights });
  if (all.biases) all.biases[layer][row] = value;
  else all.weights[layer][row][input] = value;
  return all;
}
