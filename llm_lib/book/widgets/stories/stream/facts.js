// What the scenes show. All of it was measured: nothing is computed but the order of a list.

/** @import { Choice } from "../../moving/types.js" */

/** @typedef {[text: string, value: number]} Pair */
/** @typedef {{ likeliest: Pair[], answer: number }} Said */
/** @typedef {Said & { name: string, adds: number[], stream: number[] }} Part */
/**
 * @typedef {object} Settings
 * @property {[id: number, text: string][]} tokens
 * @property {number} n_embd
 * @property {number} vocab_size
 * @property {string} answer
 * @property {Part[]} parts
 * @property {number[]} normed
 * @property {Pair[]} logits
 * @property {number[]} looks
 * @property {Record<string, Said>} without
 * @property {string} off
 */
/** @typedef {ReturnType<typeof factsOf>} Facts */

/**
 * A token as it is written in a picture.
 * @param {string} token
 */
export const shown = (token) => token.trim() || (token.includes("\n") ? "↵" : "␣");

/** @param {Settings} settings */
export function factsOf(settings) {
  const { tokens, parts, looks, without, off } = settings;
  const end = parts[parts.length - 1];
  return {
    ...settings,
    words: tokens.map(([, text]) => shown(text)),
    text: tokens.map(([, text]) => text).join(""),
    last: tokens.length - 1,
    goal: shown(settings.answer),
    end,
    source: looks.indexOf(Math.max(...looks)), // what the last attention looks at most; or -1
    now: off ? without[off] : end,
  };
}

/**
 * The likeliest tokens, and the answer where it is not among the first: what is drawn as bars.
 * @param {Facts} m
 * @param {Said} said
 * @returns {{ name: string, p: number, isGoal: boolean }[]}
 */
export function listOf(m, { likeliest, answer }) {
  const first = likeliest.slice(0, 3).map(([text, p]) => ({
    name: shown(text),
    p,
    isGoal: text === m.answer,
  }));
  if (!first.some(({ isGoal }) => isGoal)) {
    return [...first, { name: m.goal, p: answer, isGoal: true }];
  }
  return [
    ...first,
    ...likeliest.slice(3, 4).map(([text, p]) => ({
      name: shown(text),
      p,
      isGoal: false,
    })),
  ];
}

/**
 * The parts that add, in the order of the model. (The keys of `without` may come in any order: a
 * page that is built sorts them.)
 * @param {{ parts: Part[] }} m
 */
export const namesOf = ({ parts }) => parts.slice(1).map(({ name }) => name);

/**
 * What the reader switches off: the attention of a block. (What else a run was measured without is
 * open to Python; the chapter asks its readers to guess that first.)
 * @param {Facts} m
 * @returns {Choice[]}
 */
export const choicesOf = (m) => [
  {
    name: "Switch off",
    options: [
      ["", "nothing"],
      ...namesOf(m).filter((name) => name.startsWith("attention") || name === m.off).map(pairOf),
    ],
    value: m.off,
    pick: (off) => ({ off }),
  },
];

/** @type {(name: string) => [string, string]} */
const pairOf = (name) => [name, name];
