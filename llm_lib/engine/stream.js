// The residual stream of a GPT at its last token: what each part adds to it, what the model would
// say so far, and how a logit is the sum of what was added. As llm_lib/stream.py has it.

import { Activations } from "./activations.js";
import { linear, plus } from "./tensor.js";
import { dot, mean } from "./vectors.js";

/** @import { GPT } from "./gpt.js" */
/** @import { Floats, Run } from "./types.js" */

/** @typedef {{ name: string, added: Floats }} Added what one part adds at the last token: (C,) */

/**
 * The parts that add to the stream: "attention 0", "feed-forward 0", "attention 1", …
 * @param {number} nLayer
 */
export const partNames = (nLayer) =>
  Array.from({ length: nLayer }, (_, i) => [`attention ${i}`, `feed-forward ${i}`]).flat();

/**
 * What the embedding and each part add at the last token. Parts that are off add nothing, and
 * those behind them read what is then there.
 * @param {GPT} gpt
 * @param {number[]} ids
 * @param {string[]} [off] names of parts
 * @returns {Added[]}
 */
export function runParts(gpt, ids, off = []) {
  const { n_embd, n_layer } = gpt.config;
  gpt.checkIds(ids, 0);
  const T = ids.length;
  const places = new Activations(n_layer, []);
  const run = /** @type {Run} */ (/** @type {unknown} */ ({ T, past: 0, attention: [] }));
  let x = gpt.embed(ids, 0);
  const all = [{ name: "embedding", added: x.slice((T - 1) * n_embd) }];
  for (let i = 0; i < n_layer; i++) {
    for (const kind of ["attention", "feed-forward"]) {
      const name = `${kind} ${i}`;
      const added = off.includes(name)
        ? new Float32Array(x.length)
        : kind === "attention"
        ? gpt.attention(i, gpt.norm(`blocks.${i}.norm_1`, x, T), run, places)
        : gpt.feedForward(i, gpt.norm(`blocks.${i}.norm_2`, x, T), run, places);
      all.push({ name, added: added.slice((T - 1) * n_embd) });
      x = plus(x, added);
    }
  }
  return all;
}

/**
 * The stream after the embedding and after each part.
 * @param {Added[]} all
 * @returns {Floats[]}
 */
export function runningSums(all) {
  let x = new Float32Array(all[0].added.length);
  return all.map(({ added }) => (x = plus(x, added)));
}

/**
 * The logits that a stream (C,) gives, with the final norm and the head: the logit lens.
 * @param {GPT} gpt
 * @param {Floats} x
 */
export function readEarly(gpt, x) {
  const { n_embd, vocab_size } = gpt.config;
  return linear(gpt.norm("norm", x, 1), 1, tableOf(gpt), null, n_embd, vocab_size);
}

/** @param {GPT} gpt */
const tableOf = ({ weights }) => weights["head.weight"] ?? weights["token_embedding.weight"];

/**
 * What each part adds to the logit of a token, counted from the mean of all logits. The entries
 * and the last one, for the norm's learned shift, add up to it.
 * @param {GPT} gpt
 * @param {Added[]} all
 * @param {number} token
 * @returns {{ entries: number[], shift: number }}
 */
export function splitLogit(gpt, all, token) {
  const { n_embd: C, vocab_size: V, norm, norm_eps } = gpt.config;
  const table = tableOf(gpt);
  const row = Float64Array.from({ length: C }, (_, c) => {
    let sum = 0;
    for (let v = 0; v < V; v++) sum += table[v * C + c];
    return table[token * C + c] - sum / V;
  });
  const { "norm.weight": gain, "norm.bias": bias } = gpt.weights;
  const centre = (/** @type {Floats} */ x) => norm === "rms" ? 0 : mean(x);
  const end = runningSums(all)[all.length - 1];
  const middle = centre(end);
  const size = Math.sqrt(mean(Array.from(end, (v) => (v - middle) ** 2)) + norm_eps);
  const entries = all.map(({ added }) => {
    const m = centre(added);
    return dot(row, Float64Array.from(added, (v, c) => (gain[c] * (v - m)) / size));
  });
  return { entries, shift: bias ? dot(row, bias) : 0 };
}
