// What a text costs for who only counts: the yardsticks that a training is held against.

const SHARED = 3; // extra counts of each row of pairs, shared out as single tokens are frequent

/**
 * The mean surprise of a text, in nats per token, for three that do not learn: one that takes all
 * tokens for alike, one that knows how often each comes, and one that knows what follows each.
 * @param {Int32Array} train what is counted
 * @param {Int32Array} heldOut what is guessed
 * @param {number} V the size of the vocabulary
 */
export function baselineLosses(train, heldOut, V) {
  const single = new Float64Array(V).fill(0.5); // half a count each, so that none has p = 0
  const total = train.length + 0.5 * V;
  /** @type {Map<number, number>} */
  const pairs = new Map();
  const before = new Float64Array(V); // how often each has a next one
  train.forEach((id, t) => {
    single[id]++;
    if (t + 1 === train.length) return;
    const key = id * V + train[t + 1];
    pairs.set(key, (pairs.get(key) ?? 0) + 1);
    before[id]++;
  });
  let unigram = 0;
  let bigram = 0;
  heldOut.forEach((id, t) => {
    const p = single[id] / total;
    if (t === 0) return; // nothing stands before it
    const last = heldOut[t - 1];
    unigram -= Math.log(p);
    const seen = pairs.get(last * V + id) ?? 0;
    bigram -= Math.log((seen + SHARED * p) / (before[last] + SHARED));
  });
  const n = heldOut.length - 1;
  return { uniform: Math.log(V), unigram: unigram / n, bigram: bigram / n };
}
