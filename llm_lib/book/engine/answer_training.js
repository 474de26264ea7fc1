// Learning from answers that somebody liked or that a program marked: as llm_lib.finetuning does,
// one step at a time. Both move the log probability of each answer, one by how much it counts.

import { AdamW, gradientNorm } from "./adamw.js";
import { backward } from "./backward.js";
import { GPT } from "./gpt.js";
import { total } from "./vectors.js";

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
   * One step on answers that are shown to it, each of their tokens alike, as fine-tuning does.
   * Returns the loss from before the step, nats per token.
   * @param {Answered[]} rows
   * @param {number} rate
   */
  learnShown(rows, rate) {
    const batch = stacked(rows);
    const tokens = rows.reduce((sum, { answer }) => sum + answer.length, 0);
    const pass = this.run(batch);
    const loss = -total(tokenLogs(this.gpt, pass, batch)) / tokens;
    this.step(pass, batch, () => 1 / tokens, rate);
    return loss;
  }

  /**
   * One step of DPO on pairs of answers. Returns the loss and the margins from before the step.
   * @param {Liked[]} pairs
   * @param {{ beta: number, rate: number }} settings
   */
  learnLiked(pairs, settings) {
    const rows = (/** @type {"chosen" | "rejected"} */ key) =>
      pairs.map((pair) => ({ prompt: pair.prompt, answer: pair[key] }));
    const all = [...rows("chosen"), ...rows("rejected")];
    return this.learnPairs(all, pairs.map((_, i) => [i, pairs.length + i]), settings);
  }

  /**
   * The same where an answer is in several pairs: it is run once.
   * @param {Answered[]} rows
   * @param {[chosen: number, rejected: number][]} pairs by place in the rows
   * @param {{ beta: number, rate: number }} settings
   */
  learnPairs(rows, pairs, { beta, rate }) {
    const batch = stacked(rows);
    const n = pairs.length;
    const before = logProbs(this.reference, batch);
    const pass = this.run(batch);
    const moved = sums(tokenLogs(this.gpt, pass, batch), batch).map((log, i) => log - before[i]);
    const margins = pairs.map(([chosen, rejected]) => beta * (moved[chosen] - moved[rejected]));
    const counts = Array(rows.length).fill(0);
    margins.forEach((margin, i) => {
      const pull = (beta / n) / (1 + Math.exp(margin));
      counts[pairs[i][0]] += pull;
      counts[pairs[i][1]] -= pull;
    });
    this.step(pass, batch, (at) => counts[Math.floor(at / batch.T)], rate);
    return { loss: margins.reduce((sum, m) => sum + Math.log1p(Math.exp(-m)), 0) / n, margins };
  }

  /**
   * One step of REINFORCE on answers and their advantages, as `policy_loss` of llm_lib.finetuning
   * has it for answers that the model has just written itself; with klWeight · `kl_estimate`, per
   * token, it costs to be far from the reference. Returns that estimate from before the step.
   * @param {Answered[]} rows
   * @param {number[]} advantages
   * @param {{ rate: number, klWeight?: number }} settings
   */
  learnMarked(rows, advantages, { rate, klWeight = 0 }) {
    const batch = stacked(rows);
    const tokens = rows.reduce((sum, { answer }) => sum + answer.length, 0);
    const before = tokenLogs(this.reference, runAll(this.reference, batch), batch);
    const pass = this.run(batch);
    const ratios = tokenLogs(this.gpt, pass, batch).map((log, n) => Math.exp(before[n] - log));
    const kl = total(ratios.map(klOf)) / tokens;
    const counts = (/** @type {number} */ n) =>
      (advantages[Math.floor(n / batch.T)] - klWeight * (1 - ratios[n])) / tokens;
    this.step(pass, batch, counts, rate);
    return { kl };
  }

  /**
   * log p of answers, now and of the reference, and an estimate of the distance of the two, nats
   * per token: exact in the mean over answers that the model writes.
   * @param {Answered[]} rows
   */
  weigh(rows) {
    const batch = stacked(rows);
    const [now, before] = [this.gpt, this.reference]
      .map((gpt) => tokenLogs(gpt, runAll(gpt, batch), batch));
    const tokens = rows.reduce((sum, { answer }) => sum + answer.length, 0);
    const kl = total(now.map((log, n) => klOf(Math.exp(before[n] - log)))) / tokens;
    return { now: sums(now, batch), reference: sums(before, batch), kl };
  }

  /** @param {Batch} batch */
  run({ x, B, T }) {
    this.gpt.parameters.clearGradients();
    return this.gpt.runBatch(x, { B, T, tape: true });
  }

  /**
   * Make each target likelier by how much it counts, or less likely below 0.
   * @param {Pass} pass
   * @param {Batch} batch
   * @param {(n: number) => number} counts by its place
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
 * What a token adds to the estimate: 0 where both models agree, never below.
 * @param {number} ratio p_reference / p
 */
const klOf = (ratio) => ratio - Math.log(ratio) - 1;

/**
 * log p of each answer.
 * @param {GPT} gpt
 * @param {Batch} batch
 */
export const logProbs = (gpt, batch) => sums(tokenLogs(gpt, runAll(gpt, batch), batch), batch);

/**
 * @param {GPT} gpt
 * @param {Batch} batch
 */
const runAll = (gpt, { x, B, T }) => gpt.runBatch(x, { B, T });

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
 * log p of each target, (B · T); 0 where there is none.
 * @param {GPT} gpt
 * @param {Pass} pass
 * @param {Batch} batch
 */
function tokenLogs({ memory: m, config: { vocab_size: V } }, { places: { logits } }, { y }) {
  return Float64Array.from(y, (target, n) => {
    if (target < 0) return 0;
    const { top, sum } = normalizer(m, logits + n * V, V);
    return m.f[logits + n * V + target] - top - Math.log(sum);
  });
}

/**
 * The sum of each row.
 * @param {Float64Array} logs
 * @param {Batch} batch
 */
const sums = (logs, { B, T }) =>
  Array.from({ length: B }, (_, i) => total(logs.subarray(i * T, (i + 1) * T)));

/**
 * Turn the logits into the gradient of -Σ count · log p(target): count · (p - one_hot).
 * @param {Memory} m
 * @param {Pass} pass
 * @param {Batch} batch
 * @param {(n: number) => number} counts
 * @param {number} V
 */
function weightedGradient(m, { places: { logits } }, { y }, counts, V) {
  const { f, exp } = m;
  y.forEach((target, n) => {
    const row = logits + n * V;
    const count = target < 0 ? 0 : counts(n);
    const { top, sum } = normalizer(m, row, V);
    for (let i = 0; i < V; i++) f[row + i] = (count * exp(f[row + i] - top)) / sum;
    if (target >= 0) f[row + target] -= count;
  });
}
