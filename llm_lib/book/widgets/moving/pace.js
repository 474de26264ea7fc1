// How long playing stays at a step.

import { lengthOf } from "./motion.js";

/** @import { State } from "./types.js" */

const WORDS_A_SECOND = 2.5; // at most, as somebody reads who watches, too
const STILL = 700; // milliseconds after the last move, and for a step that says nothing new

/**
 * How many words a reader reads: what has a letter or a digit in it.
 * @param {string} sentence
 */
export const countWords = (sentence) =>
  sentence.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;

/**
 * Milliseconds until a step stands there, and its sentence has been read.
 * @param {string} sentence
 * @param {string} before what was said until then
 * @param {State | null} state what moves; null where all stands at once
 */
export function timeFor(sentence, before, state) {
  const reading = sentence === before ? 0 : (1000 * countWords(sentence)) / WORDS_A_SECOND;
  return Math.max(reading, (state ? lengthOf(state) : 0) + STILL);
}

export const RESUMED = STILL; // the reader has had time to read what stands there
