// Every number of the story: measured losses, and the line through their logarithms.

import { lastOf } from "../../../engine/present.js";
import { total } from "../../../engine/vectors.js";
import { localCount, localize } from "../../shared/localize.js";

/** @import { Choice } from "../../moving/types.js" */

/**
 * @typedef {object} Settings
 * @property {number[]} sizes
 * @property {number[][]} losses one row
 * @property {number} floor
 */
/** @typedef {ReturnType<typeof factsOf>} Facts */
/** @typedef {ReturnType<typeof fitOf>} Fit */

/**
 * The line of least squares through ln(loss - floor) over ln(size): a law
 * loss = floor + a / size^alpha. miss: the largest share of a loss by which it misses.
 * @param {number[]} sizes
 * @param {number[]} losses
 * @param {number} floor
 */
export function fitOf(sizes, losses, floor) {
  const x = sizes.map(Math.log);
  const y = losses.map((loss) => Math.log(Math.max(1e-9, loss - floor)));
  const mean = (/** @type {number[]} */ v) => total(v) / v.length;
  const [mx, my] = [mean(x), mean(y)];
  const slope = total(x.map((v, i) => (v - mx) * (y[i] - my))) /
    total(x.map((v) => (v - mx) ** 2));
  const height = my - slope * mx;
  const at = (/** @type {number} */ n) => floor + Math.exp(height + slope * Math.log(n));
  const misses = sizes.map((n, i) => Math.abs(at(n) / losses[i] - 1));
  return { a: Math.exp(height), alpha: -slope, at, miss: Math.max(...misses) };
}

/** @param {Settings} settings */
export function factsOf(settings) {
  const { sizes, floor } = settings;
  const [losses] = settings.losses;
  const without = fitOf(sizes.slice(0, -1), losses.slice(0, -1), 0);
  return {
    sizes,
    losses,
    floor,
    all: fitOf(sizes, losses, 0),
    without,
    predicted: without.at(lastOf(sizes)),
    yours: fitOf(sizes, losses, floor),
  };
}

/**
 * @param {Facts} m
 * @returns {Choice[]}
 */
export const choicesOf = (m) => [{
  name: localize`Floor (what no size can beat)`,
  options: [...new Set([0, 0.25, 0.5, 0.75, 1, m.floor])].sort((a, b) => a - b)
    .map((floor) => [`${floor}`, localCount(floor)]),
  value: `${m.floor}`,
  pick: (floor) => ({ floor: Number(floor) }),
}];
