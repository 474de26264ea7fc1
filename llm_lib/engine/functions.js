// Activation functions, and the way from scores to probabilities.

/**
 * GELU in its tanh form, as GPT-2 uses it: 0.5 v (1 + tanh(u)), which is v times the sigmoid of 2
 * u.
 */
export const gelu = (v) =>
  v / (1 + Math.exp(-2 * Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v)));

/** SiLU (also called swish): v times the sigmoid of v. */
export const silu = (v) => v / (1 + Math.exp(-v));

/** The largest number of an array (Math.max(...a) breaks on long ones). */
export function maximum(numbers) {
  let best = -Infinity;
  for (const v of numbers) if (v > best) best = v;
  return best;
}

/** Scores -> log-probabilities. The largest is taken away first, so that exp never overflows. */
export function logSoftmax(logits) {
  const top = maximum(logits);
  let sum = 0;
  for (const v of logits) sum += Math.exp(v - top);
  return Float32Array.from(logits, (v) => v - top - Math.log(sum));
}

/**
 * Scores -> probabilities that add up to one. A temperature of 0 gives all to the largest score.
 */
export function softmax(logits, temperature = 1) {
  const top = maximum(logits);
  if (temperature === 0) {
    const winner = logits.indexOf(top);
    return logits.map((_, i) => (i === winner ? 1 : 0));
  }
  const p = logits.map((v) => Math.exp((v - top) / temperature));
  let sum = 0;
  for (const v of p) sum += v;
  return p.map((v) => v / sum);
}
