// The problem, where its balls are after each swap, and what each way of answering takes.

import { BALLS, shownAnswer, swapsOf, trackBalls } from "../../../engine/shell_game.js";

/** @import { Choice } from "../../moving/types.js" */

/**
 * @typedef {object} Settings
 * @property {string} problem
 * @property {Record<string, number[]>} shares
 * @property {number} seeds
 * @property {number} swaps
 */
/** @typedef {ReturnType<typeof factsOf>} Facts */

/** A share as whole percents. @param {number} share */
export const whole = (share) => `${Math.round(100 * share)}\u00a0%`;

/** How many characters an answer to so many swaps has: a pass each. @param {number} swaps */
export const passesOf = (swaps) => ({
  "at once": BALLS + 2,
  "thinking": (BALLS + 2) * (swaps + 1),
});

/** @param {Settings} settings */
export function factsOf({ problem, shares, seeds, swaps }) {
  const pairs = swapsOf(problem);
  const at = (/** @type {number} */ n) => ({
    swaps: n,
    passes: passesOf(n),
    shares: { "at once": shares["at once"][n - 1], "thinking": shares.thinking[n - 1] },
  });
  return {
    problem,
    start: problem.slice(0, BALLS),
    pairs,
    places: trackBalls(problem),
    answer: shownAnswer(problem, "at once"),
    seeds,
    six: at(pairs.length),
    yours: at(swaps),
    most: shares.thinking.length,
  };
}

/**
 * @param {Facts} m
 * @returns {Choice[]}
 */
export const choicesOf = (m) => [{
  name: "Swaps",
  options: Array.from({ length: m.most }, (_, i) => [String(i + 1), String(i + 1)]),
  value: String(m.yours.swaps),
  pick: (swaps) => ({ swaps: Number(swaps) }),
}];
