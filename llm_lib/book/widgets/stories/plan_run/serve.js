// What training and serving cost together, and which model reaches a loss for the least of both.

/** @import { Law, Run } from "./facts.js" */

export const TO_TRAIN = 6; // operations for each parameter and token
const TO_SERVE = 2; // the same, without the backward pass
const HALVINGS = 60;

/**
 * The operations of training, and of reading or writing `served` tokens afterwards.
 * @param {{ N: number, D: number }} run
 * @param {number} served
 */
export const inAll = ({ N, D }, served) => TO_TRAIN * N * D + TO_SERVE * N * served;

/**
 * A model of N parameters, trained until it has the loss; no size below `smallest` ever does.
 * @param {Law} law
 * @param {number} loss
 * @param {number} N
 * @returns {Run}
 */
function trainedTo({ floor, a, b, alpha, beta }, loss, N) {
  const small = a / N ** alpha;
  const short = loss - floor - small;
  const D = (b / short) ** (1 / beta);
  return { budget: TO_TRAIN * N * D, N, D, small, short, each: D / N, loss };
}

/**
 * The run that reaches a loss for the fewest operations in all. Where 6ND + 2NS is lowest, half
 * its derivative by N, 3D(1 − α·small / (β·short)) + S, is 0. It rises with N: from below 0 at the
 * smallest size that can reach the loss, to S at the size that is best without serving. In
 * between, the range is halved until nothing is left of it.
 * @param {Law} law
 * @param {number} loss above the law's floor
 * @param {number} served tokens
 */
export function cheapestRun(law, loss, served) {
  const { floor, a, alpha, beta } = law;
  const sizeWith = (/** @type {number} */ small) => Math.log(a / small) / alpha;
  let low = sizeWith(loss - floor); // logarithms of sizes
  let high = sizeWith((loss - floor) * beta / (alpha + beta));
  for (let i = 0; i < HALVINGS && served > 0; i++) {
    const middle = (low + high) / 2;
    const { D, small, short } = trainedTo(law, loss, Math.exp(middle));
    const rises = 3 * D * (1 - (alpha * small) / (beta * short)) + served > 0;
    [low, high] = rises ? [low, middle] : [middle, high];
  }
  return trainedTo(law, loss, Math.exp(high));
}
