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

const NOTHING = 0.02; // so little above guessing is not worth a word

/** @param {Told} told */
export function answerWords(told) {
  const { at, accuracy, guess } = told;
  if (at.padding) return paddingWords(told);
  const where = `At ${PLACES[at.position]}, ${behind(at.layer)}`;
  if (accuracy < guess + NOTHING) {
    return `${where}, the probe is right on ${whole(accuracy)}: no better than guessing the most ` +
      `frequent class, which gets ${whole(guess)}. ${nothingWords(at)}`;
  }
  return `${where}, the probe is right on ${whole(accuracy)}; guessing the most frequent class ` +
    `gets ${whole(guess)}. ${comparison(told)}`;
}

/** @param {number} layer */
const behind = (layer) => layer ? `after ${layer} blocks` : "before any block";

/** @param {At} at */
const nothingWords = ({ layer, position }) =>
  layer === 0 && position === "last"
    ? "Nearly all questions end in “?”, and before any block its vector knows of no other token."
    : "From these examples it has learned nothing that helps.";

/** @param {Told} told */
function comparison({ at, accuracy, words, tests }) {
  const gap = accuracy - words;
  if (Math.abs(gap) <= margin(words, tests)) {
    return `TF-IDF, which counts words, gets ${whole(words)} from as many examples: a tie, with ` +
      `${tests} test questions.`;
  }
  if (gap > 0) return `That beats TF-IDF, which counts words: ${whole(words)}.`;
  const why = at.position === "first"
    ? "It is the first word, such as “Who” or “How”: no later token can be seen from there."
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
    } (all channels, 320 examples). But how many such columns there are differs from text to text.`
    : "";
  return `${where} the same probe falls from ${whole(unpadded)} to ${
    whole(accuracy)
  }: it learned ` +
    `what the last token of a question looks like, and meets padding.${kept}`;
}
