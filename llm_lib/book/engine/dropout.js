// Dropout: each number is set to 0 with probability p, and what stays is made larger by as much.

import { seededRandom } from "./random.js";

/** @import { Memory } from "./memory.js" */

/** The random draws of one training step, and what they are for. */
export class Dropout {
  /**
   * @param {number} p
   * @param {number} seed another one for each step
   */
  constructor(p, seed) {
    this.p = p;
    this.random = seededRandom(seed);
  }

  /**
   * to = x · mask, with a new mask that is kept for the way back.
   * @param {Memory} m
   * @param {number} to
   * @param {number} x
   * @param {number} mask
   * @param {number} length
   */
  drop({ f }, to, x, mask, length) {
    const { p, random } = this;
    const rest = 1 / (1 - p);
    for (let i = 0; i < length; i++) {
      const factor = random() < p ? 0 : rest;
      f[mask + i] = factor;
      f[to + i] = f[x + i] * factor;
    }
  }
}

/**
 * to = d · mask: the way back.
 * @param {Memory} m
 * @param {number} to
 * @param {number} d
 * @param {number} mask
 * @param {number} length
 */
export function dropBackward({ f }, to, d, mask, length) {
  for (let i = 0; i < length; i++) f[to + i] = f[d + i] * f[mask + i];
}
