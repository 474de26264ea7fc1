// How well a model foresees a text.

import { logSoftmax } from "./functions.js";
import { mean } from "./vectors.js";

/** @import { Run } from "./types.js" */

/**
 * The row of logits after position t: (V,).
 * @param {Run} run
 * @param {number} t
 */
export const logitsAt = (run, t) => run.logits.subarray(t * run.V, (t + 1) * run.V);

/**
 * For each position but the last, -log p(the token that really follows), in nats.
 * @param {Run} run
 */
export function tokenLosses(run) {
  return Array.from(
    { length: run.T - 1 },
    (_, t) => -logSoftmax(logitsAt(run, t))[run.ids[t + 1]],
  );
}

/**
 * Mean loss of a text, in nats a token; NaN for a text of one token, which has nothing to predict.
 * @param {Run} run
 */
export const textLoss = (run) => mean(tokenLosses(run));
