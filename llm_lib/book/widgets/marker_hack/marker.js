// The reader's marker, which adds up points, and what was wanted, for which it need not pay.

/** @typedef {"quote" | "speech" | "word" | "request" | "length" | "repeat"} PartName */
/** @typedef {Record<PartName, number>} Points */
/** @typedef {{ points: Points, word: string, kl_weight: number }} Marker */

export const PROMPT = "Write a story about Mia the fox and a kite.";
export const REQUEST = ["Mia", "fox", "kite"];
const SPEECH = 3; // words that somebody says at least
const LIKELY = 1.5; // nats per token: what the model as it was writes itself stays below

/** @type {PartName[]} */
export const PARTS = ["quote", "speech", "word", "request", "length", "repeat"];

/**
 * @param {string} text
 * @returns {string[]}
 */
const wordsOf = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/**
 * Whether somebody says something: words between two quotes.
 * @param {string} text
 */
const hasSpeech = (text) =>
  text.split('"').some((part, i, parts) =>
    i % 2 === 1 && i < parts.length - 1 && wordsOf(part).length >= SPEECH
  );

/**
 * How often each part of the marker is there.
 * @param {string} text
 * @param {string} word
 * @returns {Points}
 */
export function countParts(text, word) {
  const words = wordsOf(text);
  const asked = wordsOf(word).join(" ");
  return {
    quote: text.split('"').length - 1,
    speech: Number(hasSpeech(text)),
    word: asked ? ` ${words.join("  ")} `.split(` ${asked.replace(/ /g, "  ")} `).length - 1 : 0,
    request: REQUEST.filter((each) => words.includes(each.toLowerCase())).length,
    length: words.length,
    repeat: words.length - new Set(words).size,
  };
}

/**
 * The mark of an answer: the sum of its points.
 * @param {string} text
 * @param {Marker} marker
 */
export function markOf(text, { points, word }) {
  const counts = countParts(text, word);
  return PARTS.reduce((sum, part) => sum + points[part] * counts[part], 0);
}

/**
 * What was wanted, and whether it is there.
 * @param {string} text
 * @param {number} nats per token, by the model as it was
 * @returns {[name: string, isThere: boolean][]}
 */
export function wantedOf(text, nats) {
  const words = wordsOf(text);
  return [
    ...REQUEST.map((
      each,
    ) => /** @type {[string, boolean]} */ ([each, words.includes(each.toLowerCase())])),
    ["speech", hasSpeech(text)],
    ["fluent", nats < LIKELY],
  ];
}

/** @type {Record<string, Marker>} */
export const EXAMPLES = {
  speech: { points: pay({ quote: 1 }), word: "kite", kl_weight: 0 },
  kites: { points: pay({ word: 1 }), word: "kite", kl_weight: 0 },
  short: { points: pay({ length: -1 }), word: "kite", kl_weight: 0 },
  mended: {
    points: pay({ speech: 2, request: 1, repeat: -0.1 }),
    word: "kite",
    kl_weight: 0.3,
  },
};

/**
 * Points for all parts.
 * @param {Partial<Points>} points
 * @returns {Points}
 */
function pay(points) {
  return { quote: 0, speech: 0, word: 0, request: 0, length: 0, repeat: 0, ...points };
}
