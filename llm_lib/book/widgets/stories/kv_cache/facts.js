// What the scenes show of a text that grows. All of it was measured: only rows are counted.

/** @import { Choice } from "../../moving/types.js" */

/** How many tokens are written in the film. */
export const WRITTEN = 3;

/** @typedef {[key: number[], value: number[]]} Pair */
/**
 * @typedef {object} Settings
 * @property {string[]} tokens
 * @property {string[]} swaps
 * @property {number} n_prompt
 * @property {Pair[]} rows
 * @property {number[][]} weights
 * @property {Pair[][]} swapped
 * @property {number} place
 */
/** @typedef {ReturnType<typeof factsOf>} Facts */

/** @param {string} token */
const plain = (token) => token.trim() || "␣";

/**
 * The rows that are made until so many tokens are written: all of them again, or each once.
 * @param {number} prompt
 * @param {number} written
 */
function madeUntil(prompt, written) {
  let again = prompt;
  for (let n = prompt + 1; n <= prompt + written; n++) again += n;
  return { again, kept: prompt + written };
}

/** @param {Settings} settings */
export function factsOf(settings) {
  const { place, swapped, rows, n_prompt } = settings;
  const words = settings.tokens.map(plain);
  const swapWords = settings.swaps.map(plain);
  return {
    ...settings,
    words,
    swapWords,
    n: words.length,
    said: words.slice(0, n_prompt).join(" "),
    until: (/** @type {number} */ written) => madeUntil(n_prompt, written),
    yours: place < 0 ? rows : swapped[place],
    yourWords: words.map((word, i) => (i === place ? swapWords[i] : word)),
    first: place < 0 ? words.length : place, // the first row that is another
  };
}

/**
 * @param {Facts} m
 * @returns {Choice[]}
 */
export const choicesOf = (m) => [
  {
    name: "Replace",
    options: [
      ["-1", "no token"],
      .../** @type {[string, string][]} */ (m.words.map((word, i) => [
        String(i),
        `${i + 1}: ${word} by ${m.swapWords[i]}`,
      ])),
    ],
    value: String(m.place),
    pick: (place) => ({ place: Number(place) }),
  },
];
