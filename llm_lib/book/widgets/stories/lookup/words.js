// What is said at each step, and each picture in words.

import { written } from "../../moving/ruler.js";
import { quote } from "../../shared/words.js";

/** @import { Facts } from "./facts.js" */

/** @param {number[]} pair */
const pair = ([a, b]) => `(${written(a, 1)}, ${written(b, 1)})`;

/** @type {Record<string, (m: Facts) => string>} */
export const sayOf = {
  "Token id": (m) =>
    `A tokenizer turns ${quote(m.word)} into a number, its id: ${m.id}. Nothing in that number ` +
    "says that this is an animal.",
  "One-hot": (m) =>
    "Write the id as a vector: a 1 at its own place, 0 everywhere else: a one-hot vector. " +
    `Beside it, the table: for each of the ${m.words.length} tokens a row of two numbers.`,
  "Product": () =>
    "Multiply: each number of the one-hot vector times its row. All rows become 0, but one.",
  "Sum": (m) =>
    `Add the products up: ${
      pair(m.result)
    }. Nothing but zeros was added to row ${m.id}, so it is ` +
    "that row.",
  "Lookup": (m) =>
    `So nobody multiplies: take row ${m.id}, and be done. One-hot times table is a lookup, and ` +
    `the row is the embedding of ${quote(m.word)}.`,
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
  /** @type {Record<number, string>} */
  const more = {
    2: ` The products: ${m.products.map(pair).join(", ")}.`,
    3: ` The products add up to ${pair(m.result)}.`,
    4: ` Row ${m.id} is framed.`,
    5: " Its row as an arrow in a plane.",
    6: ` All rows as arrows in a plane. Cosines: ${
      m.cosines.map((x) => written(x, 2)).join(", ")
    }.`,
    7: ` All rows as arrows in a plane; their numbers can be changed.`,
  };
  return `${first}${hot} The table: ${rows}.${more[scene] ?? ""}`;
}
