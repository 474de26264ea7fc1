// Every number of the story: a table of logits is trained by AdamW on two short texts in turn.

import { softmax } from "../../../engine/functions.js";
import { present } from "../../../engine/present.js";
import { total } from "../../../engine/vectors.js";

/** @import { Choice } from "../../moving/types.js" */

export const WORDS = ["the", "fox", "sees", "owl"];
/** The two batches, as numbers of words: each token but the last has the next one as its target. */
const TEXTS = [[0, 1, 2, 0, 3], [0, 3, 2, 0, 1]];
const BETA_1 = 0.9;
const BETA_2 = 0.99;
const EPSILON = 1e-8;
/** How many steps the scenes of "Again" have done. */
export const STOPS = [10, 30, 100];
/** After "the" comes one of two, equally often: ln 2 at two of four places. */
export const FLOOR = Math.log(2) / 2;

/**
 * @typedef {object} Settings
 * @property {number[][]} weights
 * @property {number} rate
 * @property {number} limit
 * @property {number} steps
 */
/** @typedef {ReturnType<typeof factsOf>} Facts */
/** @typedef {number[][]} Table */

/**
 * @param {Table} a
 * @param {(value: number, i: number, j: number) => number} change
 * @returns {Table}
 */
const each = (a, change) => a.map((row, i) => row.map((value, j) => change(value, i, j)));

/**
 * A batch through the model, and the gradient back: of the mean loss over its four places.
 * @param {Table} weights
 * @param {number[]} text
 */
export function passOf(weights, text) {
  const x = text.slice(0, -1);
  const y = text.slice(1);
  const logits = x.map((token) => weights[token]);
  const p = logits.map((row) => Array.from(softmax(row)));
  const surprises = p.map((row, t) => -Math.log(row[y[t]]));
  const blame = p.map((row, t) => row.map((value, j) => (value - Number(j === y[t])) / x.length));
  const gradient = each(weights, (_, i, j) => total(blame.map((b, t) => (x[t] === i ? b[j] : 0))));
  return { x, y, logits, p, surprises, loss: total(surprises) / x.length, blame, gradient };
}

/**
 * @typedef {ReturnType<typeof passOf> & Record<"length" | "factor", number>
 *   & Record<"clipped" | "move" | "after", Table>} FirstStep
 */

/**
 * Train for some steps, a batch each in turn. losses: of each step's batch, before it was learned
 * from, and at last of the one that would come next. first: all of the first step.
 * @param {Settings} settings
 */
export function train({ weights, rate, limit, steps }) {
  let w = weights;
  let m = each(w, () => 0);
  let v = each(w, () => 0);
  const losses = [];
  /** @type {FirstStep | undefined} */
  let first;
  for (let t = 1; t <= steps; t++) {
    const pass = passOf(w, TEXTS[(t - 1) % 2]);
    const length = Math.sqrt(total(pass.gradient.flat().map((g) => g * g)));
    const factor = length > limit ? limit / length : 1;
    const g = each(pass.gradient, (value) => value * factor);
    m = each(m, (value, i, j) => BETA_1 * value + (1 - BETA_1) * g[i][j]);
    v = each(v, (value, i, j) => BETA_2 * value + (1 - BETA_2) * g[i][j] ** 2);
    const move = each(m, (value, i, j) => {
      const size = Math.sqrt(v[i][j] / (1 - BETA_2 ** t)) + EPSILON;
      return (-rate * (value / (1 - BETA_1 ** t))) / size;
    });
    w = each(w, (value, i, j) => value + move[i][j]);
    losses.push(pass.loss);
    first ??= { ...pass, length, factor, clipped: g, move, after: w };
  }
  losses.push(passOf(w, TEXTS[steps % 2]).loss);
  return { first, losses, weights: w, p: w.map((row) => Array.from(softmax(row))) };
}

/** @param {Settings} settings */
export function factsOf(settings) {
  const runs = STOPS.map((steps) => train({ ...settings, steps }));
  const first = present(runs[0].first, "a first step");
  return {
    ...settings,
    ...first,
    lossAfter: passOf(first.after, TEXTS[0]).loss,
    runs,
    yours: train(settings),
  };
}

/** @param {number} n */
const inSteps = (n) => `${n} step${n === 1 ? "" : "s"}`;

/** @param {number[]} options @param {number} value */
const sorted = (options, value) => [...new Set([...options, value])].sort((a, b) => a - b);

/**
 * @param {Facts} m
 * @returns {Choice[]}
 */
export const choicesOf = (m) => [
  {
    name: "Learning rate",
    options: sorted([0.003, 0.03, 0.1, 1, 10], m.rate).map((rate) => [`${rate}`, `${rate}`]),
    value: `${m.rate}`,
    pick: (rate) => ({ rate: Number(rate) }),
  },
  {
    name: "Clip at",
    options: sorted([0.03, 0.3, 9], m.limit).map((limit) => [
      `${limit}`,
      limit === 9 ? "never" : `${limit}`,
    ]),
    value: `${m.limit}`,
    pick: (limit) => ({ limit: Number(limit) }),
  },
  {
    name: "Training",
    options: sorted([1, ...STOPS], m.steps).map((n) => [`${n}`, inSteps(n)]),
    value: `${m.steps}`,
    pick: (steps) => ({ steps: Number(steps) }),
  },
];
