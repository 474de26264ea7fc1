// One layer of attention whose last word asks, with positions of one of four kinds, and the parts
// that make up its scores.

import { rotary, sinusoid } from "./positions.js";
import { dot, indexOfLargest } from "./vectors.js";

/** @typedef {"none" | "learned" | "sinusoidal" | "rotary"} Scheme */
/** @typedef {Record<string, any>} ReaderWeights named as in torch: matrices, and one bias */
/**
 * The parts of a score: of token or position that asks, with token or position that is asked.
 * @typedef {{ tokens: number, tokenPlace: number, placeToken: number, places: number }} ScoreParts
 */

const BASE = 10000;

export class WhoSawReader {
  /**
   * @param {Scheme} scheme
   * @param {ReaderWeights} weights
   */
  constructor(scheme, weights) {
    this.scheme = scheme;
    this.weights = weights;
    this.size = weights["token.weight"][0].length;
  }

  /**
   * What is added to a token at a position: nothing, where positions turn or are missing.
   * @param {number} t
   * @returns {number[]}
   */
  place(t) {
    if (this.scheme === "learned") return this.weights["table.weight"][t];
    if (this.scheme === "sinusoidal") return sinusoid(t, this.size, BASE);
    return Array(this.size).fill(0);
  }

  /**
   * The parts of each score of the last word, in a text that begins at a position.
   * @param {number[]} text ids
   * @param {number} start
   * @returns {ScoreParts[]}
   */
  scoreParts(text, start) {
    const turn = (/** @type {number[]} */ x, /** @type {number} */ t) =>
      this.scheme === "rotary" ? rotary(x, t, BASE) : x;
    const through = (/** @type {string} */ name, /** @type {number} */ i) => {
      const t = start + i;
      const vectors = [this.weights["token.weight"][text[i]], this.place(t)];
      return vectors.map((x) => turn(product(this.weights[`${name}.weight`], x), t));
    };
    const [qToken, qPlace] = through("query", text.length - 1);
    const scale = 1 / Math.sqrt(this.size);
    return text.map((_, i) => {
      const [kToken, kPlace] = through("key", i);
      return {
        tokens: scale * dot(qToken, kToken),
        tokenPlace: scale * dot(qToken, kPlace),
        placeToken: scale * dot(qPlace, kToken),
        places: scale * dot(qPlace, kPlace),
      };
    });
  }

  /**
   * How much of each word the last one reads; together 1.
   * @param {number[]} text ids
   * @param {number} start
   */
  weightsOf(text, start) {
    const scores = this.scoreParts(text, start).map(sumOfParts);
    const top = Math.max(...scores);
    const raised = scores.map((score) => Math.exp(score - top));
    const sum = raised.reduce((a, b) => a + b);
    return raised.map((each) => each / sum);
  }

  /**
   * Which animal it names.
   * @param {number[]} text ids
   * @param {number} start
   */
  answer(text, start) {
    const weights = this.weightsOf(text, start);
    const mixed = Array(this.size).fill(0);
    text.forEach((word, i) => {
      const token = this.weights["token.weight"][word];
      const place = this.place(start + i);
      const x = token.map((/** @type {number} */ v, /** @type {number} */ c) => v + place[c]);
      const value = product(this.weights["value.weight"], x);
      for (let c = 0; c < this.size; c++) mixed[c] += weights[i] * value[c];
    });
    const logits = product(this.weights["answer.weight"], mixed);
    return indexOfLargest(logits.map((logit, i) => logit + this.weights["answer.bias"][i]));
  }
}

/** @param {ScoreParts} parts */
export const sumOfParts = ({ tokens, tokenPlace, placeToken, places }) =>
  tokens + tokenPlace + placeToken + places;

/**
 * A matrix (rows of outputs, as torch has it) times a vector.
 * @param {number[][]} matrix
 * @param {number[]} x
 */
const product = (matrix, x) => matrix.map((row) => dot(row, x));
