// Byte pair encoding, learned from a text merge by merge: the same merges and ids as
// llm_lib.bpe.BPETokenizer.train, with all that can be seen on the way.

import { pairKey, utf8 } from "./bpe.js";
import { lastOf } from "./present.js";
import { splitPattern } from "./split_pattern.js";

/** @typedef {{ left: number, right: number, count: number }} Pair */
/** @typedef {Map<number, number>} Counts how often each pair comes, by pairKey */
/** @typedef {ReturnType<typeof stateNow>} State the text after some merges */

/** @typedef {{ nMerges?: number, nListed?: number }} Limits how many merges, and pairs in a list */

/**
 * Learn up to nMerges merges from a text. Returns what learnFromChunks does, and `order`: for each
 * chunk of the text, which of the distinct chunks it is.
 * @param {string} text
 * @param {{ pattern?: string } & Limits} [options]
 */
export function learnMerges(text, { pattern = "gpt2", ...limits } = {}) {
  const { order, chunks, weights } = cutIntoChunks(text, pattern);
  return { order, ...learnFromChunks(chunks, weights, limits) };
}

/**
 * Learn up to nMerges merges from chunks and how often each comes: a merge takes the most frequent
 * pair of neighbours, or of several the smallest pair of ids. It stops early when no chunk has two
 * tokens left. Returns
 *   nBytes: the length of the text in bytes;
 *   merges: {left, right, id, count}, where merge number k makes the token 256 + k;
 *   states: one more than merges, the text after 0, 1, 2, ... of them:
 *     {chunks: the ids of each distinct chunk, nTokens: in the whole text, nPairs: different pairs,
 *      pairs: the most frequent ones [{left, right, count}], ties: how many share the top count}.
 * @param {number[][]} chunks of bytes
 * @param {number[]} weights
 * @param {Limits} [options]
 */
export function learnFromChunks(chunks, weights, { nMerges = 60, nListed = 8 } = {}) {
  const counts = new Map();
  chunks.forEach((ids, i) => countPairs(counts, ids, weights[i]));
  const merges = [];
  const states = [stateNow(chunks, weights, counts, nListed)];
  while (merges.length < nMerges && lastOf(states).nPairs > 0) {
    const { chunks: before, pairs: [{ left, right, count }] } = lastOf(states);
    /** @type {number} */
    const id = 256 + merges.length;
    // A merge touches few chunks: the counts are corrected in those, and the other lists are kept.
    const after = before.map((ids, i) => {
      const joined = mergePair(ids, left, right, id);
      if (joined.length === ids.length) return ids;
      countPairs(counts, ids, -weights[i]);
      countPairs(counts, joined, weights[i]);
      return joined;
    });
    merges.push({ left, right, id, count });
    states.push(stateNow(after, weights, counts, nListed));
  }
  return { nBytes: states[0].nTokens, merges, states };
}

/**
 * The distinct chunks of a text as lists of bytes, how often each comes, and which stands where.
 * @param {string} text
 * @param {string} pattern
 */
function cutIntoChunks(text, pattern) {
  const encoder = new TextEncoder();
  const places = new Map();
  const chunks = [];
  const weights = [];
  const order = [];
  // Half of a surrogate pair becomes U+FFFD, as in Python.
  for (const [chunk] of utf8(encoder.encode(text)).matchAll(splitPattern(pattern))) {
    let place = places.get(chunk);
    if (place === undefined) {
      place = chunks.push(Array.from(encoder.encode(chunk))) - 1;
      places.set(chunk, place);
      weights.push(0);
    }
    weights[place]++;
    order.push(place);
  }
  return { order, chunks, weights };
}

/**
 * Add `weight` to the count of each pair of neighbours; a pair that is gone leaves no entry.
 * @param {Counts} counts
 * @param {number[]} ids
 * @param {number} weight
 */
function countPairs(counts, ids, weight) {
  for (let i = 0; i + 1 < ids.length; i++) {
    const key = pairKey(ids[i], ids[i + 1]);
    const n = (counts.get(key) ?? 0) + weight;
    if (n === 0) counts.delete(key);
    else counts.set(key, n);
  }
}

/**
 * Replace each occurrence of a pair by a new id, from left to right: 7 7 7 becomes 9 7.
 * @param {number[]} ids
 * @param {number} left
 * @param {number} right
 * @param {number} id
 */
export function mergePair(ids, left, right, id) {
  const joined = [];
  for (let i = 0; i < ids.length; i++) {
    const here = ids[i] === left && ids[i + 1] === right;
    joined.push(here ? id : ids[i]);
    if (here) i++;
  }
  return joined;
}

/**
 * @param {number[][]} chunks
 * @param {number[]} weights
 * @param {Counts} counts
 * @param {number} nListed
 */
function stateNow(chunks, weights, counts, nListed) {
  const nTokens = chunks.reduce((sum, ids, i) => sum + weights[i] * ids.length, 0);
  let most = 0;
  let ties = 0;
  for (const n of counts.values()) {
    if (n > most) {
      most = n;
      ties = 1;
    } else if (n === most) ties++;
  }
  return { chunks, nTokens, nPairs: counts.size, pairs: topPairs(counts, nListed), ties };
}

/**
 * The most frequent pairs, of equals the smallest ids first: a smaller key is a smaller pair.
 * @param {Counts} counts
 * @param {number} n
 */
function topPairs(counts, n) {
  /** @type {[key: number, count: number][]} */
  const top = [];
  /** @type {(a: number[], b: number[]) => boolean} */
  const before = (a, b) => a[1] > b[1] || (a[1] === b[1] && a[0] < b[0]);
  for (const entry of counts) {
    if (top.length === n && !before(entry, top[n - 1])) continue;
    const place = top.findIndex((other) => before(entry, other));
    top.splice(place < 0 ? top.length : place, 0, entry);
    if (top.length > n) top.pop();
  }
  return top.map(([key, count]) => {
    const left = Math.floor(key / pairKey(1, 0));
    return { left, right: key - pairKey(left, 0), count };
  });
}

/**
 * The ids of the whole text in one state of what learnMerges returned.
 * @param {{ order: number[] }} options
 * @param {{ chunks: number[][] }} options2
 */
export const idsOfText = ({ order }, { chunks }) => order.flatMap((place) => chunks[place]);
