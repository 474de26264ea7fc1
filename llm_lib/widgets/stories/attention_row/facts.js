// Every number of the story.

import { attentionRow } from "../../../engine/attention_row.js";
import { indexOfLargest } from "../../../engine/vectors.js";

export const ANIMALS = ["fox", "bear", "owl"];
export const THINGS = ["kite", "drum", "lamp"];
export const CHANNELS = [...ANIMALS, ...THINGS];
export const FOUR = [0, 1, 2, 3];
/**
 * A vector that a matrix makes; names: of its numbers.
 * @typedef {object} Part
 * @property {"query" | "key" | "value"} role
 * @property {"q" | "k" | "v"} letter
 * @property {string} matrix
 * @property {"w_q" | "w_k" | "w_v"} setting
 * @property {string[]} names
 */
/** @type {Part[]} */
export const PARTS = [
  { role: "query", letter: "q", matrix: "W_Q", setting: "w_q", names: [...ANIMALS, "ask"] },
  { role: "key", letter: "k", matrix: "W_K", setting: "w_k", names: [...ANIMALS, "has"] },
  { role: "value", letter: "v", matrix: "W_V", setting: "w_v", names: THINGS },
];

/**
 * @typedef {object} Settings
 * @property {string[]} tokens
 * @property {number[][]} x
 * @property {number[][]} w_q
 * @property {number[][]} w_k
 * @property {number[][]} w_v
 * @property {number} row
 * @property {string} panel
 */
/** @typedef {ReturnType<typeof factsOf>} Facts */

/**
 * The vector of a token: 1 for its animal, and for its thing if it has one.
 * @param {string} token
 */
export function vectorOf(token) {
  const words = token.split(": ");
  return CHANNELS.map((name) => Number(words.includes(name)));
}

/**
 * All that the scenes show. best: where the output is largest; sure: whether only there; most: the
 * token with the largest weight. A name has a star where the reader has changed the vector.
 * @param {Settings} settings
 */
export function factsOf(settings) {
  const { tokens, x, row } = settings;
  const attention = attentionRow(settings);
  const { output, w } = attention;
  const best = indexOfLargest(output);
  const sure = output.every((value, c) => c === best || value < output[best] - 0.005);
  const names = tokens.map((token, s) =>
    String(x[s].map(Number)) === String(vectorOf(token)) ? token : `${token}*`
  );
  return {
    ...settings,
    ...attention,
    best,
    sure,
    most: indexOfLargest(w),
    names,
    name: names[row],
    sum: attention.sums[row],
  };
}
