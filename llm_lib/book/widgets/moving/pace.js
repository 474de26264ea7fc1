// How long playing stays at a step.

import { lengthOf } from "./motion.js";

/** @import { State } from "./types.js" */

const WORDS_A_SECOND = 2.5; // at most, as somebody reads who watches, too
const STILL = 700; // milliseconds after the last move, and for a step that says nothing new

/**
 * How many words a reader reads: what has a letter or a digit in it.
 * @param {string} sentence
 */
const countWords = (sentence) =>
  sentence.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;

/**
 * Milliseconds until a step stands there, and its sentence has been read.
 * @param {string} sentence
 * @param {string} before what was said until then
 * @param {State | null} state what moves; null where all stands at once
 */
function timeFor(sentence, before, state) {
  const reading = sentence === before ? 0 : (1000 * countWords(sentence)) / WORDS_A_SECOND;
  return Math.max(reading, (state ? lengthOf(state) : 0) + STILL);
}

/** How long playing stays at each step. */
export class Pace {
  underway = false; // playing, and not at its first step

  /** Playing has ended: where it goes on, the reader has had time to read what stands there. */
  end() {
    this.underway = false;
  }

  /**
   * Until the step stands there, and its sentence has been read.
   * @param {number} i the number of the step
   * @param {(i: number) => string} say
   * @param {() => State | null} state what moves; null where all stands at once
   */
  at(i, say, state) {
    const resumed = !this.underway && i > 0;
    this.underway = true;
    return resumed ? STILL : timeFor(say(i), i > 0 ? say(i - 1) : "", state());
  }
}
