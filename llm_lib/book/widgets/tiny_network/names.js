// The units and numbers of the tiny network by name.

import { N_HIDDEN } from "../../engine/small_network.js";
import { decimals } from "../shared/words.js";

export const INPUTS = ["x₁", "x₂"];

export const UNITS = ["h₁", "h₂", "h₃", "output"];

/** @param {number} v */
export const signed = (v) => (v > 0.005 ? "+" : "") + decimals(v);

/** @param {number} unit */
export const layerOf = (unit) => (unit < N_HIDDEN ? 0 : 1);

/** @param {number} unit */
export const rowOf = (unit) => (unit < N_HIDDEN ? unit : 0);

/** @param {number} unit */
export const namesInto = (unit) => (unit < N_HIDDEN ? INPUTS : UNITS.slice(0, N_HIDDEN));

/**
 * @param {number} unit
 * @param {number} input
 */
export const partName = (unit, input) =>
  input < 0 ? `bias of ${UNITS[unit]}` : `${namesInto(unit)[input]} → ${UNITS[unit]}`;
