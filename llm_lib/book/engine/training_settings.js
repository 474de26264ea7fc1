// The settings of a training, completed and checked as llm_lib.training.TrainingConfig does, and
// the rate of each step.

/** @import { TrainingSettings } from "./training_types.js" */

/**
 * Settings in which nothing is left out. Throws an Error in words for a value that can't be.
 * @param {TrainingSettings} settings
 * @returns {Required<TrainingSettings>}
 */
export function completeSettings(settings) {
  const given = Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined),
  );
  const { steps = 1000, learning_rate = 1e-3 } = settings;
  /** @type {Required<TrainingSettings>} */
  const complete = {
    steps,
    batch_size: 16,
    learning_rate,
    min_learning_rate: Math.min(1e-5, learning_rate / 10),
    warmup_steps: Math.min(100, Math.floor(steps / 10)),
    weight_decay: 0.1,
    betas: [0.9, 0.99],
    grad_clip: 1,
    eval_interval: 100,
    eval_batches: 20,
    seed: 0,
    patience: null,
    mask: true,
    shift: 1,
    shuffle: true,
    ...given,
  };
  const fault = settingsFault(complete);
  if (fault) throw new Error(`The training can't be like this: ${fault}.`);
  return complete;
}

/** @type {[name: keyof TrainingSettings, least: number][]} */
const COUNTS = [
  ["steps", 1],
  ["batch_size", 1],
  ["eval_interval", 1],
  ["eval_batches", 1],
  ["warmup_steps", 0],
  ["seed", 0],
  ["shift", 0],
];

/**
 * What is wrong with settings, or "".
 * @param {Required<TrainingSettings>} c
 */
function settingsFault(c) {
  for (const [name, least] of COUNTS) {
    const value = c[name];
    if (!(Number.isInteger(value) && Number(value) >= least)) {
      return `${name} should be a whole number from ${least}, and is ${value}`;
    }
  }
  if (!(c.learning_rate > 0 && Number.isFinite(c.learning_rate))) {
    return `learning_rate should be above 0, and is ${c.learning_rate}`;
  }
  if (!(c.min_learning_rate >= 0 && c.min_learning_rate <= c.learning_rate)) {
    return `min_learning_rate should be from 0 to the learning_rate of ${c.learning_rate}, and ` +
      `is ${c.min_learning_rate}`;
  }
  if (!(c.weight_decay >= 0)) return `weight_decay should be at least 0, and is ${c.weight_decay}`;
  if (!(c.betas?.length === 2 && c.betas.every((beta) => beta >= 0 && beta < 1))) {
    return `betas should be two numbers from 0 to below 1, and are ${c.betas}`;
  }
  if (c.grad_clip !== null && !(c.grad_clip > 0)) {
    return `grad_clip should be above 0, or null, and is ${c.grad_clip}`;
  }
  if (c.patience !== null && !(Number.isInteger(c.patience) && c.patience >= 1)) {
    return `patience should be a whole number from 1, or null, and is ${c.patience}`;
  }
  return "";
}

/**
 * The rate of a step: linear warm-up, then half a cosine down.
 * @param {number} step
 * @param {Required<TrainingSettings>} settings
 */
export function learningRateAt(step, { steps, warmup_steps, learning_rate, min_learning_rate }) {
  if (step < warmup_steps) return (learning_rate * (step + 1)) / warmup_steps;
  const done = Math.min(1, (step - warmup_steps) / Math.max(1, steps - warmup_steps));
  const cosine = (1 + Math.cos(Math.PI * done)) / 2;
  return min_learning_rate + (learning_rate - min_learning_rate) * cosine;
}
