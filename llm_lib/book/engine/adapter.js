// An adapter in the page: what LoRA has learned beside a base model, as llm_lib.finetuning.lora has
// it.

/** @import { Weights } from "./types.js" */
/**
 * @typedef {object} Adapter
 * @property {Record<string, number>} scales α / r, by the name of the layer
 * @property {Weights} tensors "name.lora_a" (r, C_in) and "name.lora_b" (C_out, r)
 */

/**
 * A base model's weights with an adapter's change, `strength` times: W + strength · (α / r) · B A.
 * Weights without a change are the same arrays. Throws an Error in words if the adapter does not
 * fit.
 * @param {Weights} weights
 * @param {Adapter} adapter
 * @param {number} strength 0: the base model; 1: as it was learned
 * @returns {Weights}
 */
export function withAdapter(weights, adapter, strength) {
  const changed = { ...weights };
  for (const [name, scale] of Object.entries(adapter.scales)) {
    const { W, A, B, r } = partsOf(weights, adapter, name);
    changed[`${name}.weight`] = changedMatrix(W, A, B, r, strength * scale);
  }
  return changed;
}

/**
 * The size of what an adapter adds to one matrix at strength 1, (α / r) · B A, as a share of the
 * weight's. A size is the root of the sum of squares.
 * @param {Weights} weights of the base
 * @param {Adapter} adapter
 * @param {string} name of the layer
 */
export function changeOf(weights, adapter, name) {
  const { W, A, B, r } = partsOf(weights, adapter, name);
  const change = changedMatrix(new Float32Array(W.length), A, B, r, adapter.scales[name]);
  return { share: lengthOf(change) / lengthOf(W) };
}

/**
 * The matrices of one layer. Only r is not known: |A| = r · C_in, |B| = C_out · r, and
 * |W| = C_out · C_in.
 * @param {Weights} weights
 * @param {Adapter} adapter
 * @param {string} name
 */
function partsOf(weights, { tensors }, name) {
  const [W, A, B] = [
    weights[`${name}.weight`],
    tensors[`${name}.lora_a`],
    tensors[`${name}.lora_b`],
  ];
  const r = W && A && B ? Math.round(Math.sqrt((A.length * B.length) / W.length)) : 0;
  if (r < 1 || A.length * B.length !== r * r * W.length || A.length % r || B.length % r) {
    throw new Error(`The adapter does not fit this model: its change of ${name} has no place.`);
  }
  return { W, A, B, r };
}

/**
 * @param {ArrayLike<number>} W
 * @param {ArrayLike<number>} A
 * @param {ArrayLike<number>} B
 * @param {number} r
 * @param {number} factor
 */
function changedMatrix(W, A, B, r, factor) {
  const inputs = A.length / r;
  const out = Float32Array.from(W);
  for (let row = 0; row * r < B.length; row++) {
    for (let k = 0; k < r; k++) {
      const b = factor * B[row * r + k];
      for (let i = 0; i < inputs; i++) out[row * inputs + i] += b * A[k * inputs + i];
    }
  }
  return out;
}

/** @param {Float32Array} x */
const lengthOf = (x) => Math.sqrt(x.reduce((sum, v) => sum + v * v, 0));
