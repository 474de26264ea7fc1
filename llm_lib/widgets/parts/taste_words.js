// What your taste shows, in words.

import { MARK_WORDS } from "./taste_marks.js";
import { decimals, roughly } from "../shared/words.js";

/** @import { Verifier } from "./taste_marks.js" */
/** @typedef {{ mark: number, kl: number, variety: number }} Round what the eight are like */
/**
 * @typedef {object} TasteShown
 * @property {boolean} choosing
 * @property {Verifier} verifier
 * @property {Round[]} rounds the first is before any step
 * @property {number} liked how many are
 * @property {{ liked: number, others: number, margin: number } | null} step the last one of DPO:
 *   how far it moved the log probabilities, in the mean
 */

/** @param {TasteShown} shown */
export function tasteWords({ choosing, verifier, rounds, liked, step }) {
  if (!rounds.length) return "The model is writing eight answers …";
  const [first, last] = [rounds[0], rounds.at(-1)];
  const n = rounds.length - 1;
  const counted = MARK_WORDS[verifier];
  if (!n) {
    if (!choosing) {
      return `The program gives ${
        decimals(last.mark)
      } on average: ${counted}. Press Run: what is ` +
        "marked better than the mean of its eight becomes likelier.";
    }
    return liked
      ? `${liked} liked and ${8 - liked} not: that makes ${
        liked * (8 - liked)
      } pairs to learn from.`
      : "This is what the model writes now. Like at least one answer, and leave one.";
  }
  const after = `After ${n} step${n === 1 ? "" : "s"}`;
  const how = step && choosing
    ? `The last step moved log p of what you liked by ${decimals(step.liked)} and of the rest by ` +
      `${decimals(step.others)}. `
    : "";
  const far = `it is ${decimals(last.kl)} nats per token from where it began`;
  const varied = `${roughly(last.variety)} of an answer's words are different ones, ` +
    `${roughly(first.variety)} at first`;
  return `${how}${after}, the mean mark is ${decimals(last.mark)} (${decimals(first.mark)} at ` +
    `first), and ${far}. ${varied[0].toUpperCase()}${varied.slice(1)}.`;
}
