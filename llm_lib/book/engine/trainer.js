// A training of a GPT, step by step: as llm_lib.training.train, with what a page needs to look on,
// to change its mind and to break things on purpose.

import { AdamW, gradientNorm } from "./adamw.js";
import { backward } from "./backward.js";
import { Batches } from "./batches.js";
import { crossEntropy } from "./cross_entropy.js";
import { Dropout } from "./dropout.js";
import { GPT } from "./gpt.js";
import { seededRandom } from "./random.js";
import { completeSettings, learningRateAt } from "./training_settings.js";

/** @import { MemoryOptions } from "./gpt.js" */
/** @import { Config } from "./types.js" */
/** @import { Best, Change, Start, TrainingSettings, TrainingState } from "./training_types.js" */

export class Trainer {
  /**
   * Begin, or go on from a state. Throws an Error in words for what can't be.
   * @param {Start} start
   * @param {MemoryOptions} [options]
   */
  constructor({ config, training, tokens, heldOut, weights, state }, options) {
    this.settings = completeSettings(state?.training ?? training);
    const from = state?.weights ?? weights;
    const random = seededRandom(this.settings.seed);
    this.gpt = from
      ? GPT.fromWeights(state?.config ?? config, from, options)
      : GPT.fresh(config, random, options);
    this.gpt.causal = this.settings.mask;
    this.gpt.parameters.addGradients();
    this.optimizer = new AdamW(this.gpt.parameters, this.settings);
    this.tokens = checkedTokens(tokens, this.gpt.config);
    this.batches = new Batches(this.tokens, this.gpt.config.context_length, this.settings);
    this.heldOut = heldOut ? heldOutWindows(heldOut, this.gpt, this.settings) : null;
    this.step = 0;
    this.batch = 0; // the number of the next one
    /** @type {Best | null} */
    this.best = null;
    this.worse = 0; // held-out losses since the best one
    if (state) this.goOn(state);
  }

  /** @param {TrainingState} state */
  goOn({ step, batch, means, squares, best }) {
    this.step = this.optimizer.steps = step;
    this.batch = batch;
    this.best = best;
    this.gpt.parameters.load(means, this.optimizer.means);
    this.gpt.parameters.load(squares, this.optimizer.squares);
  }

  /** Whether all steps are taken, or patience is at its end. */
  get reason() {
    const { steps, patience } = this.settings;
    if (patience !== null && this.worse >= patience) return "patience";
    return this.step >= steps ? "steps" : null;
  }

  /** One step, on the next batch. */
  takeStep() {
    const { x, y } = this.batches.at(this.batch++);
    return this.learn(x, y);
  }

  /**
   * One step on a batch of inputs and targets, (B, T) each. Throws an Error in words if the loss is
   * no number any more; the weights are then as they were.
   * @param {ArrayLike<number>} x
   * @param {ArrayLike<number>} y
   */
  learn(x, y) {
    const { gpt, settings } = this;
    const { parameters, config } = gpt;
    parameters.clearGradients();
    // Dropout's draws depend on the step, as the batches do, so a training can begin anywhere.
    const draws = Math.imul(settings.seed + 1, 0x9e3779b1) + Math.imul(this.step + 1, 0x85ebca6b);
    const dropout = config.dropout > 0 ? new Dropout(config.dropout, draws) : null;
    const loss = lossAndGradient(gpt, x, y, dropout);
    const norm = gradientNorm(parameters);
    if (!Number.isFinite(loss) || !Number.isFinite(norm)) throw new Error(this.breakdown(loss));
    const rate = learningRateAt(this.step, settings);
    const limit = settings.grad_clip ?? Infinity;
    this.optimizer.step(rate, Math.min(1, limit / (norm + 1e-6)));
    this.step++;
    return { loss, norm, rate };
  }

  /**
   * What to say of a loss or a gradient that is no number.
   * @param {number} loss
   */
  breakdown(loss) {
    const { learning_rate, warmup_steps, grad_clip } = this.settings;
    const what = Number.isFinite(loss) ? "The gradient is not finite" : `The loss became ${loss}`;
    return `${what} at step ${this.step}: likely causes are a learning_rate that is too high (it ` +
      `is ${learning_rate}: try a third), a warm-up that is too short (warmup_steps is ` +
      `${warmup_steps}), first weights that are too large (init_std), or a grad_clip that lets ` +
      `too much through (it is ${grad_clip}).`;
  }

