// What is said at each step, and each picture in words.

import { written } from "../../moving/ruler.js";
import { quote } from "../../shared/words.js";

/** @import { Facts } from "./facts.js" */

/** @param {number[]} pair */
const pair = ([a, b]) => `(${written(a, 1)}, ${written(b, 1)})`;

/** @type {Record<string, (m: Facts) => string>} */
export const sayOf = {
  "Id": (m) =>
    `A tokenizer turns ${quote(m.word)} into a number, its id: ${m.id}. Nothing in that number ` +
    "says that this is an animal.",
  "One-hot": (m) =>
    "Write the id as a vector: a 1 at its own place, 0 everywhere else. That is a one-hot vector. " +
    `Beside it, the table: for each of the ${m.words.length} tokens a row of two numbers.`,
  "Product": () =>
    "Multiply the two: each number of the one-hot vector times its row. All rows become 0, but one.",
  "Sum": (m) =>
    `Add the products up: ${
      pair(m.result)
    }. Nothing but zeros was added to row ${m.id}, so it is ` +
    "that row.",
  "Lookup": (m) =>
    `So nobody multiplies: take row ${m.id}, and be done. One-hot times table is a lookup, and the ` +
    `row is the embedding of ${quote(m.word)}.`,
  "Place": (m) =>
    `Two numbers are a place: ${pair(m.table[m.id])}. An id is a name; an embedding lies ` +
    "somewhere, near some tokens and far from others.",
  "Neighbours": (m) =>
    `Training moves the rows. Here ${quote(m.word)} points almost where ` +
    `${quote(m.words[m.nearest.other])} does: their cosine is ${
      written(m.nearest.cosine, 2)
    }. (These numbers are made up.)`,
  "Your turn": (m) =>
    `Drag a number of the table, or take another token. Closest to ${quote(m.word)} is now ${
      quote(m.words[m.nearest.other])
    }, with a cosine of ${written(m.nearest.cosine, 2)}.`,
};

/** @param {Facts} m @param {number} scene */
export function altOf(m, scene) {
  const first = `The token ${m.word} with id ${m.id}.`;
  if (!scene) return first;
  const rows = m.words.map((word, v) => `${word} ${pair(m.table[v])}`).join(", ");
  const hot = scene <= 3 ? ` Its one-hot vector: ${m.hot.join(", ")}.` : "";
  const sum = scene === 3 ? ` The products add up to ${pair(m.result)}.` : "";
  const plane = scene >= 5 ? " On the right, rows as arrows in a plane." : "";
  return `${first}${hot} The table: ${rows}.${sum}${plane}`;
}
