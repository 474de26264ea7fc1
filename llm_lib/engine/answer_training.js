// Learning from answers that somebody liked or that a program marked: as llm_lib.tuning does, one
// step at a time. Both move the log probability of each answer, one by how much it counts.

import { AdamW, gradientNorm } from "./adamw.js";
import { backward } from "./backward.js";
import { GPT } from "./gpt.js";

/** @import { Memory } from "./memory.js" */
/** @import { MemoryOptions, Pass } from "./gpt.js" */
/** @import { Config, Weights } from "./types.js" */
/** @typedef {{ prompt: number[], answer: number[] }} Answered ids; an answer ends with its end */
/** @typedef {{ prompt: number[], chosen: number[], rejected: number[] }} Liked */
/** @typedef {{ x: Int32Array, y: Int32Array, B: number, T: number }} Batch targets below 0: none */

const STANDARD = { weight_decay: 0, betas: /** @type {[number, number]} */ ([0.9, 0.99]) };
const LONGEST = 1; // of a gradient

export class AnswerTrainer {
  /**
   * Begin with a model, which is also the reference. Throws an Error in words for weights that do
   * not fit the config.
   * @param {{ config: Config, weights: Weights }} start
   * @param {MemoryOptions} [options]
   */
  constructor({ config, weights }, options) {
    this.gpt = GPT.fromWeights(config, weights, options);
    this.reference = GPT.fromWeights(config, weights, options);
    this.gpt.parameters.addGradients();
    this.optimizer = new AdamW(this.gpt.parameters, STANDARD);
  }

  /**
   * One step of DPO on pairs of answers. Returns the loss and the margins from before the step.
   * @param {Liked[]} pairs
   * @param {{ beta: number, rate: number }} settings
   */
  learnLiked(pairs, { beta, rate }) {
    const rows = (/** @type {"chosen" | "rejected"} */ key) =>
      pairs.map((pair) => ({ prompt: pair.prompt, answer: pair[key] }));
    const batch = stacked([...rows("chosen"), ...rows("rejected")]);
    const n = pairs.length;
    const before = logProbs(this.reference, batch);
    const pass = this.run(batch);
    const now = sums(this.gpt.memory, pass, batch, this.gpt.config.vocab_size);
    const moved = now.map((log, i) => log - before[i]);
    const margins = pairs.map((_, i) => beta * (moved[i] - moved[n + i]));
    const pulls = margins.map((margin) => (beta / n) / (1 + Math.exp(margin)));
    this.step(pass, batch, [...pulls, ...pulls.map((pull) => -pull)], rate);
    return { loss: margins.reduce((sum, m) => sum + Math.log1p(Math.exp(-m)), 0) / n, margins };
  }

  /**
   * One step of REINFORCE on answers and their advantages, as `policy_loss` of llm_lib.tuning has
   * it for answers that the model has just written itself.
   * @param {Answered[]} rows
   * @param {number[]} advantages
   * @param {{ rate: number }} settings
   */
  learnMarked(rows, advantages, { rate }) {
    const batch = stacked(rows);
    const tokens = rows.reduce((sum, { answer }) => sum + answer.length, 0);
    this.step(this.run(batch), batch, advantages.map((a) => a / tokens), rate);
  }

  /** @param {Batch} batch */
  run({ x, B, T }) {
    this.gpt.parameters.clearGradients();
    return this.gpt.runBatch(x, { B, T, tape: true });
  }

  /**
   * Make each answer likelier by how much it counts, or less likely below 0.
   * @param {Pass} pass
   * @param {Batch} batch
   * @param {number[]} counts
   * @param {number} rate
   */
  step(pass, batch, counts, rate) {
    const { gpt, optimizer } = this;
    weightedGradient(gpt.memory, pass, batch, counts, gpt.config.vocab_size);
    backward(gpt, pass);
    const norm = gradientNorm(gpt.parameters);
    if (!Number.isFinite(norm)) throw new Error("The gradient is no number: take a lower rate.");
    optimizer.step(rate, Math.min(1, LONGEST / (norm + 1e-6)));
  }
}

/**
 * How much better each mark is than those of its group, in standard deviations; 0 if all agree.
 * @param {number[]} marks
 */
export function groupAdvantages(marks) {
  const mean = marks.reduce((sum, mark) => sum + mark, 0) / marks.length;
  const squares = marks.reduce((sum, mark) => sum + (mark - mean) ** 2, 0);
  const spread = Math.sqrt(squares / (marks.length - 1));
  const agree = marks.every((mark) => mark === marks[0]); // a mean of 0.1, 0.1, 0.1 is not 0.1
  return marks.map((mark) => (agree ? 0 : (mark - mean) / spread));
}

/**
 * log p of each answer.
 * @param {GPT} gpt
 * @param {Batch} batch
 */
export function logProbs(gpt, batch) {
  const pass = gpt.runBatch(batch.x, { B: batch.B, T: batch.T });
  return sums(gpt.memory, pass, batch, gpt.config.vocab_size);
}

/**
 * Inputs and targets of rows of any lengths, filled up on the right: nothing before looks there.
 * @param {Answered[]} rows
 * @returns {Batch}
 */
export function stacked(rows) {
  const B = rows.length;
  const T = Math.max(...rows.map(({ prompt, answer }) => prompt.length + answer.length)) - 1;
  const x = new Int32Array(B * T);
  const y = new Int32Array(B * T).fill(-1);
  rows.forEach(({ prompt, answer }, i) => {
    x.set([...prompt, ...answer].slice(0, -1), i * T);
    y.set(answer, i * T + prompt.length - 1);
  });
  return { x, y, B, T };
}

/**
 * The largest of a row of logits, and the sum of e to the power of each one minus it.
 * @param {Memory} m
 * @param {number} row
 * @param {number} V
 */
function normalizer({ f, exp }, row, V) {
  let top = -Infinity;
  let sum = 0;
  for (let i = 0; i < V; i++) if (f[row + i] > top) top = f[row + i];
  for (let i = 0; i < V; i++) sum += exp(f[row + i] - top);
  return { top, sum };
}

/**
 * The sum of log p over each row's targets.
 * @param {Memory} m
 * @param {Pass} pass
 * @param {Batch} batch
 * @param {number} V
 */
function sums(m, { places: { logits } }, { y, B, T }, V) {
  const totals = Array(B).fill(0);
  y.forEach((target, n) => {
    if (target < 0) return;
    const { top, sum } = normalizer(m, logits + n * V, V);
    totals[Math.floor(n / T)] += m.f[logits + n * V + target] - top - Math.log(sum);
  });
  return totals;
}

/**
 * Turn the logits into the gradient of -Σ count · log p(target): count · (p - one_hot).
 * @param {Memory} m
 * @param {Pass} pass
 * @param {Batch} batch
 * @param {number[]} counts one a row
 * @param {number} V
 */
function weightedGradient(m, { places: { logits } }, { y, T }, counts, V) {
  const { f, exp } = m;
  y.forEach((target, n) => {
    const row = logits + n * V;
    const count = target < 0 ? 0 : counts[Math.floor(n / T)];
    const { top, sum } = normalizer(m, row, V);
    for (let i = 0; i < V; i++) f[row + i] = (count * exp(f[row + i] - top)) / sum;
    if (target >= 0) f[row + target] -= count;
  });
}
