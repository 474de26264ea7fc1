// How many of the held-out prompts the changed model gets right, by rank and strength.

import { withAdapter } from "../../engine/adapter.js";
import { answersRight, questionIds } from "../../engine/answering.js";

/** @import { GPT } from "../../engine/gpt.js" */
/** @import { Tokenizer, Weights } from "../../engine/types.js" */
/** @import { Known } from "./adapters.js" */
/** @import { Score } from "./curve.js" */

export const STRENGTHS = [0, 1, 2, 0.5, 1.5, 0.25, 0.75, 1.25, 1.75]; // in the order of measuring

export class DialScores {
  /**
   * @param {object} options
   * @param {GPT} options.gpt its weights are changed
   * @param {Weights} options.weights of the base
   * @param {Tokenizer} options.tokenizer
   * @param {[task: string, prompt: string, answer: string][]} options.asked
   * @param {() => void} options.onscore told that another strength is measured
   */
  constructor({ gpt, weights, tokenizer, asked, onscore }) {
    this.gpt = gpt;
    this.weights = weights;
    this.tokenizer = tokenizer;
    this.asked = asked;
    this.onscore = onscore;
    /** @type {Map<string, number>} right answers by rank and strength */
    this.known = new Map();
  }

  /**
   * Ask the held-out prompts at each strength, as far as that is not known.
   * @param {Known} adapter
   * @returns {Generator<void, void>}
   */
  *measure(adapter) {
    for (const strength of STRENGTHS) {
      const key = keyOf(adapter, strength);
      if (this.known.has(key)) continue;
      this.gpt.parameters.load(withAdapter(this.weights, adapter, strength));
      let right = 0;
      for (const [, prompt, answer] of this.asked) {
        const ids = questionIds(this.tokenizer, prompt);
        if (yield* answersRight(this.gpt, this.tokenizer, ids, answer)) right++;
        yield;
      }
      this.known.set(key, right);
      this.onscore();
    }
  }

  /**
   * The curve of an adapter, as far as it is known.
   * @param {Known} adapter
   * @returns {Score[]}
   */
  of(adapter) {
    return [...STRENGTHS].sort((a, b) => a - b).flatMap((x) => {
      const right = this.known.get(keyOf(adapter, x));
      return right === undefined ? [] : [/** @type {Score} */ ([x, right])];
    });
  }
}

/** @param {Known} adapter @param {number} strength */
const keyOf = ({ r }, strength) => (strength === 0 ? "base" : `${r} ${strength}`);
