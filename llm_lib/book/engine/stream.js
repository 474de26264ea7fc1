// The residual stream of a GPT at its last token: what each part adds to it, what the model would
// say so far, and how a logit is the sum of what was added. As llm_lib/interp/residual_stream.py
// has it.

import { blockForward } from "./block.js";
import { present } from "./present.js";
import { plus } from "./tensor.js";
import { dot, mean } from "./vectors.js";

/** @import { GPT } from "./gpt.js" */
/** @import { Floats } from "./types.js" */

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
  const { n_embd: C } = gpt.config;
  const T = ids.length;
  const pass = gpt.newPass(ids, { T, rows: 1 });
  const { f } = gpt.memory;
  /** @type {Added[]} */
  const all = [];
  const note = (/** @type {string} */ name, /** @type {number} */ at) => {
    if (off.includes(name)) f.fill(0, at, at + T * C);
    all.push({ name, added: /** @type {Floats} */ (f.slice(at + (T - 1) * C, at + T * C)) });
  };
  gpt.embed(pass);
  note("embedding", pass.places.layers[0].x);
  pass.onPart = note;
  for (let layer = 0; layer < gpt.config.n_layer; layer++) blockForward(gpt, layer, pass);
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
  const { places } = gpt.newPass([0], { T: 1 });
  gpt.memory.f.set(x, places.x);
  gpt.unembed(places, 1);
  const { logits } = places;
  return /** @type {Floats} */ (gpt.memory.f.slice(logits, logits + gpt.config.vocab_size));
}

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
  const { parameters } = gpt;
  const table = present(
    parameters.view("head.weight") ?? parameters.view("token_embedding.weight"),
    "the table of tokens",
  );
  const row = Float64Array.from({ length: C }, (_, c) => {
    let sum = 0;
    for (let v = 0; v < V; v++) sum += table[v * C + c];
    return table[token * C + c] - sum / V;
  });
  const gain = present(parameters.view("norm.weight"), "norm.weight");
  const bias = parameters.view("norm.bias");
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
