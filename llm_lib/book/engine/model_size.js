// What a GPT's config costs: parameters, operations and memory, as llm_lib.costs.model_size counts
// them.

import { sizesFault } from "./config.js";
import { total } from "./vectors.js";

/** @import { Config } from "./types.js" */
/**
 * @typedef {{ n_expert: number, n_active: number, n_hidden: number, n_shared: number,
 *   n_dense: number }} Experts
 */
/** @typedef {{ n_latent: number, n_rotary: number, n_query_latent: number | null }} Latent */
/**
 * What came after GPT-2, as GPTConfig says it; what is left out is not there.
 * @typedef {object} Later
 * @property {boolean} [qkv_bias] where that is not what `bias` says
 * @property {boolean} [qk_norm_weight]
 * @property {(number | null)[]} [windows] how many positions each layer sees; null: all
 * @property {number} [n_sink]
 * @property {Experts | null} [experts]
 * @property {Latent | null} [latent]
 * @property {number[]} [delta_layers] those with a memory in the place of attention
 */
/** @typedef {Required<Config> & Later & { head_size: number }} Shape */
/**
 * @typedef {Shape & { n_tokens: number, batch_size: number, bytes_per_number: number }} Use a
 *   config and what is done with it
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
 * @param {Shape} c
 */
export function countParameters(c) {
  const C = c.n_embd;
  return {
    "token embedding": c.vocab_size * C,
    "position embedding": c.position === "learned" ? c.context_length * C : 0,
    attention: countProjections(c) + attentionVectors(c),
    "feed-forward": countFeedForward(c),
    norms: (2 * c.n_layer + 1) * C * (c.norm === "layer" && c.bias ? 2 : 1),
    head: c.tie_weights ? 0 : c.vocab_size * C,
  };
}

/**
 * Parameters that one token meets: all but those of idle experts.
 * @param {Shape} c
 */
export const countActive = (c) =>
  sum(countParameters(c)) - countFeedForward(c) + countFeedForward(c, { idle: false });

/**
 * Layers with a memory in the place of attention.
 * @param {Shape} c
 */
const memoriesOf = (c) => c.delta_layers?.length ?? 0;

/**
 * Parameters of the matrices of all layers' attention.
 * @param {Shape} c
 */
function countProjections(c) {
  const C = c.n_embd;
  const z = c.n_head * c.head_size;
  const n = memoriesOf(c);
  return (c.n_layer - n) * (c.latent ? latentProjections(c, c.latent) : plainProjections(c)) +
    n * (C * 4 * z + C * 2 * c.n_head + z * C); // queries, keys, values, gates; α and β; out
}

/** @param {Shape} c */
const plainProjections = (c) =>
  c.n_embd * (c.n_head + 2 * c.n_kv_head) * c.head_size + c.n_head * c.head_size * c.n_embd;

/**
 * @param {Shape} c
 * @param {Latent} latent
 */
function latentProjections(c, { n_latent, n_rotary, n_query_latent: short }) {
  const C = c.n_embd;
  const z = c.n_head * c.head_size;
  const q = z + c.n_head * n_rotary;
  const queries = short ? C * short + short * q : C * q;
  return queries + C * (n_latent + n_rotary) + n_latent * 2 * z + z * C;
}

/**
 * Parameters of biases, norms and rates within all layers' attention.
 * @param {Shape} c
 */
function attentionVectors(c) {
  const n = memoriesOf(c);
  const out = c.bias ? c.n_embd : 0;
  const qkv = (c.qkv_bias ?? c.bias) ? (c.n_head + 2 * c.n_kv_head) * c.head_size : 0;
  const one = c.latent
    ? c.latent.n_latent + (c.latent.n_query_latent ?? 0)
    : qkv + (c.qk_norm_weight ? 2 * c.head_size : 0);
  return (c.n_layer - n) * (one + out) + n * (2 * c.n_head + c.head_size);
}

/**
 * Parameters of all feed-forward networks, with the idle experts or without.
 * @param {Shape} c
 * @param {{ idle?: boolean, bias?: boolean }} [options]
 */
function countFeedForward(c, { idle = true, bias = c.bias } = {}) {
  const linear = (/** @type {number} */ n, /** @type {number} */ m) => n * m + (bias ? m : 0);
  const one = (/** @type {number} */ width) =>
    (c.mlp === "swiglu" ? 2 : 1) * linear(c.n_embd, width) + linear(width, c.n_embd);
  const e = c.experts;
  if (!e) return c.n_layer * one(c.n_hidden);
  const routed = (idle ? e.n_expert : e.n_active) * one(e.n_hidden);
  const shared = e.n_shared ? one(e.n_shared * e.n_hidden) : 0;
  const mixture = c.n_embd * e.n_expert + routed + shared; // the router's first
  return e.n_dense * one(c.n_hidden) + (c.n_layer - e.n_dense) * mixture;
}

/**
 * How many of n_tokens the last one sees, all layers together.
 * @param {Use} c
 */
const seenInAll = (c) =>
  Array.from({ length: c.n_layer }, (_, i) => {
    const window = c.windows?.[i] ?? Infinity;
    return c.delta_layers?.includes(i) ? 0 : Math.min(window + (c.n_sink ?? 0), c.n_tokens);
  }).reduce((a, b) => a + b, 0);

/**
 * Operations for one token of a text of n_tokens.
 * @param {Use} c
 */
export function countFlops(c) {
  const compared = 2 * c.head_size + (c.latent?.n_rotary ?? 0);
  const memories = memoriesOf(c) * 6 * c.n_head * c.head_size ** 2;
  return {
    projections: 2 * countProjections(c),
    "looking back": 2 * c.n_head * compared * seenInAll(c) + memories,
    "feed-forward": 2 * countFeedForward(c, { idle: false, bias: false }),
    head: 2 * c.n_embd * c.vocab_size,
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
  const memories = 4 * memoriesOf(c) * c.n_head * c.head_size ** 2; // in float32, always
  return {
    weights: c.bytes_per_number * parameters,
    cache: (c.bytes_per_number * keptInLayer(c) * seenInAll(c) + memories) * c.batch_size,
  };
}

/**
 * Numbers that a layer's cache keeps of one token.
 * @param {Shape} c
 */
const keptInLayer = (c) =>
  c.latent ? c.latent.n_latent + c.latent.n_rotary : 2 * c.n_kv_head * c.head_size;

/**
 * Bytes that one more token adds to the cache, while no window is full.
 * @param {Use} c
 */
export const countCachePerToken = (c) =>
  c.bytes_per_number * keptInLayer(c) * (c.n_layer - memoriesOf(c));
