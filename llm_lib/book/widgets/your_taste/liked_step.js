// One step of DPO: what it learns from, and what it moved.

import { mean } from "../../engine/vectors.js";

/** @import { TasteAnswers } from "../../engine/taste_session.js" */
/** @import { LikedStep } from "./words.js" */

/**
 * The places of the answers that were not liked.
 * @param {number} n how many answers there are
 * @param {number[]} liked
 */
const othersThan = (n, liked) =>
  Array.from({ length: n }, (_, i) => i).filter((i) => !liked.includes(i));

/**
 * Each liked answer against each other one.
 * @param {number} n
 * @param {number[]} liked
 */
export const pairsOf = (n, liked) =>
  liked.flatMap((i) => othersThan(n, liked).map((j) => /** @type {[number, number]} */ ([i, j])));

/**
 * How far the log probability of each answer has moved, how far that of liked ones and others, and
 * the margin between their scores.
 * @param {TasteAnswers["weigh"]} before
 * @param {TasteAnswers["weigh"]} after
 * @param {number[]} liked
 * @param {number} beta
 * @returns {{ moved: number[], step: LikedStep, margin: number }}
 */
export function movedBy(before, after, liked, beta) {
  const others = othersThan(after.now.length, liked);
  const moved = after.now.map((log, i) => log - before.now[i]);
  const score = after.now.map((log, i) => beta * (log - after.reference[i]));
  const of = (/** @type {number[]} */ values, /** @type {number[]} */ places) =>
    mean(places.map((i) => values[i]));
  const parts = [liked, others].map((places) => places.map((i) => moved[i]));
  const step = { liked: of(moved, liked), others: of(moved, others), parts };
  return { moved, step, margin: of(score, liked) - of(score, others) };
}
