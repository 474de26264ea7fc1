// Every number of the story: the one-hot vector, its products with the table, and cosines.

import { dot } from "../../../engine/vectors.js";

/** @import { Choice } from "../../moving/types.js" */

const WORDS = ["wolf", "fox", "kite", "lake", "owl"];

/**
 * @typedef {object} Settings
 * @property {string} word
 * @property {number[][]} table
 */
/** @typedef {ReturnType<typeof factsOf>} Facts */

/**
 * The cosine of two vectors; 0 where one of them is.
 * @param {number[]} a
 * @param {number[]} b
 */
function cosineOf(a, b) {
  const lengths = Math.hypot(...a) * Math.hypot(...b);
  return lengths ? dot(a, b) / lengths : 0;
}

/** @param {Settings} settings */
export function factsOf({ word, table }) {
  const id = WORDS.indexOf(word);
  const hot = WORDS.map((_, v) => Number(v === id));
  const products = table.map((row, v) => row.map((x) => hot[v] * x));
  const result = table[0].map((_, c) => products.reduce((sum, row) => sum + row[c], 0));
  const cosines = table.map((row) => cosineOf(table[id], row));
  const others = WORDS.map((_, v) => v).filter((v) => v !== id);
  const other = others.reduce((best, v) => (cosines[v] > cosines[best] ? v : best));
  const nearest = { other, cosine: cosines[other] };
  return { words: WORDS, word, id, table, hot, products, result, cosines, nearest };
}

/**
 * @param {Facts} m
 * @returns {Choice[]}
 */
export const choicesOf = (m) => [{
  name: "Token",
  options: m.words.map((word, v) => [word, `${word}, id ${v}`]),
  value: m.word,
  pick: (word) => ({ word }),
}];
