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

export const LEAST = 0.1; // a number below it says almost nothing
export const SAME = 0.005; // numbers that differ by less look the same

/**
 * Which number is clearly the largest, and says something; -1 if none is.
 * @param {number[]} numbers
 */
export function clearlyLargest(numbers) {
  const best = indexOfLargest(numbers);
  const isSole = numbers.every((n, i) => i === best || n < numbers[best] - SAME);
  return isSole && numbers[best] >= LEAST ? best : -1;
}

/**
 * All that the scenes show. found: what the output says clearly, -1 for nothing; nothing: whether
 * it is almost 0; even: whether all that is seen has the same weight; most: the token with the
 * largest; after: the token's vector with the output added. A name has a star where the reader has
 * changed the vector.
 * @param {Settings} settings
 */
export function factsOf(settings) {
  const { tokens, x, row } = settings;
  const attention = attentionRow(settings);
  const { output, w } = attention;
  const seen = w.filter((_, s) => !attention.hidden(row, s));
  const names = tokens.map((token, s) =>
    String(x[s].map(Number)) === String(vectorOf(token)) ? token : `${token}*`
  );
  return {
    ...settings,
    ...attention,
    found: clearlyLargest(output),
    nothing: Math.max(...output) < LEAST,
    even: seen.length > 1 && Math.max(...seen) - Math.min(...seen) < SAME,
    after: x[row].map((n, c) => n + (c < ANIMALS.length ? 0 : output[c - ANIMALS.length])),
    most: indexOfLargest(w),
    names,
    name: names[row],
    sum: attention.sums[row],
  };
}
