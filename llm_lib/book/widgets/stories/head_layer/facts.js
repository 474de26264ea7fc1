// What the scenes show of a layer's heads. It was measured; sums and largest ones are computed.

import { indexOfLargest } from "../../../engine/vectors.js";

/** @import { Choice } from "../../moving/types.js" */

/**
 * @typedef {object} Settings
 * @property {number} layer
 * @property {number} n_layer
 * @property {string[]} tokens
 * @property {number} place
 * @property {string[]} answers
 * @property {number[][]} queries
 * @property {number[][]} weights
 * @property {number[][]} outputs
 * @property {number[][]} parts
 * @property {number[]} factors
 * @property {number[][][]} probs
 * @property {number} head
 * @property {number} factor
 */
/** @typedef {ReturnType<typeof factsOf>} Facts */

export const FOUR = [0, 1, 2, 3];
export const SEEN_HERE = 0.1; // a smaller weight is not drawn: its number would meet the next one

/**
 * A token as it is written in a picture.
 * @param {string} token
 */
const writtenAs = (token) => token.trim() || (token.includes("\n") ? "↵" : "␣");

/** @param {Settings} settings */
export function factsOf(settings) {
  const { tokens, weights, parts, probs, factors } = settings;
  const normal = factors.indexOf(1);
  const fall = probs.map((pairs) => pairs[normal][0] - pairs[0][0]);
  const off = indexOfLargest(fall); // the head whose loss costs the answer most
  const sum = parts[0].map((_, i) => parts.reduce((all, part) => all + part[i], 0));
  return {
    ...settings,
    words: tokens.map(writtenAs),
    last: tokens.length - 1,
    most: weights.map((row) => indexOfLargest(row)),
    title: (/** @type {number} */ h) => `head ${settings.layer}.${h}`,
    normal,
    off,
    sum,
    sumOff: sum.map((x, i) => x - parts[off][i]),
  };
}

/**
 * @param {Facts} m
 * @returns {Choice[]}
 */
export const choicesOf = (m) => [
  {
    name: "Head",
    options: FOUR.map((h) => [String(h), m.title(h)]),
    value: String(m.head),
    pick: (head) => ({ head: Number(head) }),
  },
  {
    name: "Its output times",
    options: m.factors.map((factor, i) => [String(i), `${factor}`]),
    value: String(m.factor),
    pick: (factor) => ({ factor: Number(factor) }),
  },
];