  /**
   * The loss on the held-out text, always on the same windows, without dropout; null without such a
   * text. The weights are kept if it is the best so far.
   */
  evaluate() {
    if (!this.heldOut) return null;
    const { gpt, heldOut, step } = this;
    let total = 0;
    let count = 0;
    for (const { x, y } of heldOut) {
      total += batchLoss(gpt, x, y) * x.length;
      count += x.length;
    }
    const loss = total / count;
    const better = !this.best || loss < this.best.heldOut;
    if (better) this.best = { step, heldOut: loss, weights: gpt.weights() };
    this.worse = better ? 0 : this.worse + 1;
    return loss;
  }

  /**
   * Go on with another learning rate or batch size. The new batches go on at about the same place
   * of the epoch. Throws an Error in words for values that can't be.
   * @param {Change} change
   */
  change(change) {
    const { settings, batch, tokens, gpt } = this;
    const wanted = /** @type {TrainingSettings} */ ({ ...settings, ...change });
    const { learning_rate: rate = 0 } = change;
    if (rate > 0) { // the last rate follows it, as it would have at the start
      const usual = settings.min_learning_rate === Math.min(1e-5, settings.learning_rate / 10);
      wanted.min_learning_rate = usual
        ? Math.min(1e-5, rate / 10)
        : Math.min(settings.min_learning_rate, rate);
    }
    const next = completeSettings(wanted);
    if (next.batch_size !== settings.batch_size) {
      this.batches = new Batches(tokens, gpt.config.context_length, next);
      this.batch = Math.floor((batch * settings.batch_size) / next.batch_size);
    }
    this.settings = next;
  }

  /**
   * All that another Trainer needs to go on from here.
   * @returns {TrainingState}
   */
  state() {
    const { gpt, settings, step, batch, best, optimizer: { means, squares } } = this;
    return {
      config: gpt.config,
      training: settings,
      step,
      batch,
      weights: gpt.weights(),
      means: gpt.parameters.copy(means),
      squares: gpt.parameters.copy(squares),
      best,
    };
  }
}

/**
 * The loss on a batch, whose gradient is added to those of the parameters.
 * @param {GPT} gpt
 * @param {ArrayLike<number>} x (B, T)
 * @param {ArrayLike<number>} y (B, T)
 * @param {Dropout | null} [dropout]
 */
export function lossAndGradient(gpt, x, y, dropout = null) {
  const { context_length: T, vocab_size } = gpt.config;
  const pass = gpt.runBatch(x, { B: x.length / T, T, tape: true, dropout });
  const loss = crossEntropy(gpt.memory, pass.places.logits, y, vocab_size, true);
  backward(gpt, pass);
  return loss;
}

/**
 * The loss on a batch alone.
 * @param {GPT} gpt
 * @param {ArrayLike<number>} x (B, T)
 * @param {ArrayLike<number>} y (B, T)
 */
export function batchLoss(gpt, x, y) {
  const { context_length: T, vocab_size } = gpt.config;
  const { places } = gpt.runBatch(x, { B: x.length / T, T });
  return crossEntropy(gpt.memory, places.logits, y, vocab_size, false);
}

/**
 * Ids that the model knows. Throws an Error in words for others.
 * @param {ArrayLike<number>} tokens
 * @param {Required<Config>} config
 */
function checkedTokens(tokens, { vocab_size }) {
  const ids = Int32Array.from(tokens);
  const wrong = ids.find((id) => !(id >= 0 && id < vocab_size));
  if (wrong === undefined) return ids;
  throw new Error(`Token id ${wrong} is not between 0 and ${vocab_size - 1}.`);
}

/**
 * The first windows of a held-out text in batches, as llm_lib.training.evaluate_loss takes them.
 * Throws an Error in words for a text that is too short.
 * @param {ArrayLike<number>} tokens
 * @param {GPT} gpt
 * @param {Required<TrainingSettings>} settings
 */
function heldOutWindows(tokens, { config }, { batch_size: B, eval_batches, shift }) {
  const ids = checkedTokens(tokens, config);
  const T = config.context_length;
  const windows = Math.min(B * eval_batches, Math.floor((ids.length - Math.max(1, shift)) / T));
  if (windows < 1) {
    throw new Error(
      `${ids.length} held-out tokens are too few for one window of ${T} + ${Math.max(1, shift)}.`,
    );
  }
  return Array.from({ length: Math.ceil(windows / B) }, (_, i) => {
    const [from, to] = [i * B * T, Math.min((i + 1) * B, windows) * T];
    return { x: ids.subarray(from, to), y: ids.subarray(from + shift, to + shift) };
  });
}
