// The loss of a batch: mean cross-entropy, nats per token.

/** @import { Memory } from "./memory.js" */

/**
 * Mean of -log p(target) over N rows of logits (N, V). Where a gradient is wanted, the logits
 * become theirs: (p - one_hot(target)) / N.
 * @param {Memory} m
 * @param {number} logits
 * @param {ArrayLike<number>} targets
 * @param {number} V
 * @param {boolean} gradient
 */
export function crossEntropy({ f, exp }, logits, targets, V, gradient) {
  const N = targets.length;
  let total = 0;
  for (let n = 0; n < N; n++) {
    const row = logits + n * V;
    let top = -Infinity;
    let sum = 0;
    for (let i = 0; i < V; i++) if (f[row + i] > top) top = f[row + i];
    const target = f[row + targets[n]];
    for (let i = 0; i < V; i++) {
      const e = exp(f[row + i] - top);
      sum += e;
      if (gradient) f[row + i] = e;
    }
    total += Math.log(sum) + top - target;
    if (!gradient) continue;
    const factor = 1 / (sum * N);
    for (let i = 0; i < V; i++) f[row + i] *= factor;
    f[row + targets[n]] -= 1 / N;
  }
  return total / N;
}
