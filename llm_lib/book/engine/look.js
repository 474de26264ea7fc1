// What one head does at one token, with every number of it: the steps of attention, for one row.

import { entryOf } from "./present.js";
import { total } from "./vectors.js";

/** @import { GPT } from "./gpt.js" */
/** @import { Floats, Run } from "./types.js" */

/**
 * A look back: of each token up to the one that looks a key, the products of its numbers with the
 * query's, their sum divided by √D, the weight and the value.
 * @typedef {object} Look
 * @property {number} D
 * @property {Floats} q (D,), after rotary positions, if the model has any
 * @property {Floats[]} k likewise
 * @property {Floats[]} v
 * @property {number[][]} products of the query's numbers with each key's
 * @property {number[]} scores
 * @property {Floats} weights
 * @property {Floats} output (D,), the values times their weights, added up
 */

/**
 * The look back of a token in one head.
 * @param {GPT} gpt
 * @param {Run} run without a cache
 * @param {{ layer: number, head: number, query: number }} place
 * @returns {Look}
 */
export function lookBack(gpt, run, { layer, head, query }) {
  const { headSize: D, config: { n_head, n_kv_head } } = gpt;
  const shared = Math.floor(head * n_kv_head / n_head); // several heads may have one set of keys
  const row = (/** @type {string} */ name, /** @type {number} */ of, /** @type {number} */ t) => {
    const at = (of * run.T + t) * D;
    return entryOf(run.activations, `blocks.${layer}.attention.${name}`).subarray(at, at + D);
  };
  const past = Array.from({ length: query + 1 }, (_, t) => t);
  const q = row("q", head, query);
  const k = past.map((t) => row("k", shared, t));
  const products = k.map((key) => Array.from(key, (number, i) => q[i] * number));
  return {
    D,
    q,
    k,
    v: past.map((t) => row("v", shared, t)),
    products,
    scores: products.map((each) => total(each) / Math.sqrt(D)),
    weights: run.attention[layer][head].subarray(query * run.T, query * run.T + query + 1),
    output: row("z", head, query),
  };
}
