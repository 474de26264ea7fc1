// What the scenes show of the sentence that is chosen. All of it was measured: nothing is computed.

/** @import { Choice } from "../../moving/types.js" */

/** The most tokens that are written, with the end token. */
export const LONGEST = 9;

/** A smaller weight has no number. */
export const SEEN = 0.05;

/**
 * @typedef {object} Run what was written, and where the decoder looked
 * @property {string[]} words
 * @property {[text: string, p: number][][]} next for each token, the likeliest ones
 * @property {number[]} p of each token that was written
 * @property {number[][]} back a row for each token, up to itself
 * @property {number[][]} across a row for each token
 */
/**
 * @typedef {object} Text
 * @property {string} sentence
 * @property {string[]} source
 * @property {string[]} right
 * @property {number[][]} memory
 * @property {number[][]} encoder
 * @property {Record<string, Run>} runs
 */
/**
 * @typedef {object} Settings
 * @property {Text[]} texts
 * @property {Record<string, string>} gloss
 * @property {number} n_layer
 * @property {number} n_embd
 * @property {number} vocab_size
 * @property {number} text which sentence
 * @property {number} pin which token is left out, or -1
 */
/** @typedef {ReturnType<typeof factsOf>} Facts */

/** @param {Settings} settings */
export function factsOf(settings) {
  const text = settings.texts[settings.text];
  const free = text.runs[""];
  const pin = String(settings.pin) in text.runs ? settings.pin : -1;
  const run = pin < 0 ? free : text.runs[String(pin)];
  return {
    ...settings,
    ...text,
    ...run,
    gloss: Object.assign(Object.create(null), settings.gloss), // "constructor" is no word of it
    pin,
    free,
    n: run.words.length,
    isRight: run.words.join(" ") === text.right.join(" "),
    wrong: outOfLine(run.words, text.right),
  };
}

/**
 * Which words have no partner, once two texts are laid side by side as well as they go.
 * @param {string[]} words
 * @param {string[]} right
 * @returns {boolean[]}
 */
function outOfLine(words, right) {
  /** @type {number[][]} the most partners from word i and right j on */
  const most = [...words, ""].map(() => [...right, ""].map(() => 0));
  for (let i = words.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      most[i][j] = words[i] === right[j]
        ? most[i + 1][j + 1] + 1
        : Math.max(most[i + 1][j], most[i][j + 1]);
    }
  }
  let j = 0;
  return words.map((word, i) => {
    if (most[i + 1][j] === most[i][j]) return true; // as many pairs without it
    while (word !== right[j]) j++;
    j++;
    return false;
  });
}

/**
 * The source token with the largest weight when token t was written.
 * @param {Facts} m
 * @param {number} t
 */
export const seenMost = (m, t) => m.across[t].indexOf(Math.max(...m.across[t]));

/**
 * What the decoder is given when it writes token t: the one before.
 * @param {Facts} m
 * @param {number} t
 */
export const givenAt = (m, t) => (t ? m.words[t - 1] : "start");

/**
 * @param {Facts} m
 * @returns {Choice[]}
 */
export const choicesOf = (m) => [
  {
    name: "Sentence",
    options: m.texts.map(({ sentence }, i) => [String(i), sentence]),
    value: String(m.text),
    pick: (text) => ({ text: Number(text), pin: -1 }),
  },
  {
    name: "Leave out",
    options: [
      ["-1", "no token"],
      .../** @type {[string, string][]} */ (Object.keys(m.runs).filter(Boolean).map((t) => [
        t,
        `${m.free.words[Number(t)]}: pin ${m.free.words[Number(t) + 1]} there`,
      ])),
    ],
    value: String(m.pin),
    pick: (pin) => ({ pin: Number(pin) }),
  },
];
