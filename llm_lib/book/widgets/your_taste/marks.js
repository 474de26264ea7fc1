// The programs that mark an answer, and how varied its words are.

import { mean } from "../../engine/vectors.js";

/** @typedef {"speech" | "short" | "facts"} Verifier */
/** @typedef {{ kinds: string[], objects: string[] }} WorldWords */

/** @param {string} text */
const wordsOf = (text) => text.match(/[\p{L}\p{N}]+/gu) ?? [];

/**
 * The mark of an answer to a prompt.
 * @type {Record<Verifier, (answer: string, prompt: string, words: WorldWords) => number>}
 */
export const MARKS = {
  speech: (answer) => Math.floor((answer.match(/"/g) ?? []).length / 2),
  short: (answer) => {
    const sentences = answer.split(/[.!?]/).map((part) => wordsOf(part).length).filter(Boolean);
    return sentences.length ? -mean(sentences) : 0;
  },
  facts: (answer, prompt, { kinds, objects }) => {
    const [asked, told] = [prompt, answer].map((text) => new Set(wordsOf(text)));
    let mark = 0;
    for (const word of [...kinds, ...objects]) {
      if (told.has(word)) mark += asked.has(word) ? 1 : -1;
    }
    return mark;
  },
};

/** What a mark counts, in words. @type {Record<Verifier, string>} */
export const MARK_WORDS = {
  speech: "speeches in quotation marks per answer",
  short: "minus the words per sentence",
  facts: "animals and objects asked for, minus others",
};

/**
 * The share of different words among the words of an answer.
 * @param {string} answer
 */
export function variety(answer) {
  const words = wordsOf(answer).map((word) => word.toLowerCase());
  return words.length ? new Set(words).size / words.length : 0;
}
