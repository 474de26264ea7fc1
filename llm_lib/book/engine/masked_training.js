// The smallest model that can learn a language, or cheat: rows of attention, and a table that turns
// what they see into a guess. Trained by gradient descent, with the causal mask or without it.

import { softmax } from "./functions.js";
import { dot, total } from "./vectors.js";

const RATE = 2;

/**
 * @typedef {object} Rows a model: what it learns, and whether its rows may look ahead
 * @property {string[]} vocabulary
 * @property {number[][]} scores (T - 1, T), by position: all texts share them
 * @property {number[][]} table (V, V), a row of scores for the word that is seen
 * @property {boolean} mask
 */

/**
 * The weights of all rows, (T - 1, T); what the mask hides has none.
 * @param {Rows} model
 */
const weightsOf = ({ scores, mask }) =>
  scores.map((row, t) => {
    const w = softmax(row.slice(0, mask ? t + 1 : row.length));
    return row.map((_, s) => w[s] ?? 0);
  });

/**
 * What a row sees of a text by its weights, (V,), and the probabilities (V,) that the table makes
 * of it.
 * @param {Rows} model
 * @param {string[]} text
 * @param {number[]} weights
 */
export function guessOf({ vocabulary, table }, text, weights) {
  const seen = vocabulary.map((word) => total(weights.map((w, s) => (text[s] === word ? w : 0))));
  const logits = vocabulary.map((_, j) => total(seen.map((x, i) => x * table[i][j])));
  return { seen, p: softmax(logits) };
}

/**
 * One step down the gradient of the loss: summed over the rows, averaged over the texts.
 * @param {Rows} model
 * @param {string[][]} texts
 * @returns {Rows}
 */
function stepped(model, texts) {
  const { vocabulary } = model;
  const scores = model.scores.map((row) => [...row]);
  const table = model.table.map((row) => [...row]);
  const rate = RATE / texts.length;
  weightsOf(model).forEach((w, t) => {
    for (const text of texts) {
      const { seen, p } = guessOf(model, text, w);
      const off = p.map((x, j) => x - Number(vocabulary[j] === text[t + 1])); // d loss / d logits
      seen.forEach((x, i) => off.forEach((d, j) => table[i][j] -= rate * x * d));
      const each = model.table.map((row) => dot(row, off)); // d loss / d seen
      const slopes = text.map((word) => each[vocabulary.indexOf(word)]);
      const mean = dot(w, slopes);
      slopes.forEach((slope, s) => scores[t][s] -= rate * w[s] * (slope - mean));
    }
  });
  return { ...model, scores, table };
}

/**
 * How a model does: the weights of its rows, p (texts, T - 1) for the word that is right, and the
 * mean loss.
 * @param {Rows} model
 * @param {string[][]} texts
 */
export function measured(model, texts) {
  const weights = weightsOf(model);
  const p = texts.map((text) =>
    weights.map((w, t) => guessOf(model, text, w).p[model.vocabulary.indexOf(text[t + 1])])
  );
  return { weights, p, loss: -total(p.flat().map(Math.log)) / p.flat().length };
}

/**
 * A model that knows nothing, after so many steps on texts of one length.
 * @param {{ texts: string[][], vocabulary: string[], mask: boolean, steps: number }} task
 * @returns {Rows}
 */
export function trainedRows({ texts, vocabulary, mask, steps }) {
  const [V, T] = [vocabulary.length, texts[0].length];
  const zeros = (/** @type {number} */ n, /** @type {number} */ m) =>
    Array.from({ length: n }, () => Array(m).fill(0));
  /** @type {Rows} */
  let model = { vocabulary, scores: zeros(T - 1, T), table: zeros(V, V), mask };
  for (let i = 0; i < steps; i++) model = stepped(model, texts);
  return model;
}
