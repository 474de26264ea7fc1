// Scaled dot-product attention of one head of one text, and its way back. T queries look among S
// keys, of which the last T are their own.

import { transpose } from "./rows.js";

/** @import { Memory } from "./memory.js" */
/**
 * @typedef {object} Head where the rows of a head lie, and how far apart they are
 * @property {number} q (T, D)
 * @property {number} k (S, D)
 * @property {number} v (S, D)
 * @property {number} qRow
 * @property {number} kRow of keys and of values
 * @property {number} pattern (T, S), the weights
 * @property {number} output (T, D)
 * @property {number} outputRow
 */
/**
 * @typedef {object} Look
 * @property {number} T
 * @property {number} S
 * @property {number} D
 * @property {boolean} causal no position sees a later one
 */

const QUERIES_AT_ONCE = 32; // queries at a time: what they can't see yet is left out

/**
 * The queries in blocks: for each, its first one, how many it has, and how many keys they see.
 * @param {Look} look
 * @param {(first: number, rows: number, seen: number) => void} visit
 */
function forBlocks({ T, S, causal }, visit) {
  for (let first = 0; first < T; first += QUERIES_AT_ONCE) {
    const rows = Math.min(QUERIES_AT_ONCE, T - first);
    visit(first, rows, causal ? S - T + first + rows : S);
  }
}

/**
 * The pattern: softmax(q · kᵀ / √D).
 * @param {Memory} m
 * @param {Head} head
 * @param {Look} look
 * @param {number} turned room for the keys
 */
export function patternForward(m, { q, k, qRow, kRow, pattern }, look, turned) {
  const { T, S, D } = look;
  if (T === 1) m.matmul(pattern, 1, k, kRow, 1, q, 1, S, 1, D);
  else transpose(m.f, turned, k, kRow, S, D);
  forBlocks(look, (first, rows, seen) => {
    const to = pattern + first * S;
    if (T > 1) m.matmul(to, S, q + first * qRow, qRow, 1, turned, S, rows, seen, D);
    softmaxForward(m, to, look, first, rows);
  });
}

/**
 * The scores alone, where the pattern will be: q · kᵀ / √D, and −∞ for what a query doesn't see.
 * @param {Memory} m
 * @param {Head} head
 * @param {Look} look
 * @param {number} turned room for the keys
 */
export function scoresForward(m, { q, k, qRow, kRow, pattern }, { T, S, D, causal }, turned) {
  if (T === 1) m.matmul(pattern, 1, k, kRow, 1, q, 1, S, 1, D);
  else {
    transpose(m.f, turned, k, kRow, S, D);
    m.matmul(pattern, S, q, qRow, 1, turned, S, T, S, D);
  }
  for (let t = 0; t < T; t++) {
    const row = m.f.subarray(pattern + t * S, pattern + (t + 1) * S);
    for (let s = 0; s < S; s++) row[s] /= Math.sqrt(D);
    if (causal) row.fill(-Infinity, S - T + t + 1);
  }
}

/**
 * Scores of a head become weights, each row among all that stands in it.
 * @param {Memory} m
 * @param {number} scores
 * @param {Look} look
 */
export function softmaxOfAll({ f }, scores, { T, S }) {
  for (let t = 0; t < T; t++) {
    const row = f.subarray(scores + t * S, scores + (t + 1) * S);
    const top = Math.max(...row);
    let sum = 0;
    for (let s = 0; s < S; s++) sum += row[s] = Math.exp(row[s] - top);
    for (let s = 0; s < S; s++) row[s] /= sum;
  }
}

/**
 * Scores of a block of queries become weights; what a query doesn't see gets 0.
 * @param {Memory} m
 * @param {number} scores
 * @param {Look} look
 * @param {number} first
 * @param {number} rows
 */
function softmaxForward({ f, exp }, scores, { T, S, D, causal }, first, rows) {
  const factor = 1 / Math.sqrt(D);
  for (let r = 0; r < rows; r++, scores += S) {
    const seen = causal ? S - T + first + r + 1 : S;
    let top = -Infinity;
    let sum = 0;
    for (let s = 0; s < seen; s++) if (f[scores + s] > top) top = f[scores + s];
    for (let s = 0; s < seen; s++) {
      const e = exp((f[scores + s] - top) * factor);
      sum += e;
      f[scores + s] = e;
    }
    sum = 1 / sum;
    for (let s = 0; s < seen; s++) f[scores + s] *= sum;
    for (let s = seen; s < S; s++) f[scores + s] = 0;
  }
}

/**
 * The output: the values, mixed by the pattern.
 * @param {Memory} m
 * @param {Head} head
 * @param {Look} look causal: false where a hook may have given weight to later positions
 */
export function mixForward(m, { v, kRow, pattern, output, outputRow }, look) {
  const { S, D } = look;
  forBlocks(look, (first, rows, seen) => {
    const to = output + first * outputRow;
    m.matmul(to, outputRow, pattern + first * S, S, 1, v, kRow, rows, D, seen);
  });
}

/**
 * From the gradient of the output to those of queries, keys and values.
 * @param {Memory} m
 * @param {Head} head
 * @param {Head} gradient where those lie; zeros before, and heads may share keys and values. Its
 *   pattern is room for (T, S) numbers
 * @param {Look} look
 * @param {number} turned room for the values
 * @param {{ mask: number, dropped: number } | null} dropout of the pattern
 */
export function attentionBackward(m, head, gradient, look, turned, dropout) {
  const { q, k, v, qRow, kRow, pattern } = head;
  const { pattern: d, output: dout, outputRow: outRow } = gradient;
  const { S, D } = look;
  transpose(m.f, turned, v, kRow, S, D);
  forBlocks(look, (first, rows, seen) => {
    const [at, from] = [first * S, dout + first * outRow];
    const mixed = (dropout ? dropout.dropped : pattern) + at;
    m.matmul(gradient.v, gradient.kRow, mixed, 1, S, from, outRow, seen, D, rows, true);
    m.matmul(d, S, from, outRow, 1, turned, S, rows, seen, D);
    if (dropout) maskRows(m, d, dropout.mask + at, rows, seen, S);
    softmaxBackward(m, d, pattern + at, look, rows, seen);
    const dq = gradient.q + first * gradient.qRow;
    m.matmul(dq, gradient.qRow, d, S, 1, k, kRow, rows, D, seen);
    m.matmul(gradient.k, gradient.kRow, d, 1, S, q + first * qRow, qRow, seen, D, rows, true);
  });
}

/**
 * From d, the gradient of a block of weights w, to that of the scores: w · (d - Σ d · w) / √D.
 * @param {Memory} m
 * @param {number} d
 * @param {number} weights 0 where a query doesn't see
 * @param {Look} look
 * @param {number} rows
 * @param {number} seen
 */
function softmaxBackward({ f }, d, weights, { S, D }, rows, seen) {
  const factor = 1 / Math.sqrt(D);
  for (let r = 0; r < rows; r++, d += S, weights += S) {
    let dot = 0;
    for (let s = 0; s < seen; s++) dot += f[d + s] * f[weights + s];
    for (let s = 0; s < seen; s++) f[d + s] = (f[d + s] - dot) * f[weights + s] * factor;
  }
}

/**
 * d *= mask, in rows that begin S numbers apart.
 * @param {Memory} m
 * @param {number} d
 * @param {number} mask
 * @param {number} rows
 * @param {number} seen
 * @param {number} S
 */
function maskRows({ f }, d, mask, rows, seen, S) {
  for (let r = 0; r < rows; r++) {
    for (let s = 0; s < seen; s++) f[d + r * S + s] *= f[mask + r * S + s];
  }
}
