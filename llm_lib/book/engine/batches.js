// The batches of a training: the same windows in the same order as llm_lib.dataset.ShuffledWindows.

import { shuffledEpoch } from "./numpy_random.js";

/**
 * @typedef {object} BatchSettings
 * @property {number} batch_size
 * @property {number} seed
 * @property {boolean} shuffle false: windows come in the order of the text
 * @property {number} shift how many tokens later than its inputs a window's targets begin
 */

/** @param {number} n */
const inThousands = (n) => n.toLocaleString("en");

/** Each epoch cuts the text at a new offset, and shows every window once, in a new order. */
export class Batches {
  /**
   * Throws an Error in words for a text that is too short.
   * @param {ArrayLike<number>} tokens
   * @param {number} context_length
   * @param {BatchSettings} settings
   */
  constructor(tokens, context_length, settings) {
    this.tokens = tokens;
    this.T = context_length;
    this.settings = settings;
    const { batch_size, shift } = settings;
    const least = (batch_size + 1) * context_length + Math.max(0, shift - 1);
    if (tokens.length < least) {
      throw new Error(
        `${
          inThousands(tokens.length)
        } tokens are too few for a batch of ${batch_size} windows of ` +
          `${context_length}: at least ${inThousands(least)} are needed. Take a longer text, or ` +
          "fewer windows per step.",
      );
    }
    const usable = tokens.length - Math.max(0, shift - 1);
    this.windows = Math.floor((usable - context_length) / context_length); // at any offset
    this.perEpoch = Math.floor(this.windows / batch_size);
    this.epoch = -1;
    this.offset = 0;
    /** @type {number[]} */
    this.order = [];
  }

  /**
   * Batch `index`, counted from 0 over all epochs: inputs x and targets y, both (B, T).
   * @param {number} index
   */
  at(index) {
    const { tokens, T, settings: { batch_size: B, shift } } = this;
    this.plan(Math.floor(index / this.perEpoch));
    const first = (index % this.perEpoch) * B;
    const x = new Int32Array(B * T);
    const y = new Int32Array(B * T);
    for (let row = 0; row < B; row++) {
      const start = this.order[first + row] * T + this.offset;
      for (let t = 0; t < T; t++) {
        x[row * T + t] = tokens[start + t];
        y[row * T + t] = tokens[start + t + shift];
      }
    }
    return { x, y };
  }

  /**
   * Draw the order of an epoch, unless it is the one that was drawn last.
   * @param {number} epoch
   */
  plan(epoch) {
    if (epoch === this.epoch) return;
    const { seed, shuffle } = this.settings;
    const drawn = shuffledEpoch(this.windows, this.T, seed, epoch);
    this.epoch = epoch;
    this.offset = drawn.shift;
    this.order = shuffle ? drawn.order : drawn.order.map((_, i) => i);
  }
}
