// How large the model is that a reader trains: sizes to choose from, and the config they make.

import { countParameters, sum } from "../../engine/model_size.js";

/** @import { Config } from "../../engine/types.js" */
/** @typedef {{ n_layer: number, n_head: number, n_embd: number, context_length: number }} Sizes */
/** @typedef {Record<keyof Sizes, number> & { data: string, size: string }} SizeTraits */

/** By about how many parameters they make. */
export const TRAIN_SIZES = {
  "10k": { n_layer: 2, n_head: 2, n_embd: 20 },
  "27k": { n_layer: 2, n_head: 4, n_embd: 32 },
  "100k": { n_layer: 2, n_head: 4, n_embd: 64 },
  "200k": { n_layer: 4, n_head: 4, n_embd: 64 },
};

/** What can be chosen of each. */
export const SIZE_CHOICES = {
  n_layer: [1, 2, 3, 4, 6],
  n_head: [1, 2, 4],
  n_embd: [8, 12, 16, 20, 24, 32, 48, 64, 96, 128],
  context_length: [8, 16, 32, 64, 128],
};

/** @param {string} data */
const isNames = (data) => data.endsWith("names");

/**
 * The name of the size that a text begins with; a phone begins with a smaller one.
 * @param {string} data
 * @param {boolean} narrow
 */
export const usualSize = (data, narrow) =>
  isNames(data) ? (narrow ? "10k" : "27k") : narrow ? "27k" : "100k";

/**
 * The sizes that the traits say.
 * @param {SizeTraits} traits
 * @param {boolean} narrow
 * @returns {Sizes}
 */
export function sizesOf(traits, narrow) {
  const name = traits.size || usualSize(traits.data, narrow);
  const usual = TRAIN_SIZES[/** @type {keyof typeof TRAIN_SIZES} */ (name)];
  const context_length = isNames(traits.data) ? 16 : 32;
  const sizes = /** @type {Sizes} */ ({ ...usual, context_length });
  for (const key of /** @type {(keyof Sizes)[]} */ (Object.keys(sizes))) {
    if (traits[key]) sizes[key] = traits[key];
  }
  return sizes;
}

/**
 * A GPT's config, with all the fields that llm_lib.model.gpt.GPTConfig has.
 * @param {Sizes} sizes
 * @param {number} V the size of the vocabulary
 * @returns {Config}
 */
export const configOf = (sizes, V) => ({
  vocab_size: V,
  context_length: sizes.context_length,
  n_layer: sizes.n_layer,
  n_head: sizes.n_head,
  n_embd: sizes.n_embd,
  dropout: 0,
  bias: true,
  n_kv_head: sizes.n_head,
  position: "learned",
  norm: "layer",
  mlp: "gelu",
  tie_weights: true,
  n_hidden: 4 * sizes.n_embd,
  rope_base: 10000,
  norm_eps: 1e-5,
  init_std: null,
  qk_norm: false,
});

/**
 * How many numbers a model of this config learns.
 * @param {Config} config
 */
export function parametersOf(config) {
  const use = { n_kv_head: config.n_head, n_hidden: 4 * config.n_embd, ...config };
  const head_size = config.n_embd / config.n_head;
  return sum(countParameters(/** @type {any} */ ({ ...use, head_size })));
}
