// What the scenes show of the question that is asked. All of it was measured: nothing is computed.

/** @import { Choice } from "../../moving/types.js" */

/** @typedef {{ layer: number, head: number, weights: number[] }} Hop */
/**
 * @typedef {object} Question
 * @property {string[]} tokens
 * @property {number[]} path
 * @property {number} rival
 * @property {Hop[]} hops
 * @property {number[][]} heads
 * @property {[text: string, p: number][]} next
 */
/**
 * @typedef {object} Settings
 * @property {number} n_layer
 * @property {Record<string, Question>} questions
 * @property {string} asked
 * @property {number} hop
 */
/** @typedef {ReturnType<typeof factsOf>} Facts */

const HUES = ["word0", "word2"]; // of the two things, in the order of the text

/**
 * A token as it is written in a picture.
 * @param {string} token
 */
const shown = (token) => token.trim() || (token.includes("\n") ? "↵" : "␣");

/** @param {Settings} settings */
export function factsOf(settings) {
  const question = settings.questions[settings.asked];
  const words = question.tokens.map(shown);
  const [name, before, thing, last] = question.path;
  const pair = [thing, question.rival].sort((a, b) => a - b);
  const likeliest = question.next.map(([text, p]) => ({ text: shown(text), p }));
  return {
    ...settings,
    ...question,
    words,
    name,
    before,
    thing,
    last,
    likeliest,
    pair,
    hues: new Map(pair.map((place, i) => [place, HUES[i]])),
  };
}

/**
 * Which layer a hop is in, counted from 0 as on the page.
 * @param {Facts} m
 * @param {number} k
 */
export const layerOf = (m, k) => `layer ${m.hops[k].layer} (of 0 to ${m.n_layer - 1})`;

/**
 * @param {Facts} m
 * @returns {Choice[]}
 */
export const choicesOf = (m) => [
  {
    name: "Ask about",
    options: Object.keys(m.questions).map((name) => [name, name]),
    value: m.asked,
    pick: (asked) => ({ asked }),
  },
  {
    name: "Look at",
    options: m.hops.map((_, k) => [String(k), `layer ${m.hops[k].layer}`]),
    value: String(m.hop),
    pick: (hop) => ({ hop: Number(hop) }),
  },
];
