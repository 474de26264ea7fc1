// How the tiny network does, in words.

import { count, decimals } from "../shared/words.js";
import { partName } from "./names.js";

/** @import { Standing } from "../../engine/small_network.js" */
/**
 * What was done last: a weight or bias that was moved, or what is said of something else.
 * @typedef {object} Change
 * @property {string} [text]
 * @property {string} [key] of the number, so that a move goes on
 * @property {number} [unit]
 * @property {number} [input] -1 for the bias
 * @property {number} [from] the number before the move
 * @property {number} [loss] before the move
 * @property {number} [right] points, before the move
 */

// when learning rests: loss, slope, steps
const DONE = 0.02;
const FLAT = 2e-4;
const MOST_STEPS = 3000;

/**
 * How many points are right, and how large the loss is; after a change, what that did.
 * @param {Standing} now
 * @param {object} about
 * @param {number} about.n points
 * @param {number | null} about.step while the network learns
 * @param {string} about.change what was done, in words
 */
export function standingInWords({ right, loss }, { n, step, change }) {
  const points = `${right === n ? `All ${n}` : `${right} of ${n}`} points are right`;
  if (step !== null) {
    return `Step ${step.toLocaleString("en")}: ${points.replace("All", "all")}, ` +
      `and the loss is ${loss.toFixed(3)}.`;
  }
  return change ? `${change} ${points}.` : `${points}, and the loss is ${loss.toFixed(3)}.`;
}

/**
 * What a change did; "" for none.
 * @param {Change | null} change
 * @param {Standing} now
 * @param {number} value of the number that was moved
 */
export function changeInWords(change, now, value) {
  if (!change) return "";
  if (change.text) return change.text;
  const { unit = 0, input = 0, right = now.right, loss: lossBefore = now.loss, from = value } =
    change;
  const points = now.right - right;
  const n = Math.abs(points);
  const side = points
    ? `, and ${count(n, `${points > 0 ? "more" : "fewer"} point`)} ${n === 1 ? "is" : "are"} right`
    : "";
  const before = lossBefore.toFixed(3);
  const after = now.loss.toFixed(3);
  const loss = before === after
    ? `stayed at ${after}`
    : `${now.loss > lossBefore ? "rose" : "fell"} from ${before} to ${after}`;
  return `${partName(unit, input)} went from ${decimals(from)} to ` +
    `${decimals(value)}: the loss ${loss}${side}.`;
}

/**
 * Why learning rests after n steps; "" if it should go on.
 * @param {Standing} now
 * @param {number} n
 */
export function restInWords({ loss, slopes }, n) {
  const steepest = Math.max(...slopes.flat(3).map(Math.abs));
  if (loss < DONE) return "Learning rests: the loss is small.";
  if (steepest < FLAT) {
    return "Learning rests: all slopes are close to 0, so no step helps. Shuffle gives another " +
      "start.";
  }
  return n >= MOST_STEPS
    ? `Learning rests after ${n.toLocaleString("en")} steps. Learn goes on; Shuffle gives ` +
      "another start."
    : "";
}
