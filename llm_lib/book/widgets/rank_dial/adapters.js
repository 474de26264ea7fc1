// The adapters of the rank dial's file, each read into the weights that it learned.

import { readWeights } from "../../engine/weights.js";

/** @import { Adapter } from "../../engine/adapter.js" */
/** @import { TensorPlace } from "../../engine/types.js" */
/** @typedef {{ r: number, bytes: number, scales: Record<string, number> }} AdapterFacts */
/** @typedef {AdapterFacts & { tensors: TensorPlace[], data: string }} AdapterFile */
/** @typedef {AdapterFacts & Adapter & { learned: number }} Known an adapter that is read */

/**
 * @param {{ adapters: AdapterFile[] }} file
 * @returns {Known[]}
 */
export const readAdapters = ({ adapters }) =>
  adapters.map(({ tensors, data, ...facts }) => {
    const weights = readWeights({ tensors, data });
    const learned = Object.values(weights).reduce((sum, { length }) => sum + length, 0);
    return { ...facts, tensors: weights, learned };
  });
