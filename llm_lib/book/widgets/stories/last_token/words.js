// What is said in each scene, and each picture in words.

import { decimals, quote, roughly } from "../../shared/words.js";
import { placeOf } from "./facts.js";

/** @import { Facts, Reading } from "./facts.js" */
/** @typedef {Record<string, (m: Facts, k: number) => string>} Words */

/**
 * The class that a reading chooses, and how probable it is.
 * @param {Facts} m
 * @param {Reading} reading
 */
const verdict = (m, { chosen, p }) => `${quote(m.classes[chosen])} with ${roughly(p[chosen])}`;

/** @type {Words} */
export const sayOf = {
  Text: (m) =>
    `Is this text ${m.classes[0]} or ${m.classes[1]}? The model has read many stories, but never ` +
    "a label.",
  Vectors: (m) =>
    `It turns each of the ${m.words.length} tokens into a vector. A token has seen those before ` +
    "it, and none after it.",
  "Last token": (m) => `So only the last one, ${quote(m.words[m.last])}, has seen the whole text.`,
  Head: (m) =>
    `A head compares it with a row of weights for each class. The weights begin at 0: both ` +
    `classes get ${roughly(m.zero.p[0])}, and the loss is ${decimals(m.zero.loss)}.`,
  "One step": (m) =>
    `One step down the gradient: the row of ${quote(m.classes[m.label])} moves towards the ` +
    `vector, the other away. The loss falls to ${decimals(m.step.loss)}.`,
  Trained: (m) =>
    `After many steps on many texts, the head says ${verdict(m, m.trained)}. The model itself ` +
    "has not changed.",
  Padding: (m, k) =>
    k === 0
      ? "In a batch, shorter texts are filled up. Filled on the right, the last column isn’t " +
        `text: there the same head says ${verdict(m, m.padded)}.`
      : `Filled on the left, the last column is the last token again: ${verdict(m, m.trained)}.`,
  "Your turn": (m) =>
    `Read at ${placeOf(m.yours, m.yours.column)}: the head says ${
      verdict(m, m.yours.reading)
    }, which is ` +
    `${m.yours.reading.right ? "right" : "wrong"}. Choose another text or column.`,
};

/** @param {number[]} x */
const listed = (x) => x.map(decimals).join(", ");

/** @param {Facts} m @param {Reading} reading */
const headWords = (m, reading) =>
  `Vector ${listed(reading.x)}. ` +
  m.classes.map((name, i) =>
    `${name}: weights ${listed(reading.head[i])}, score ${decimals(reading.scores[i])}, ` +
    `probability ${roughly(reading.p[i])}`
  ).join("; ") + `. Loss ${decimals(reading.loss)}.`;

/** @type {Words} */
export const altOf = {
  Text: (m) => `Tokens: ${m.words.join(" ")}. Below them: ${m.classes.join(" or ")}?`,
  Vectors: (m) =>
    `A column of four numbers below each token: ${
      m.words.map((word, i) => `${word} ${listed(m.columns[i])}`).join("; ")
    }.`,
  "Last token": (m) => `The column of the last token is framed: ${listed(m.columns[m.last])}.`,
  Head: (m) => headWords(m, m.zero),
  "One step": (m) => `After one step. ${headWords(m, m.step)}`,
  Trained: (m) => `Trained. ${headWords(m, m.trained)}`,
  Padding: (m, k) =>
    k === 0
      ? `Filled on the right, the last column read. ${headWords(m, m.padded)}`
      : `Filled on the left, the last column read. ${headWords(m, m.trained)}`,
  "Your turn": (m) =>
    `Read at ${placeOf(m.yours, m.yours.column)}. ${headWords(m, m.yours.reading)}`,
};
