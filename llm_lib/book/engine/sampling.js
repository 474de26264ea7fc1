// From scores to one token: penalty, temperature, top-k, top-p, min-p, and a random choice.

import { maximum, softmax } from "./functions.js";

/** @import { Floats } from "./types.js" */

/**
 * Token ids from the most to the least likely; of equal ones the smaller id comes first.
 * @param {ArrayLike<number>} p
 */
export function byProbability(p) {
  return Array.from(p, (_, id) => id).sort((a, b) => p[b] - p[a] || a - b);
}

/**
 * Reshape the distribution: temperature first, then top-k, top-p and min-p on what that gives, as
 * llm_lib.generation does. topK 0, topP 1 and minP 0 leave all tokens in; of equally likely ones,
 * the smaller id comes first. Returns probabilities (V,) that add up to one, and for each token
 * that was cut off the first rule that did it: "top-k", ...
 * @param {Floats} logits (V,)
 * @param {{ temperature?: number, topK?: number, topP?: number, minP?: number }} [knobs]
 */
export function reshape(logits, { temperature = 1, topK = 0, topP = 1, minP = 0 } = {}) {
  const p = softmax(logits, temperature);
  /** @type {Map<number, string>} */
  const cut = new Map();
  if (topK === 0 && topP === 1 && minP === 0) return { p, cut };
  const order = byProbability(p);
  const floor = minP * p[order[0]];
  // The nucleus: the fewest top tokens that hold topP of the probability; the first always stays.
  let held = 0;
  let kept = 0;
  order.forEach((id, i) => {
    if (topK > 0 && i >= topK) cut.set(id, "top-k");
    else if (i > 0 && topP < 1 && held >= topP) cut.set(id, "top-p");
    else if (p[id] < floor) cut.set(id, "min-p");
    else kept += p[id];
    held += p[id];
  });
  for (const id of cut.keys()) p[id] = 0;
  for (let i = 0; i < p.length; i++) p[i] /= kept;
  return { p, cut };
}

/**
 * Logits in which each token that stands in ids is less likely: divided by the penalty, or
 * multiplied where they are below 0.
 * @param {Floats} logits (V,)
 * @param {number[]} ids
 * @param {number} penalty
 */
export function penalizeRepetition(logits, ids, penalty) {
  const lowered = Float32Array.from(logits);
  for (const id of new Set(ids)) {
    lowered[id] = logits[id] > 0 ? logits[id] / penalty : logits[id] * penalty;
  }
  return lowered;
}

/**
 * Draw one id: walk along the probabilities until they have used up the random number.
 * @param {Float32Array} p (V,)
 * @param {() => number} random
 */
export function sample(p, random) {
  let left = random();
  for (let id = 0; id < p.length; id++) {
    left -= p[id];
    if (left < 0 && p[id] > 0) return id;
  }
  return p.indexOf(maximum(p)); // only rounding can bring us here
}

/**
 * Draw one id as sample() does, but so that the same luck gives the same id wherever that is
 * possible. Each token gets a random number, its luck, and the largest log p + luck wins: this
 * draws from p (the "Gumbel trick"). A filter then changes the choice only if it cuts the token
 * that would have won.
 * @param {Float32Array} p (V,)
 * @param {() => number} random
 */
export function sampleByLuck(p, random) {
  let best = -1;
  let top = -Infinity;
  for (let id = 0; id < p.length; id++) {
    const luck = -Math.log(-Math.log(random() || 1e-12)); // for each token, possible or not
    const score = p[id] > 0 ? Math.log(p[id]) + luck : -Infinity;
    if (score > top) {
      top = score;
      best = id;
    }
  }
  return best;
}
