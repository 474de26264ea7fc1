// What your taste shows, in words.

import { lastOf } from "../../engine/present.js";
import { MARK_WORDS } from "./marks.js";
import { decimals, roughly } from "../shared/words.js";

/** @import { Verifier } from "./marks.js" */
/** @typedef {{ mark: number, kl: number, variety: number }} Round what the eight are like */
/**
 * How far a step moved the log probabilities of the eight that it learned from: in the mean, and
 * each one, of those liked and of the others.
 * @typedef {{ liked: number, others: number, parts: number[][] }} LikedStep
 */
/**
 * @typedef {object} TasteShown
 * @property {boolean} choosing
 * @property {Verifier} verifier
 * @property {Round[]} rounds the first is before any step
 * @property {number} liked how many are
 * @property {LikedStep | null} step the last one of DPO
 */

/** @param {number} x */
const signed = (x) => `${x > 0 ? "+" : x < 0 ? "−" : ""}${Math.abs(x).toFixed(1)}`;

/**
 * The single answers of the last step.
 * @param {LikedStep} step
 */
export function movedWords({ parts }) {
  const [liked, others] = parts.map((part) => part.map(signed).join(", "));
  return `Log probability moved, in nats. Liked: ${liked}. Others: ${others}.`;
}

/** @param {TasteShown} shown */
export function tasteWords({ choosing, verifier, rounds, liked, step }) {
  if (!rounds.length) return "The model is writing eight answers …";
  const [first, last] = [rounds[0], lastOf(rounds)];
  const n = rounds.length - 1;
  const counted = MARK_WORDS[verifier];
  if (!n) {
    if (!choosing) {
      return `The mean mark is ${decimals(last.mark)} (${counted}). Press Run: answers that are ` +
        "marked above the mean of their eight become likelier.";
    }
    return liked
      ? `${liked} liked and ${8 - liked} not: that makes ${
        liked * (8 - liked)
      } pairs to learn from.`
      : "This is what the model writes now. Like at least one answer, and leave at least one.";
  }
  const how = step && choosing
    ? `The last step moved the log probability of what you liked by ${
      decimals(step.liked)
    } and of ` +
      `the rest by ${decimals(step.others)}. `
    : "";
  const what = choosing ? `what you count (${counted})` : "the mean mark";
  return `${how}After ${n} step${n === 1 ? "" : "s"}, ${what} is ${decimals(last.mark)} (` +
    `${decimals(first.mark)} at first); the KL divergence from the model as it was is ` +
    `${decimals(last.kl)} nats per token. ${roughly(last.variety)} of the words in an answer are ` +
    `distinct (${roughly(first.variety)} at first).`;
}
