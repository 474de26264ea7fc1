// What was recorded, as rows of bars. Nothing is computed here but what all other tokens share.

/** @import { Choice } from "../../moving/types.js" */

/** @typedef {Record<string, number>} Shares */
/** @typedef {{ next: Shares, whole: Shares, says: string }} Asked */
/** @typedef {{ right: number, asked: Record<string, Asked> }} Stage */
/** @typedef {[token: string, counts: boolean][]} Tokens */
/** @typedef {{ name: string, p: number, words: boolean, i: number }} Bar words: no token */
/**
 * @typedef {object} Settings
 * @property {number} parameters
 * @property {number} vocab_size
 * @property {{ plain: Tokens, example: Tokens }} texts
 * @property {Record<string, Stage>} stages
 * @property {string} asked
 * @property {string} moment
 */
/** @typedef {ReturnType<typeof factsOf>} Facts */

/** The word that the film asks about. */
export const WORD = "bear";
/** The stages at which the film looks at fine-tuning. */
export const STOPS = ["tuned 1", "tuned 2", "tuned 20", "tuned 60"];
/** The pair of the third training: the answer that is liked better, and the other one. */
export const PAIR = ["Yes, it is.", "Yes."];
/** Those of the words asked about that are animals. */
const ANIMALS = ["bear", "duck"];
/** A page gets names in alphabetical order; this is the order in which they matter. */
const ORDER = ["Yes", "No", "By", "Sad", "Happy", ...PAIR, "No, it is not.", "No.", "bear", "duck"];
/** No token has exactly nothing: what was rounded to 0 on file is shown as very little. */
const TINY = 1e-9;

/** @type {Record<string, string>} */
export const MOMENTS = {
  "random": "random numbers",
  "base": "base model",
  "tuned 1": "tuned, 1 step",
  "tuned 2": "tuned, 2 steps",
  "tuned 20": "tuned, 20 steps",
  "tuned 60": "tuned, 60 steps",
  "preferred": "preference-tuned",
};

/** @param {string} word */
export const questionOf = (word) => `Is a ${word} an animal?`;

/**
 * Names in the order of a list; those that it lacks come last.
 * @param {object} named
 * @param {string[]} order
 */
function inOrder(named, order) {
  const place = (/** @type {string} */ name) => (order.indexOf(name) + 1) || order.length + 1;
  return Object.keys(named).sort((a, b) => place(a) - place(b));
}

/**
 * The bars of some names, the longest on top, and one for all that they leave.
 * @param {Shares} shares
 * @param {string} others
 * @returns {Bar[]}
 */
function barsOf(shares, others) {
  const bars = inOrder(shares, ORDER).map((name, i) => ({
    name,
    p: Math.max(shares[name], TINY),
    words: false,
    i,
  }));
  const rest = Math.max(TINY, 1 - bars.reduce((sum, { p }) => sum + p, 0));
  const last = { name: others, p: rest, words: true, i: bars.length };
  return [...bars.sort((a, b) => b.p - a.p), last];
}

/** @param {Settings} settings */
export function factsOf(settings) {
  const { stages, vocab_size } = settings;
  const of = (/** @type {string} */ stage, /** @type {string} */ word) => {
    const { next, whole, says } = stages[stage].asked[word];
    const others = vocab_size - Object.keys(next).length;
    return {
      stage,
      word,
      firsts: barsOf(next, `${others.toLocaleString("en")} others`),
      wholes: barsOf(whole, "any other answer"),
      says,
      fits: says.startsWith(ANIMALS.includes(word) ? "Yes" : "No"),
    };
  };
  return { ...settings, of, yours: of(settings.moment, settings.asked) };
}

/**
 * @param {Facts} m
 * @returns {Choice[]}
 */
export const choicesOf = (m) => [
  {
    name: "Ask",
    options: inOrder(m.stages.base.asked, ORDER).map((word) => [word, questionOf(word)]),
    value: m.asked,
    pick: (asked) => ({ asked }),
  },
  {
    name: "The model",
    options: inOrder(m.stages, Object.keys(MOMENTS)).map((s) => [s, MOMENTS[s] ?? s]),
    value: m.moment,
    pick: (moment) => ({ moment }),
  },
];
