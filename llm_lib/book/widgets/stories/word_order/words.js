// What is said at each step, and each picture in words.

import { written } from "../../moving/ruler.js";
import { readingOf, WORDS } from "./facts.js";

/** @import { Facts } from "./facts.js" */

/** @param {number[]} pair */
const pair = ([a, b]) => `(${written(a, 2)}, ${written(b, 2)})`;
/** @param {number} x */
const two = (x) => written(x, 2);

/** @type {Record<string, (m: Facts) => string>} */
export const sayOf = {
  "Two texts": () =>
    "The same four tokens, twice. In the first text the fox saw, in the second the bear. The " +
    "last token is to find out who.",
  "Vectors": () =>
    "Each token becomes its vector. A vector belongs to a word, so both texts have the same " +
    "four, in another order.",
  "Weights": (m) =>
    "The last token compares itself with all, and weights come out. The fox gets " +
    `${two(m.plain[0].weights[0])} in the first text and ${two(m.plain[1].weights[2])} in the ` +
    "second. Its place does not count.",
  "Sum": (m) =>
    `Weight times vector, added up: ${pair(m.plain[0].output)} and ${pair(m.plain[1].output)}. ` +
    "Both texts give the same, so no model built on it can say who saw.",
  "Positions": () =>
    "Now each position has a vector, too: the small numbers below. They have been added: the fox " +
    "in position 0 is no longer the fox in position 2.",
  "Sum again": (m) =>
    `The same weighing, and two different results: ${pair(m.placed[0].output)} is ` +
    `${readingOf(m.placed[0].output)}, ${pair(m.placed[1].output)} is ` +
    `${readingOf(m.placed[1].output)}. Order counts.`,
  "Your turn": (m) =>
    `Drag one of the small numbers, leave positions out, or take another order. First text: ${
      readingOf(m.yours[0].output)
    }. Second: ${readingOf(m.yours[1].output)}.`,
};

/** @param {Facts} m @param {number} scene */
export function altOf(m, scene) {
  const hasWeights = scene > 1 && scene !== 4;
  const hasSum = scene > 2 && scene !== 4;
  const texts = scene === 6 ? m.yours : scene >= 4 ? m.placed : m.plain;
  const lines = texts.map(({ order, vectors, weights, output }) => {
    const tokens = order.map((word, t) =>
      [
        WORDS[word],
        scene ? pair(vectors[t]) : "",
        hasWeights ? `weight ${two(weights[t])}` : "",
        scene === 4 ? `position ${pair(m.p[t])} added` : "",
      ].filter(Boolean).join(", ")
    );
    return `${tokens.join("; ")}${hasSum ? `; output ${pair(output)}` : ""}`;
  });
  const yours = scene === 6 ? " The numbers of the positions can be changed." : "";
  return `Two texts, one above the other. First: ${lines[0]}. Second: ${lines[1]}.${yours}`;
}
