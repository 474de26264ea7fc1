// What a GPT's config costs: parameters, operations and memory, as llm_lib.costs.model_size counts
// them.

import { sizesFault } from "./config.js";
import { total } from "./vectors.js";

/** @import { Config } from "./types.js" */
/**
 * @typedef {Required<Config> & { head_size: number, n_tokens: number, batch_size: number,
 *   bytes_per_number: number }} Use a config and what is done with it
 */
/** @typedef {Record<string, number>} Parts */

/**
 * All parts of a count together.
 * @param {Parts} parts
 */
export const sum = (parts) => total(Object.values(parts));

/**
 * What is wrong with a config, in GPTConfig's words, or "".
 * @param {Use} c
 */
export function faultOf(c) {
  const fault = sizesFault(c);
  if (fault) return fault;
  if (c.n_tokens > c.context_length) {
    return `n_tokens ${c.n_tokens} is more than the model's context_length of ${c.context_length}`;
  }
  return "";
}

/**
 * Parameters of each part of the model.
 * @param {Use} c
 */
export function countParameters(c) {
  const linear = (/** @type {number} */ n, /** @type {number} */ m) => n * m + (c.bias ? m : 0);
  const C = c.n_embd;
  const heads = c.n_head + 2 * c.n_kv_head;
  return {
    "token embedding": c.vocab_size * C,
    "position embedding": c.position === "learned" ? c.context_length * C : 0,
    attention: c.n_layer * (linear(C, heads * c.head_size) + linear(C, C)),
    "feed-forward": c.n_layer *
      ((c.mlp === "swiglu" ? 2 : 1) * linear(C, c.n_hidden) + linear(c.n_hidden, C)),
    norms: (2 * c.n_layer + 1) * C * (c.norm === "layer" && c.bias ? 2 : 1),
    head: c.tie_weights ? 0 : c.vocab_size * C,
  };
}

/**
 * Operations for one token of a text of n_tokens.
 * @param {Use} c
 */
export function countFlops(c) {
  const C = c.n_embd;
  const heads = c.n_head + 2 * c.n_kv_head;
  return {
    projections: 2 * c.n_layer * (heads * c.head_size + C) * C,
    "looking back": 4 * c.n_layer * C * c.n_tokens,
    "feed-forward": 2 * c.n_layer * (c.mlp === "swiglu" ? 3 : 2) * C * c.n_hidden,
    head: 2 * C * c.vocab_size,
  };
}

/**
 * Bytes that training takes, in float32; activations are an estimate.
 * @param {Use} c
 * @param {number} parameters
 */
export function countTraining(c, parameters) {
  const perToken = c.n_layer * (8 * c.n_embd + (c.mlp === "swiglu" ? 4 : 2) * c.n_hidden) +
    2 * c.n_embd + c.vocab_size;
  return {
    weights: 4 * parameters,
    gradients: 4 * parameters,
    AdamW: 8 * parameters,
    activations: 4 * perToken * c.n_tokens * c.batch_size,
  };
}

/**
 * Bytes that writing takes: the weights, and the keys and values of all texts.
 * @param {Use} c
 * @param {number} parameters
 */
export function countInference(c, parameters) {
  const perToken = 2 * c.n_layer * c.n_kv_head * c.head_size;
  return {
    weights: c.bytes_per_number * parameters,
    cache: c.bytes_per_number * perToken * c.n_tokens * c.batch_size,
  };
}
