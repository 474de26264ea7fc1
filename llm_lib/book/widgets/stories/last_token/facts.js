// The vectors were measured; scores, probabilities and the step of the head are computed here.

import { logSoftmax, softmax } from "../../../engine/functions.js";
import { dot, indexOfLargest } from "../../../engine/vectors.js";

/** @import { Choice } from "../../moving/types.js" */

/** @typedef {{ tokens: string[], label: number, columns: number[][] }} Text */
/**
 * @typedef {object} Settings
 * @property {string[]} classes
 * @property {Text[]} texts
 * @property {number[][]} head
 * @property {number} rate
 * @property {number} text
 * @property {number} column
 */
/** @typedef {ReturnType<typeof factsOf>} Facts */
/** @typedef {ReturnType<typeof readingOf>} Reading */

export const FILLER = "‹end›"; // what a column of padding holds

/** @param {Text} text */
const wordsOf = (text) => text.tokens.map((token) => token.trim() || "␣");

/**
 * What a head says of a vector.
 * @param {number[][]} head
 * @param {number[]} x
 * @param {number} label
 */
export function readingOf(head, x, label) {
  const scores = head.map((row) => dot(row, x));
  const p = Array.from(softmax(scores));
  const chosen = indexOfLargest(p);
  const loss = -logSoftmax(Float32Array.from(scores))[label];
  return { head, x, scores, p, chosen, loss, label, right: chosen === label };
}

/**
 * The head after one step against the gradient of the loss, (p − y) times the vector.
 * @param {Reading} reading
 * @param {number} rate
 */
export const stepped = ({ head, x, p, label }, rate) =>
  head.map((row, i) => row.map((w, j) => w - rate * (p[i] - Number(i === label)) * x[j]));

/** @param {Settings} settings */
export function factsOf(settings) {
  const [first] = settings.texts;
  const words = wordsOf(first);
  const last = words.length - 1;
  const x = first.columns[last];
  const zero = readingOf(settings.head.map((row) => row.map(() => 0)), x, first.label);
  const chosen = settings.texts[Math.min(settings.text, settings.texts.length - 1)];
  const column = Math.min(settings.column, chosen.columns.length - 1);
  const longer = settings.texts.reduce(
    (a, b) => (b.tokens.length > a.tokens.length ? b : a),
    first,
  );
  const behind = Math.min(
    Math.max(1, longer.tokens.length - words.length),
    first.columns.length - words.length,
  );
  return {
    ...settings,
    words,
    last,
    columns: first.columns,
    label: first.label,
    zero,
    step: readingOf(stepped(zero, settings.rate), x, first.label),
    trained: readingOf(settings.head, x, first.label),
    behind,
    padded: readingOf(settings.head, first.columns[last + behind], first.label),
    yours: {
      words: [...wordsOf(chosen), ...chosen.columns.slice(chosen.tokens.length).map(() => FILLER)],
      last: chosen.tokens.length - 1,
      column,
      label: chosen.label,
      reading: readingOf(settings.head, chosen.columns[column], chosen.label),
    },
  };
}

/**
 * What stands in a column of the text that is read, in words.
 * @param {Facts["yours"]} yours
 * @param {number} i
 */
export const placeOf = ({ words, last }, i) =>
  i > last
    ? `padding, ${i - last} behind the end`
    : `token ${i + 1}, “${words[i]}”${i === last ? ", the last" : ""}`;

/**
 * @param {Facts} m
 * @returns {Choice[]}
 */
export const choicesOf = (m) => [
  {
    name: "Text",
    options: m.texts.map((text, i) => [`${i}`, text.tokens.join("").trim()]),
    value: `${m.text}`,
    pick: (text) => ({ text: Number(text), column: m.texts[Number(text)].tokens.length - 1 }),
  },
  {
    name: "Read at",
    options: m.yours.words.map((_, i) => [`${i}`, placeOf(m.yours, i)]),
    value: `${m.yours.column}`,
    pick: (column) => ({ column: Number(column) }),
  },
];
