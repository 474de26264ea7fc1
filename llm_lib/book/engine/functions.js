// Activation functions, and the way from scores to probabilities.

import { total } from "./vectors.js";

/**
 * GELU in its tanh form, as GPT-2 uses it: 0.5 v (1 + tanh(u)), which is v · sigmoid(2 u).
 * @param {number} v
 */
export const gelu = (v) =>
  v / (1 + Math.exp(-2 * Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v)));

/**
 * SiLU (also called swish): v times the sigmoid of v.
 * @param {number} v
 */
export const silu = (v) => v / (1 + Math.exp(-v));

/**
 * The largest number of an array (Math.max(...a) breaks on long ones).
 * @param {Iterable<number>} numbers
 */
export function maximum(numbers) {
  let best = -Infinity;
  for (const v of numbers) if (v > best) best = v;
  return best;
}

/**
 * Scores -> log-probabilities. The largest is taken away first, so that exp never overflows.
 * @param {Float32Array} logits
 */
export function logSoftmax(logits) {
  const top = maximum(logits);
  let sum = 0;
  for (const v of logits) sum += Math.exp(v - top);
  return logits.map((v) => v - top - Math.log(sum));
}

/**
 * Scores -> probabilities that add up to one, a list as a list. A temperature of 0 gives all to the
 * largest score.
 * @template {number[] | Float32Array<ArrayBuffer>} Scores
 * @param {Scores} logits
 * @param {number} [temperature]
 * @returns {Scores}
 */
export function softmax(logits, temperature = 1) {
  const top = maximum(logits);
  const map = (
    /** @type {Scores} */ scores,
    /** @type {(v: number, i: number) => number} */ f,
  ) => /** @type {Scores} */ (scores.map(f));
  if (temperature === 0) {
    const winner = logits.indexOf(top);
    return map(logits, (_, i) => (i === winner ? 1 : 0));
  }
  const p = map(logits, (v) => Math.exp((v - top) / temperature));
  const sum = total(p);
  return map(p, (v) => v / sum);
}
