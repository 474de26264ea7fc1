// What a word of the translation looks at, in words.

import { indexOfLargest } from "../../engine/vectors.js";
import { percent } from "../shared/words.js";

/**
 * @typedef {object} Example
 * @property {string[]} source
 * @property {string[]} target
 * @property {number[][][][]} weights by layer, head, target and source word
 * @property {(number | null)[]} [origin] the source word that each target word translates
 * @property {string[]} [gloss] what stands below each target word
 * @property {string} [note] what stands below the sentence
 */

/** @type {Record<string, string>} */
const NAMES = { "<stop>": "end", "<start>": "start", "<pad>": "padding" };

/** @param {string} token */
export const named = (token) => (Object.hasOwn(NAMES, token) ? NAMES[token] : token);

/** @param {string} token */
export const quoted = (token) => Object.hasOwn(NAMES, token) ? `the ${NAMES[token]}` : `“${token}”`;

/**
 * A weight in percent; what is rounded away is no 0, which a softmax never gives.
 * @param {number} weight
 */
export const share = (weight) => percent(weight || 1e-9, 0);

/**
 * The finding: where one word looks, and how often the words of its sentence look at the right one.
 * @param {Example} example
 * @param {number[][]} map
 * @param {{ word: number, layer: number, head: number }} shown
 */
export function looksInWords({ source, target, origin }, map, { word, layer, head }) {
  const row = map[word];
  const order = [...row.keys()].sort((a, b) => row[b] - row[a]);
  const place = origin?.[word];
  const isMean = layer < 0 || head < 0; // heads that differ: none may look where the mean does
  const who = layer < 0 && head < 0
    ? "all heads look"
    : layer < 0
    ? `head ${head} of all layers looks`
    : head < 0
    ? `the heads of layer ${layer} look`
    : `head ${layer}.${head} looks`;
  const [at, next] = isMean ? [", on average, at", "and at"] : [" most at", "then at"];
  const seen = (/** @type {number} */ s) => `${quoted(source[s])} (${percent(row[s], 0)})`;
  const first = `To write ${quoted(target[word])}, ${who}${at} ${seen(order[0])}, ${next} ` +
    `${seen(order[1] ?? order[0])}.`;
  const right = typeof place !== "number"
    ? ""
    : place === order[0]
    ? ` ${quoted(source[place])} is the word it stands for.`
    : ` It stands for ${quoted(source[place])}.`;
  const counted = [...map.keys()].filter((t) => Number.isInteger(origin?.[t]));
  const hits = counted.filter((t) => indexOfLargest(map[t]) === origin?.[t]).length;
  return first + right +
    (counted.length
      ? ` In this sentence the largest weight lies on the word that is translated for ${hits} ` +
        `of ${counted.length}.`
      : "");
}
