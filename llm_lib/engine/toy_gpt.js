// A GPT of a few numbers: what llm_lib.gpt does, with lists instead of tensors.

import { gelu, softmax } from "./functions.js";
import { dot, mean } from "./vectors.js";

/** A matrix, a list of rows, times a vector. */
const apply = (matrix, x) => matrix.map((row) => dot(row, x));

/** The sum of two vectors. */
const add = (a, b) => a.map((x, i) => x + b[i]);

/** A vector with mean 0 and variance 1: layer normalisation without weights. */
function normalize(x) {
  const middle = mean(x);
  const variance = mean(x.map((v) => (v - middle) ** 2));
  return x.map((v) => (v - middle) / Math.sqrt(variance + 1e-5));
}

/**
 * Causal attention over the vectors x; returns what each gets, and the last one's weights per head.
 */
function attend(x, qkv, out, heads) {
  const C = x[0].length;
  const D = C / heads;
  const rows = x.map((v) => apply(qkv, v));
  const seen = [];
  const mixed = rows.map((row, t) => {
    const result = [];
    for (let head = 0; head < heads; head++) {
      const cut = (r, part) => r.slice(part * C + head * D, part * C + (head + 1) * D);
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

/** Run the prompt through the toy; keep what the last token's vector is after each part. */
export function runToy({ sizes, words, prompt, weights: w }) {
  const last = (vectors) => vectors.at(-1);
  const ids = prompt.map((word) => words.indexOf(word));
  const kept = { ids };
  const tokens = ids.map((id) => w["token_embedding.weight"][id]);
  let x = tokens.map((vector, t) => add(vector, w["position_embedding.weight"][t]));
  Object.assign(kept, {
    embedding: last(tokens),
    place: w["position_embedding.weight"][ids.length - 1],
    positions: last(x),
  });
  for (let layer = 0; layer < sizes.n_layer; layer++) {
    const weight = (name) => w[`blocks.${layer}.${name}.weight`];
    const norm1 = x.map(normalize);
    const { mixed, weights } = attend(
      norm1,
      weight("attention.qkv"),
      weight("attention.out"),
      sizes.n_head,
    );
    const middle = x.map((v, t) => add(v, mixed[t]));
    const norm2 = middle.map(normalize);
    const hidden = norm2.map((v) => apply(weight("feed_forward.up"), v).map(gelu));
    const fed = hidden.map((v) => apply(weight("feed_forward.down"), v));
    x = middle.map((v, t) => add(v, fed[t]));
    if (layer === 0) {
      Object.assign(kept, {
        norm_1: last(norm1),
        weights,
        attention: last(mixed),
        residual_1: last(middle),
        norm_2: last(norm2),
        hidden: last(hidden),
        feed_forward: last(fed),
        residual_2: last(x),
      });
    }
  }
  kept.repeat = last(x);
  kept.final_norm = normalize(last(x));
  kept.logits = apply(w["token_embedding.weight"], kept.final_norm);
  kept.output = softmax(kept.logits);
  return kept;
}
