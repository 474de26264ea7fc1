// From scores to one token: temperature, top-k, top-p, and a random choice that a seed repeats.
// Needs tensor.js before it.

/** Token ids from the most to the least likely; of equal ones the smaller id comes first. */
function byProbability(p) {
  return Array.from(p, (_, id) => id).sort((a, b) => p[b] - p[a] || a - b);
}

/**
 * Reshape the distribution: temperature first, then top-k and top-p on what that gives, as
 * llm_lib.generation does. topK 0 and topP 1 leave all tokens in. Returns {p, cut}: probabilities (V,)
 * that add up to one, and for each token that was cut off the rule that did it ("top-k" or "top-p").
 */
function reshape(logits, { temperature = 1, topK = 0, topP = 1 } = {}) {
  const p = softmax(logits, temperature), cut = new Map();
  if (topK === 0 && topP === 1) return { p, cut };
  const order = byProbability(p), least = topK > 0 && topK < p.length ? p[order[topK - 1]] : 0;
  // The nucleus: the fewest top tokens that hold topP of the probability. The first one always stays.
  let held = 0, kept = 0;
  order.forEach((id, i) => {
    if (i > 0 && p[id] < least) cut.set(id, "top-k");
    else if (i > 0 && topP < 1 && held >= topP) cut.set(id, "top-p");
    else kept += p[id];
    held += p[id];
  });
  for (const id of cut.keys()) p[id] = 0;
  for (let i = 0; i < p.length; i++) p[i] /= kept;
  return { p, cut };
}

/** Random numbers from 0 up to 1 that are the same each time for one seed (the mulberry32 generator). */
function seededRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
}

/** Draw one id: walk along the probabilities until they have used up the random number. */
function sample(p, random) {
  let left = random();
  for (let id = 0; id < p.length; id++) {
    left -= p[id];
    if (left < 0 && p[id] > 0) return id;
  }
  return p.indexOf(maximum(p)); // only rounding can bring us here
}
