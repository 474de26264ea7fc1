// What two ranks show, in words.

import { distanceWords, lossWords } from "./charts.js";

/** @import { RankFault, RankOptimizer } from "../../engine/two_ranks.js" */
/** @import { RanksPoint } from "./charts.js" */

/** What a run is about to show, before its first step. @type {Record<RankFault, string>} */
const BEFORE = {
  healthy: "Both ranks begin with the same weights, and average their gradients in each step.",
  no_all_reduce: "Both ranks begin with the same weights, but never exchange a gradient.",
  sum: "The ranks add their gradients and forget to divide by two.",
  same_shard: "Both ranks read the same half of each batch, and nobody reads the other half.",
  different_start: "The ranks average their gradients, but begin with different weights.",
};

/**
 * @param {{ fault: RankFault, optimizer: RankOptimizer, point: RanksPoint }} shown
 */
export function ranksWords({ fault, optimizer, point }) {
  const { step, losses: [a, b, one], distance, fromAlone } = point;
  const apart = distanceWords(distance);
  if (!step) return `${BEFORE[fault]} Press Run.`;
  const after = `After ${step} step${step === 1 ? "" : "s"}`;
  const beside = `held-out loss ${lossWords(a)}, and ${lossWords(one)} with one process`;
  if (fault === "healthy") {
    return `${after}, both ranks hold the same weights, to the last bit, and the one process ` +
      `that has the whole batch holds them, too: the difference, ${distanceWords(fromAlone)}, is ` +
      "rounding.";
  }
  if (fault === "no_all_reduce") {
    return `${after}, the weights are ${apart} apart: these are two models, each trained on half ` +
      `of every batch. Held-out losses ${lossWords(a)} and ${lossWords(b)}, and ` +
      `${lossWords(one)} with one process.`;
  }
  if (fault === "sum" && optimizer === "sgd") {
    return `${after}, the ranks agree, but on steps twice as long as they were meant: it is the ` +
      `run at twice the learning rate. Here: ${beside}.`;
  }
  if (fault === "sum") {
    return `${after}, nobody would notice: Adam divides each gradient by its usual size, so the ` +
      `factor of two falls out, but for ${distanceWords(fromAlone)} of distance to the one ` +
      "process. What looks at the gradient itself, such as clipping, would see it doubled.";
  }
  if (fault === "same_shard") {
    return `${after}, both ranks have computed the same numbers in each step: two processes did ` +
      `the work of one with half the batch. Here: ${beside}.`;
  }
  return `${after}, the weights are ${apart} apart, as at the start: both take the same steps, ` +
    "from different places. And half of each step's gradient belongs to the other's weights: " +
    `held-out losses ${lossWords(a)} and ${lossWords(b)}, and ${lossWords(one)} with one process.`;
}
