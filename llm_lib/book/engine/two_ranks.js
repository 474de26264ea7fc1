// Two copies of a GPT that are trained side by side, as two processes do it, beside one that has
// the whole batch; and what goes wrong where their gradients are not averaged.
//
// All is worked out in float64, so that what should be equal is: two ranks and one process differ
// only by the order in which they add.

import { AdamW } from "./adamw.js";
import { Batches } from "./batches.js";
import { GPT } from "./gpt.js";
import { seededRandom } from "./random.js";
import { batchLoss, lossAndGradient } from "./trainer.js";

/** @import { Config, Weights } from "./types.js" */
/** @typedef {"healthy" | "no_all_reduce" | "sum" | "same_shard" | "different_start"} RankFault */
/** @typedef {"sgd" | "adam"} RankOptimizer */
/**
 * @typedef {object} RanksStart
 * @property {Config} config
 * @property {ArrayLike<number>} tokens to train on
 * @property {ArrayLike<number>} heldOut
 * @property {number} batch_size windows of both ranks together, an even number
 * @property {RankFault} fault
 * @property {RankOptimizer} optimizer
 * @property {number} learning_rate
 * @property {number} seed of the first weights and of the order of the windows
 * @property {Weights} [weights] instead of fresh ones
 */

export const RANKS = 2;
/** Betas of Adam, torch's own; without decay, so that only gradients move a weight. */
const ADAM = { betas: /** @type {[number, number]} */ ([0.9, 0.999]), weight_decay: 0 };
const HELD_OUT = 24; // windows

/** One process: a copy of the model, and its optimiser. */
class Rank {
  /**
   * @param {GPT} gpt
   * @param {RankOptimizer} optimizer
   */
  constructor(gpt, optimizer) {
    this.gpt = gpt;
    gpt.parameters.addGradients();
    this.adam = optimizer === "adam" ? new AdamW(gpt.parameters, ADAM) : null;
    this.loss = NaN; // on its shard, before the last step
  }

  get f() {
    return this.gpt.memory.f;
  }

  /** Its weights, all in one row, and its gradients; to be used at once. */
  get weights() {
    return this.f.subarray(0, this.gpt.parameters.size);
  }

  get gradients() {
    const { size } = this.gpt.parameters;
    return this.f.subarray(size, 2 * size);
  }

  /**
   * Forward and backward on a shard.
   * @param {{ x: Int32Array, y: Int32Array }} shard
   */
  learn({ x, y }) {
    this.gpt.parameters.clearGradients();
    this.loss = lossAndGradient(this.gpt, x, y);
  }

  /**
   * Move the weights by the gradients as they are now.
   * @param {number} rate
   */
  move(rate) {
    if (this.adam) return this.adam.step(rate, 1);
    const { weights, gradients } = this;
    for (let i = 0; i < weights.length; i++) weights[i] -= rate * gradients[i];
  }
}

export class TwoRankTraining {
  /** @param {RanksStart} start */
  constructor(
    { config, tokens, heldOut, batch_size, fault, optimizer, learning_rate, seed, weights },
  ) {
    this.fault = fault;
    this.rate = learning_rate;
    const exact = { float64: true };
    const fresh = (/** @type {number} */ seed) => GPT.fresh(config, seededRandom(seed), exact);
    const first = weights ? GPT.fromWeights(config, weights, exact) : fresh(seed);
    const copy = () => {
      const same = GPT.fromWeights(first.config, first.weights(), exact);
      same.memory.f.set(first.memory.f.subarray(0, first.parameters.size)); // to the last bit
      return same;
    };
    const other = fault === "different_start" ? fresh(seed + 1) : copy();
    this.alone = new Rank(copy(), optimizer); // one process with the whole batch
    this.ranks = [new Rank(first, optimizer), new Rank(other, optimizer)];
    this.T = first.config.context_length;
    const order = { batch_size, seed, shuffle: true, shift: 1 };
    this.batches = new Batches(Int32Array.from(tokens), this.T, order);
    this.heldOut = firstWindows(Int32Array.from(heldOut), this.T);
    this.step = 0;
    /** @type {Float64Array[]} each rank's own gradient in the last step, before the exchange */
    this.own = [];
  }

  /** One step of both ranks, and of the one process beside them. */
  takeStep() {
    const batch = this.batches.at(this.step);
    const { ranks, alone, fault } = this;
    ranks.forEach((rank, r) => rank.learn(this.shard(batch, fault === "same_shard" ? 0 : r)));
    alone.learn(batch);
    this.own = ranks.map(({ gradients }) => Float64Array.from(gradients));
    if (fault !== "no_all_reduce") this.allReduce(fault === "sum" ? 1 : 1 / RANKS);
    for (const rank of [...ranks, alone]) rank.move(this.rate);
    this.step++;
  }

  /**
   * The windows of a rank: they are dealt like cards, as llm_lib.dataset does.
   * @param {{ x: Int32Array, y: Int32Array }} batch
   * @param {number} rank
   */
  shard({ x, y }, rank) {
    const { T } = this;
    const size = x.length / T / RANKS;
    const deal = (/** @type {Int32Array} */ ids) => {
      const dealt = new Int32Array(size * T);
      for (let row = 0; row < size; row++) {
        const from = (row * RANKS + rank) * T;
        dealt.set(ids.subarray(from, from + T), row * T);
      }
      return dealt;
    };
    return { x: deal(x), y: deal(y) };
  }

  /**
   * Put the sum of all gradients, times a factor, in place of each.
   * @param {number} factor
   */
  allReduce(factor) {
    const [a, b] = this.ranks.map(({ gradients }) => gradients);
    for (let i = 0; i < a.length; i++) a[i] = b[i] = (a[i] + b[i]) * factor;
  }

  /** How far apart the weights of the two ranks are, as one long vector. */
  get distance() {
    return apart(this.ranks[0].weights, this.ranks[1].weights);
  }

  /** How far the first rank is from the one process. */
  get fromAlone() {
    return apart(this.ranks[0].weights, this.alone.weights);
  }

  /** Held-out losses: of both ranks, and of the one process. */
  evaluate() {
    const { x, y } = this.heldOut;
    return [...this.ranks, this.alone].map(({ gpt }) => batchLoss(gpt, x, y));
  }

  /**
   * Some gradients of the last step: each rank's own, and what its optimiser uses.
   * @param {number[]} places among all parameters in a row
   */
  look(places) {
    const read = (/** @type {ArrayLike<number>} */ numbers) =>
      places.map((place) => numbers[place]);
    return { own: this.own.map(read), used: this.ranks.map(({ gradients }) => read(gradients)) };
  }
}

/**
 * @param {ArrayLike<number>} a
 * @param {ArrayLike<number>} b
 */
function apart(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return Math.sqrt(sum);
}

/**
 * The first windows of a text as one batch.
 * @param {Int32Array} ids
 * @param {number} T
 */
function firstWindows(ids, T) {
  const n = Math.min(HELD_OUT, Math.floor((ids.length - 1) / T)) * T;
  return { x: ids.subarray(0, n), y: ids.subarray(1, n + 1) };
}
