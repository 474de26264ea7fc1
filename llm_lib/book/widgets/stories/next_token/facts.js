// What was measured, and what the reader's own number draws. Probabilities are never computed here.

/** @import { Choice } from "../../moving/types.js" */

/** @typedef {[text: string, p: number]} Likely */
/** @typedef {{ likeliest: Likely[], draw: number, picked: string, p: number }} Turn */
/**
 * @typedef {object} Settings
 * @property {string} model_name
 * @property {number} parameters
 * @property {number} vocab_size
 * @property {[id: number, text: string][]} tokens
 * @property {Turn[]} turns
 * @property {number[][]} draw
 * @property {string} choose
 */
/** @typedef {ReturnType<typeof factsOf>} Facts */

export const SHOWN = 5; // bars; all others share one

/**
 * A token as it is written in a picture.
 * @param {string} token
 */
export const shown = (token) => token.trim() || (token.includes("\n") ? "↵" : "␣");

/**
 * The token into whose part of the line a number falls; "" where none is listed.
 * @param {Likely[]} likeliest
 * @param {number} draw
 */
export function pickedBy(likeliest, draw) {
  let end = 0;
  for (const [text, p] of likeliest) {
    end += p;
    if (draw < end) return { picked: text, p };
  }
  return { picked: "", p: 0 };
}

const HUES = 5; // colours of words in walkthrough.css

/**
 * The colours of words: of the two likeliest, and of those that are drawn. Each keeps its own.
 * @param {Turn[]} turns
 */
export function huesOf(turns) {
  const likeliest = turns[0].likeliest.slice(0, 2).map(([text]) => text);
  const all = [...new Set([...likeliest, ...turns.map(({ picked }) => picked)])];
  return new Map(all.slice(0, HUES).map((text, i) => [shown(text), `word${i}`]));
}

/**
 * The colour of a word; one that is drawn and has none takes the last.
 * @param {{ hues: Map<string, string> }} m
 * @param {string} word
 * @param {boolean} [isDrawn]
 */
export const hueOf = ({ hues }, word, isDrawn = false) =>
  hues.get(shown(word)) ?? (isDrawn ? `word${HUES - 1}` : "x");

/** @param {Settings} settings */
export function factsOf(settings) {
  const [first] = settings.turns;
  const draw = settings.draw[0][0];
  const [picked, p] = first.likeliest[0];
  const chosen = settings.choose === "likeliest" ? { picked, p } : pickedBy(first.likeliest, draw);
  const yours = { ...first, draw, ...chosen };
  return {
    ...settings,
    yours,
    hues: huesOf(settings.turns),
    words: settings.tokens.map(([, text]) => shown(text)),
    ids: settings.tokens.map(([id]) => id),
  };
}

/**
 * @param {Facts} m
 * @returns {Choice[]}
 */
export const choicesOf = (m) => [{
  name: "Choose by",
  options: [["draw", "a draw"], ["likeliest", "the likeliest token"]],
  value: m.choose,
  pick: (choose) => ({ choose }),
}];
