// What a probe's accuracy says, in words.

import { percent } from "../shared/words.js";

/** @import { At } from "../../engine/answer_features.js" */

/**
 * @typedef {object} Told
 * @property {At} at
 * @property {number} accuracy
 * @property {number} unpadded accuracy of the same probe where it was trained
 * @property {number} guess
 * @property {number} words accuracy of TF-IDF with as many examples
 * @property {number} tests how many test questions there are
 * @property {number} there accuracy of a probe that was trained at the column of padding
 * @property {string} only the class that it says of all test questions, if it says one alone
 */

/** @type {Record<string, string>} */
const PLACES = {
  first: "the first token",
  middle: "the middle token",
  last: "the last token",
  mean: "the mean of all tokens",
};

/** @param {number} p */
const whole = (p) => percent(p, 0);

/**
 * Twice the standard error of a share, of so many independent questions.
 * @param {number} p
 * @param {number} n
 */
const margin = (p, n) => 2 * Math.sqrt(p * (1 - p) / n);

/** @param {Told} told */
export function answerWords(told) {
  const { at, accuracy, guess, only } = told;
  if (at.padding) return paddingWords(told);
  const where = `At ${PLACES[at.position]}, ${behind(at.layer)}`;
  if (only) {
    return `${where}, the probe says “${only}” of every question, and is right on ` +
      `${whole(accuracy)}: it knows which classes are common, and no more. ${nothingWords(at)}`;
  }
  return `${where}, the probe is right on ${whole(accuracy)}; guessing gets ${whole(guess)}. ` +
    comparison(told);
}

/** @param {number} layer */
const behind = (layer) => layer ? `after ${layer} blocks` : "before any block";

/** @param {At} at */
const nothingWords = ({ layer, position }) =>
  layer === 0 && position === "last"
    ? "Every question ends in “?”, so all 200 vectors are the same here."
    : "It has found nothing here to go by.";

/** @param {Told} told */
function comparison({ at, accuracy, words, tests }) {
  const gap = accuracy - words;
  if (Math.abs(gap) <= margin(words, tests)) {
    return `TF-IDF, which counts words, gets ${
      whole(words)
    } from as many examples: with ${tests} ` +
      "test questions, that is a tie.";
  }
  if (gap > 0) return `That beats TF-IDF, which counts words: ${whole(words)}.`;
  const why = at.position === "first"
    ? "No later token can be seen from there."
    : at.position === "middle"
    ? "Half of the question is still to come there."
    : "";
  return `TF-IDF, which counts words, does better: ${whole(words)}. ${why}`.trim();
}

/** @param {Told} told */
function paddingWords({ at, accuracy, unpadded, there }) {
  const columns = `${at.padding} column${at.padding === 1 ? "" : "s"}`;
  const drop = unpadded - accuracy;
  const where = `Read ${columns} behind the end, ${behind(at.layer)},`;
  if (drop < 0.03) {
    return `${where} the probe is right on ${whole(accuracy)}, and on ${whole(unpadded)} at the ` +
      "last token: hardly a difference here.";
  }
  const kept = there > accuracy + 0.05
    ? ` Something of the answer is still there: a probe trained on this column gets ${
      whole(there)
    } (all channels, 320 examples). But each text of a batch has another number of such columns.`
    : "";
  return `${where} the same probe falls from ${whole(unpadded)} to ${
    whole(accuracy)
  }: it learned ` +
    `what the last token of a question looks like, and meets padding.${kept}`;
}
