// What was recorded, as rows of bars. Nothing is computed here but what all other tokens share.

/** @import { Choice } from "../../moving/types.js" */

/** @typedef {Record<string, number>} Shares */
/** @typedef {{ next: Shares, whole: Shares, says: string }} Asked */
/** @typedef {{ right: number, asked: Record<string, Asked> }} Stage */
/** @typedef {[token: string, counts: boolean][]} Tokens */
/** @typedef {{ name: string, p: number, words: boolean }} Bar words: whether it is no token */
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
export const NEW_WORDS = 30;
/** Those of the words asked about that are animals. */
const ANIMALS = ["bear", "duck"];
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
 * The bars of some names, and one for all that they leave.
 * @param {Shares} shares
 * @param {string} others
 * @returns {Bar[]}
 */
function barsOf(shares, others) {
  const bars = Object.entries(shares).map(([name, p]) => ({
    name,
    p: Math.max(p, TINY),
    words: false,
  }));
  const rest = Math.max(TINY, 1 - bars.reduce((sum, { p }) => sum + p, 0));
  return [...bars, { name: others, p: rest, words: true }];
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
      right: stages[stage].right,
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
    options: Object.keys(m.stages.base.asked).map((word) => [word, questionOf(word)]),
    value: m.asked,
    pick: (asked) => ({ asked }),
  },
  {
    name: "The model",
    options: Object.keys(m.stages).map((stage) => [stage, MOMENTS[stage] ?? stage]),
    value: m.moment,
    pick: (moment) => ({ moment }),
  },
];
