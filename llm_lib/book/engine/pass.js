// One pass through a GPT: where in the memory what it works out will lie.
//
// A pass that the way back will follow has room of its own for each layer: its "tape". Without one,
// all layers share the same room.

import { inFours } from "./memory.js";

/** @import { Config } from "./types.js" */
/** @typedef {ReturnType<typeof planLayer>} LayerPlaces */
/** @typedef {ReturnType<typeof planPass>} Places */
/** @typedef {(length: number) => number} Reserve gives the place for so many numbers */
/**
 * @typedef {object} Sizes
 * @property {number} B texts
 * @property {number} T tokens of each
 * @property {number} S tokens that the last one sees: more than T, with a cache
 * @property {number} rows of logits
 * @property {boolean} tape
 * @property {boolean} dropout
 */

/**
 * What one layer works out for N = B · T tokens.
 * @param {Required<Config>} config
 * @param {Sizes} sizes
 * @param {Reserve} reserve
 */
function planLayer(config, { B, T, S, dropout }, reserve) {
  const { n_embd: C, n_head, n_kv_head, n_hidden, mlp } = config;
  const N = B * T;
  const [stream, hidden, patterns] = [N * C, N * n_hidden, B * n_head * T * S];
  const masks = (/** @type {number} */ length) => (dropout ? reserve(length) : -1);
  return {
    x: reserve(stream), // the stream as the layer finds it
    norm1: reserve(stream),
    scale1: reserve(N),
    qkv: reserve(N * (n_head + 2 * n_kv_head) * (C / n_head)),
    scaleHeads: config.qk_norm ? reserve(N * (n_head + n_kv_head)) : -1,
    pattern: reserve(patterns), // (B, H, T, S)
    dropped: masks(patterns), // the same after dropout
    patternMask: masks(patterns),
    heads: reserve(stream),
    outMask: masks(stream),
    middle: reserve(stream), // the stream after attention
    norm2: reserve(stream),
    scale2: reserve(N),
    up: reserve(hidden),
    gate: mlp === "swiglu" ? reserve(hidden) : -1,
    sigmoid: reserve(hidden),
    hidden: reserve(hidden),
    downMask: masks(stream),
  };
}

/**
 * Gradients on the way back: those of the activations, one layer after the other.
 * @param {Required<Config>} config
 * @param {Sizes} sizes
 * @param {Reserve} reserve
 */
function planBackward(config, { B, T, S, dropout }, reserve) {
  const { n_embd: C, n_head, n_kv_head, n_hidden, mlp } = config;
  const N = B * T;
  return {
    x: reserve(N * C), // of the stream
    branch: dropout ? reserve(N * C) : -1, // of what was added to it, before dropout
    norm: reserve(N * C), // of what a norm gave, or of the heads
    qkv: reserve(N * (n_head + 2 * n_kv_head) * (C / n_head)),
    pattern: reserve(T * S),
    hidden: reserve(N * n_hidden),
    gate: mlp === "swiglu" ? reserve(N * n_hidden) : -1,
  };
}

/**
 * The places of a pass, from `start` to `end`.
 * @param {Required<Config>} config
 * @param {Sizes} sizes
 * @param {number} start
 */
export function planPass(config, sizes, start) {
  const { n_layer, n_embd: C, n_head, n_kv_head, n_hidden, vocab_size } = config;
  const { B, T, S, rows, tape } = sizes;
  const [N, D] = [B * T, C / n_head];
  let end = start;
  const reserve = (/** @type {number} */ length) => {
    const place = end;
    end += inFours(length);
    return place;
  };
  const layer = () => planLayer(config, sizes, reserve);
  const layers = tape ? Array.from({ length: n_layer }, layer) : Array(n_layer).fill(layer());
  const widest = C * Math.max((n_head + 2 * n_kv_head) * D, n_hidden, vocab_size);
  const places = {
    layers: /** @type {LayerPlaces[]} */ (layers),
    x: tape ? reserve(N * C) : layers[0].x, // the stream after the last layer
    normed: reserve(rows * C),
    scale: reserve(rows),
    logits: reserve(rows * vocab_size),
    turned: reserve(Math.max(widest, S * D)),
    seen: S > T ? reserve(2 * n_kv_head * S * D) : -1, // keys and values from the cache
    back: tape ? planBackward(config, sizes, reserve) : null,
    end: 0,
  };
  places.end = end;
  return places;
}
