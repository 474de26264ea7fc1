// Writes a text token by token, with the knobs of the decoding lab.

import { logSoftmax } from "../../engine/functions.js";
import { seededRandom } from "../../engine/random.js";
import { sampleByLuck } from "../../engine/sampling.js";
import { round6 } from "../shared/words.js";
import { decodingProbabilities } from "./stages.js";

/** @import { GPT } from "../../engine/gpt.js" */
/** @import { Floats, Tokenizer } from "../../engine/types.js" */
/** @import { Knobs } from "./stages.js" */
/**
 * @typedef {object} Text a text that was written
 * @property {string} text
 * @property {number[]} ids
 * @property {number} log_probability the mean over its tokens, as the model itself sees them
 * @property {boolean} ended whether the model chose to end it
 */

/** A text that is being written. Its dice depend on the seed and its number alone. */
export class TextWriter {
  /**
   * @param {{ gpt: GPT, tokenizer: Tokenizer }} model
   * @param {object} how
   * @param {number[]} how.prompt what the model reads first
   * @param {number} how.room how many tokens it may have at the most
   * @param {Knobs} how.knobs
   * @param {number} how.seed
   * @param {number} how.number which of the texts it is, from 0
   */
  constructor({ gpt, tokenizer }, { prompt, room, knobs, seed, number }) {
    this.gpt = gpt;
    this.tokenizer = tokenizer;
    this.prompt = prompt;
    this.knobs = knobs;
    this.room = Math.min(room, gpt.config.context_length - prompt.length);
    this.random = seededRandom(Math.imul(seed + 1, 2654435761) + number * 40503);
    this.cache = gpt.newCache();
    /** @type {Floats} (V,) of the next token */
    this.logits = gpt.forward(prompt, { cache: this.cache, lastOnly: true }).logits;
    /** @type {number[]} */
    this.ids = [];
    this.sum = 0; // of the log-probabilities
    this.n = 0; // of them, with that of the end
    this.ended = false;
  }

  /** Write one token; false where the text is at its end. */
  writeToken() {
    if (this.ids.length >= this.room) return false;
    const p = decodingProbabilities(this.logits, [...this.prompt, ...this.ids], this.knobs);
    const id = sampleByLuck(p, this.random);
    this.sum += logSoftmax(this.logits)[id];
    this.n++;
    if (id === this.tokenizer.endOfText) {
      this.ended = true;
      return false;
    }
    this.ids.push(id);
    if (this.ids.length < this.room) this.logits = this.gpt.step(id, this.cache);
    return true;
  }

  /**
   * What is written.
   * @returns {Text}
   */
  result() {
    return {
      text: this.tokenizer.decode(this.ids),
      ids: this.ids,
      log_probability: round6(this.sum / Math.max(1, this.n)),
      ended: this.ended,
    };
  }
}
