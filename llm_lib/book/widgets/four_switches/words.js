// What is seen in FourSwitches, in words, and how far it holds.

import { enumerated } from "../shared/words.js";

/**
 * @typedef {object} SwitchesShown
 * @property {string[]} names the right one, then the repeated one
 * @property {string[]} exchanged
 * @property {number[]} chances of both, now
 * @property {number[]} before with nothing exchanged
 */

const ALL = 4;

/** @param {number} p */
const chance = (p) => (p < 0.005 ? "less than 0.01" : p.toFixed(2));

/**
 * What comes of it.
 * @param {SwitchesShown} shown
 * @param {Record<string, any>} counts of the study
 */
export function switchWords({ names, exchanged, chances, before }, counts) {
  const [right, other] = names;
  const both = `“${right}” gets ${chance(chances[0])} and “${other}” ${chance(chances[1])}`;
  if (!exchanged.length) return `${both}: the model names the one who doesn’t give.`;
  const turned = (chances[0] > chances[1]) !== (before[0] > before[1]);
  const so = turned ? "the answer has turned" : "the answer is the same";
  if (exchanged.length < ALL) return `With ${enumerated(exchanged)} exchanged, ${both}: ${so}.`;
  const sum = (/** @type {string} */ key) =>
    counts.exchanged.reduce((/** @type {number} */ n, /** @type {any} */ row) => n + row[key], 0);
  return `With all four, ${both}: ${so}. The other name then leads in ${sum("turned")} of ` +
    `${sum("of")} sentences of four kinds.`;
}

/**
 * How often the model is right at all, where it is often wrong; "" elsewhere.
 * @param {string} sentence
 * @param {Record<string, any>} counts
 */
export function switchLimit(sentence, counts) {
  if (sentence !== "secret") return "";
  const weak = counts.right.find((/** @type {any} */ { template }) => template.includes("secret"));
  return "In sentences of this kind the model is weak: the right name is ahead of the other in " +
    `${weak.right} of ${weak.of}, and the likeliest token in ${weak.top}.`;
}
