// Every number of the story: one small model, trained without the mask and with it.

import { guessOf, measured, trainedRows } from "../../../engine/masked_training.js";

/** @import { Choice } from "../../moving/types.js" */

/** Steps of training in the scenes: few, and many. */
const FEW = 10;
const MANY = 100;
/** What is allowed: places of a text, words for one, letters of a word, texts, different words. */
const PLACES = 5;
const LETTERS = 4;
const TEXTS = 16;
const WORDS = 9;
const ASKS = 1; // the row that is watched in use

/**
 * @typedef {object} Settings
 * @property {string[]} words for each place of a text, with a / between those that can stand there
 * @property {boolean} mask
 * @property {number} steps
 */
/** @typedef {ReturnType<typeof runOf>} Run */
/** @typedef {ReturnType<typeof factsOf>} Facts */

/**
 * All texts that can be made: "a/b c" makes "a c" and "b c".
 * @param {string[][]} places
 * @returns {string[][]}
 */
const textsOf = (places) =>
  places.reduce(
    (texts, words) => texts.flatMap((text) => words.map((word) => [...text, word])),
    /** @type {string[][]} */ ([[]]),
  );

/**
 * A model after some steps: its weights, and p for the right words of the first text, with the loss
 * over all texts; and in use, where nothing that comes later is there. alone: for the words that
 * the watched row sees then, what the table would guess from each; p: what it guesses.
 * @param {{ texts: string[][], vocabulary: string[] }} language
 * @param {boolean} mask
 * @param {number} steps
 */
function runOf({ texts, vocabulary }, mask, steps) {
  const model = trainedRows({ texts, vocabulary, mask, steps });
  const [text] = texts;
  const training = measured(model, texts);
  const written = { ...model, mask: true };
  const use = measured(written, texts);
  const seen = text.slice(0, ASKS + 1);
  const right = vocabulary.indexOf(text[ASKS + 1]);
  const { p } = guessOf(written, text, use.weights[ASKS]);
  return {
    mask,
    steps,
    weights: training.weights,
    p: training.p[0],
    loss: training.loss,
    use: {
      loss: use.loss,
      weights: use.weights[ASKS].slice(0, seen.length),
      alone: seen.map((word) => guessOf(model, [word], [1]).p),
      p,
      right,
    },
  };
}

/**
 * What the scenes show: without the mask after 0, few and many steps; with it after 0 and many; as
 * the reader has it. even: the loss of a guess that gives each word the same probability.
 * @param {Settings} settings
 */
export function factsOf(settings) {
  const places = settings.words.map((word) => word.split("/"));
  const texts = textsOf(places);
  const vocabulary = [...new Set(places.flat())];
  const run = (/** @type {boolean} */ mask) => (/** @type {number} */ steps) =>
    runOf({ texts, vocabulary }, mask, steps);
  return {
    ...settings,
    places,
    count: texts.length,
    text: texts[0],
    vocabulary,
    V: vocabulary.length,
    even: Math.log(vocabulary.length),
    free: [0, FEW, MANY].map(run(false)),
    masked: [0, MANY].map(run(true)),
    yours: run(settings.mask)(settings.steps),
  };
}

/**
 * What is typed for the texts, place by place, or what is wrong with it.
 * @param {string} typed
 */
function wordsIn(typed) {
  const words = typed.trim().split(/\s+/);
  const places = words.map((word) => word.split("/"));
  const each = places.flat();
  const count = places.reduce((n, place) => n * place.length, 1);
  const isFine = places.length === PLACES && count <= TEXTS && new Set(each).size <= WORDS &&
    each.every((word) => word && [...word].length <= LETTERS) &&
    places.every((place) => new Set(place).size === place.length);
  return isFine ? { words } : `Type ${PLACES} words of at most ${LETTERS} letters, with a / ` +
    `between those that can stand in one place: ${TEXTS} texts and ${WORDS} words at most.`;
}

/**
 * @param {Facts} m
 * @returns {Choice[]}
 */
export const choicesOf = (m) => [
  { name: "Texts", value: m.words.join(" "), read: wordsIn },
  {
    name: "Mask",
    options: [["on", "on"], ["off", "off"]],
    value: m.mask ? "on" : "off",
    pick: (mask) => ({ mask: mask === "on" }),
  },
  {
    name: "Training",
    options: [...new Set([0, 1, FEW, 20, MANY, 300, m.steps])].sort((a, b) => a - b)
      .map((steps) => [String(steps), `${steps} step${steps === 1 ? "" : "s"}`]),
    value: String(m.steps),
    pick: (steps) => ({ steps: Number(steps) }),
  },
];
