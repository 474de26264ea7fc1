// A GPT of a few numbers: what llm_lib.model.gpt does, with lists instead of tensors.

import { gelu, softmax } from "./functions.js";
import { lastOf } from "./present.js";
import { dot, mean } from "./vectors.js";

/**
 * @typedef {object} Toy the toy as llm_lib.book.widgets.transformer_map sends it
 * @property {{ n_layer: number, n_head: number }} sizes
 * @property {string[]} words the vocabulary
 * @property {string[]} prompt
 * @property {Record<string, number[][]>} weights
 */
/** @typedef {ReturnType<typeof runToy>} ToyRun */

/**
 * A matrix, a list of rows, times a vector.
 * @param {number[][]} matrix
 * @param {number[]} x
 */
const apply = (matrix, x) => matrix.map((row) => dot(row, x));

/**
 * The sum of two vectors.
 * @param {number[]} a
 * @param {number[]} b
 */
const add = (a, b) => a.map((x, i) => x + b[i]);

/**
 * A vector with mean 0 and variance 1: layer normalisation without weights.
 * @param {number[]} x
 */
function normalize(x) {
  const middle = mean(x);
  const variance = mean(x.map((v) => (v - middle) ** 2));
  return x.map((v) => (v - middle) / Math.sqrt(variance + 1e-5));
}

/**
 * Causal attention over the vectors x; returns what each gets, and the last one's weights per head.
 * @param {number[][]} x
 * @param {number[][]} qkv
 * @param {number[][]} out
 * @param {number} heads
 */
function attend(x, qkv, out, heads) {
  const C = x[0].length;
  const D = C / heads;
  const rows = x.map((v) => apply(qkv, v));
  /** @type {number[][]} */
  const seen = [];
  const mixed = rows.map((row, t) => {
    const result = [];
    for (let head = 0; head < heads; head++) {
      const cut = (/** @type {number[]} */ r, /** @type {number} */ part) =>
        r.slice(part * C + head * D, part * C + (head + 1) * D);
      const weights = softmax(
        rows.slice(0, t + 1).map((other) => dot(cut(row, 0), cut(other, 1)) / Math.sqrt(D)),
      );
      for (let d = 0; d < D; d++) {
        result.push(weights.reduce((sum, w, s) => sum + w * cut(rows[s], 2)[d], 0));
      }
      if (t === rows.length - 1) seen.push(weights);
    }
    return apply(out, result);
  });
  return { mixed, weights: seen };
}

/**
 * Run the prompt through the toy; keep what the last token's vector is after each part.
 * @param {Toy} toy
 */
export function runToy({ sizes, words, prompt, weights: w }) {
  const ids = prompt.map((word) => words.indexOf(word));
  const tokens = ids.map((id) => w["token_embedding.weight"][id]);
  const places = w["position_embedding.weight"];
  const start = tokens.map((vector, t) => add(vector, places[t]));
  const blocks = [];
  let x = start;
  for (let layer = 0; layer < sizes.n_layer; layer++) {
    const block = runBlock(x, w, layer, sizes.n_head);
    blocks.push(block.kept);
    x = block.x;
  }
  const end = normalize(lastOf(x));
  const logits = apply(w["token_embedding.weight"], end);
  return {
    ids,
    embedding: lastOf(tokens),
    place: places[ids.length - 1],
    positions: lastOf(start),
    ...blocks[0],
    repeat: lastOf(x),
    final_norm: end,
    logits,
    output: softmax(logits),
  };
}

/**
 * One block: the stream behind it, and what the last token's vector was after each of its parts.
 * @param {number[][]} x
 * @param {Toy["weights"]} w
 * @param {number} layer
 * @param {number} heads
 */
function runBlock(x, w, layer, heads) {
  const weight = (/** @type {string} */ name) => w[`blocks.${layer}.${name}.weight`];
  const norm1 = x.map(normalize);
  const { mixed, weights } = attend(
    norm1,
    weight("attention.qkv"),
    weight("attention.out"),
    heads,
  );
  const middle = x.map((v, t) => add(v, mixed[t]));
  const norm2 = middle.map(normalize);
  const hidden = norm2.map((v) => apply(weight("feed_forward.up"), v).map(gelu));
  const fed = hidden.map((v) => apply(weight("feed_forward.down"), v));
  const after = middle.map((v, t) => add(v, fed[t]));
  const kept = {
    norm_1: lastOf(norm1),
    weights,
    attention: lastOf(mixed),
    residual_1: lastOf(middle),
    norm_2: lastOf(norm2),
    hidden: lastOf(hidden),
    feed_forward: lastOf(fed),
    residual_2: lastOf(after),
  };
  return { x: after, kept };
}
