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
  if (exchanged[0] === "24.4") return aloneWords(right, chances[0], before[0]);
  const turned = (chances[0] > chances[1]) !== (before[0] > before[1]);
  const so = turned ? "the answer has turned" : "the answer is the same";
  if (exchanged.length < ALL) return `With ${enumerated(exchanged)} exchanged, ${both}: ${so}.`;
  const sum = (/** @type {string} */ key) =>
    counts.exchanged.reduce((/** @type {number} */ n, /** @type {any} */ row) => n + row[key], 0);
  return `With all four, ${both}: ${so}. The other name then leads in ${sum("turned")} of ` +
    `${sum("of")} sentences of four kinds.`;
}

/**
 * What becomes of the right name when the head that works against it is exchanged: the two outputs
 * are compared, since the one put in may help or hurt, too.
 * @param {string} right
 * @param {number} now
 * @param {number} before
 */
function aloneWords(right, now, before) {
  const [verb, so] = now > before ? ["rises", "better"] : ["falls", "worse"];
  return `With 24.4 exchanged, “${right}” ${verb} from ${chance(before)} to ${chance(now)}: ` +
    `the output put in is ${so} for that name than the head’s own.`;
}

/**
 * How often the model is right at all.
 * @param {string} sentence
 * @param {Record<string, any>} counts
 */
export function switchLimit(sentence, counts) {
  const kinds = counts.right;
  const all = (/** @type {string} */ key) =>
    kinds.reduce((/** @type {number} */ n, /** @type {any} */ kind) => n + kind[key], 0);
  if (sentence !== "secret") {
    return `In ${all("right")} of ${all("of")} sentences of ${kinds.length} kinds the right name ` +
      `is ahead of the other; in ${all("top")} it is the likeliest token.`;
  }
  const weak = kinds.find((/** @type {any} */ { template }) => template.includes("secret"));
  return "In sentences of this kind the model is weak: the right name is ahead of the other in " +
    `${weak.right} of ${weak.of}, and the likeliest token in ${weak.top}.`;
}
