// A model answers: greedy, a token at a time, so that a page can do other things in between.

import { reshape, sample } from "./sampling.js";
import { indexOfLargest } from "./vectors.js";

/** @import { GPT } from "./gpt.js" */
/** @import { Floats, Tokenizer } from "./types.js" */

/**
 * The ids of a prompt in the template of llm_lib.finetuning, up to where the answer begins.
 * @param {Tokenizer} tokenizer
 * @param {string} prompt
 */
export const questionIds = (tokenizer, prompt) =>
  tokenizer.encode(`User: ${prompt}\nBot:`, { special: false });

/**
 * Write: each step gives the ids so far, with the end of the text if it came, and the logits that
 * the first was chosen by.
 * @param {GPT} gpt
 * @param {number[]} ids
 * @param {{ most: number, end: number | null, random?: () => number }} options random: draw in
 *   place of taking the likeliest
 * @returns {Generator<{ written: number[], first: Floats }, void>}
 */
export function* writeAnswer(gpt, ids, { most, end, random }) {
  const room = Math.min(most, gpt.config.context_length - ids.length);
  const cache = gpt.newCache();
  let { logits } = gpt.forward(ids, { cache, lastOnly: true });
  const first = logits;
  /** @type {number[]} */
  const written = [];
  while (written.length < room) {
    const id = random ? sample(reshape(logits).p, random) : indexOfLargest(logits);
    written.push(id);
    yield { written: [...written], first };
    if (id === end || written.length === room) return;
    logits = gpt.step(id, cache);
  }
}

/**
 * Whether the first line that a model writes is this answer: a generator that ends with it, and
 * pauses after each token. It stops at the first letter that differs.
 * @param {GPT} gpt
 * @param {Tokenizer} tokenizer
 * @param {number[]} ids
 * @param {string} answer
 * @returns {Generator<void, boolean>}
 */
export function* answersRight(gpt, tokenizer, ids, answer) {
  const most = 40;
  for (const { written } of writeAnswer(gpt, ids, { most, end: tokenizer.endOfText })) {
    const ended = written.at(-1) === tokenizer.endOfText;
    const text = tokenizer.decode(ended ? written.slice(0, -1) : written).trimStart();
    const [line, ...rest] = text.split("\n");
    if (ended || rest.length) return line === answer;
    if (!answer.startsWith(line)) return false;
    yield;
  }
  return false;
}
