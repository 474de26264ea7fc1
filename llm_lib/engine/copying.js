// The smallest model that can cheat: rows of attention that copy a token, trained by gradient
// descent.

import { softmax } from "./functions.js";
import { total } from "./vectors.js";

const COPIES = 0.9; // the share of a guess that is copied; the rest is spread over all words
const RATE = 0.3;

/**
 * @typedef {object} CopyTask
 * @property {string[]} words of a text; each but the last has to guess the one after it
 * @property {number[][]} scores (n - 1, n) to begin with
 * @property {boolean} mask whether a row may look at itself and what came before alone
 * @property {number} steps of training
 */

/**
 * A row of weights; what is hidden has none.
 * @param {number[]} scores
 * @param {number} seen how many of them count
 */
const weightsOf = (scores, seen) => {
  const w = Array.from(softmax(scores.slice(0, seen)));
  return scores.map((_, s) => w[s] ?? 0);
};

/**
 * What each row guesses for the token that follows: a mix of the words that it looks at, as its
 * weights say. Returns weights and scores (n - 1, n), p (n - 1,) for the right word, and the mean
 * loss.
 * @param {CopyTask} task
 */
export function learnToCopy({ words, scores, mask, steps }) {
  const spread = (1 - COPIES) / new Set(words).size;
  const rows = scores.map((row, t) => {
    const isRight = words.map((word) => Number(word === words[t + 1]));
    const seen = mask ? t + 1 : words.length;
    let learned = [...row];
    const guess = (/** @type {number[]} */ w) => total(w.map((x, s) => x * isRight[s]));
    for (let i = 0; i < steps; i++) {
      const w = weightsOf(learned, seen);
      const right = guess(w);
      const p = COPIES * right + spread;
      // the gradient of log p
      learned = learned.map((a, s) => a + RATE * COPIES * w[s] * (isRight[s] - right) / p);
    }
    const weights = weightsOf(learned, seen);
    return { learned, weights, p: COPIES * guess(weights) + spread };
  });
  return {
    scores: rows.map((row) => row.learned),
    weights: rows.map((row) => row.weights),
    p: rows.map((row) => row.p),
    loss: -total(rows.map((row) => Math.log(row.p))) / rows.length,
  };
}
