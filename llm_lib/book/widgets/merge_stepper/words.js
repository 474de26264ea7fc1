// What the merges of a text do, in words.

import { visibleText } from "../shared/tokens.js";
import { count, times } from "../shared/words.js";

/** @import { learnMerges, Pair, State } from "../../engine/bpe_training.js" */
/** @typedef {ReturnType<typeof learnMerges>} MergeTraining */

/**
 * A label that fits into a sentence or a list: of a long one its two ends.
 * @param {string} label
 */
export function brief(label) {
  const characters = Array.from(label);
  return characters.length <= 24
    ? label
    : `${characters.slice(0, 11).join("")}…${characters.slice(-11).join("")}`;
}

/**
 * A token in a sentence; unlike spoken(), with its blanks: “·low” is not “low”.
 * @param {string} label
 */
const quoted = (label) => `“${visibleText(brief(label))}”`;

/**
 * “l” + “o”.
 * @param {string[]} labels of all tokens
 * @param {{ left: number, right: number }} pair
 */
export const pairInWords = (labels, { left, right }) =>
  `${quoted(labels[left])} + ${quoted(labels[right])}`;

/**
 * The next pair, and why that one.
 * @param {State} state
 * @param {string[]} labels
 * @param {number} step how many merges are done
 * @param {boolean} isLimit whether no more were asked for
 */
export function nextInWords({ pairs: [next], ties }, labels, step, isLimit) {
  if (!next) return "No chunk has two tokens left, so there is nothing more to merge.";
  const pair = pairInWords(labels, next);
  const limit = isLimit ? ` (${count(step, "merge")} are done, as many as were asked for.)` : "";
  if (ties === 1) {
    return `${pair}: it comes ${times(next.count)}, more often than any other pair.${limit}`;
  }
  return `${pair}: it comes ${times(next.count)}, as ` +
    `${ties === 2 ? "does one other pair" : `do ${ties - 1} other pairs`}. Of equals the ` +
    `smallest pair of ids goes first: (${next.left}, ${next.right}).${limit}`;
}

/**
 * How long the text is, and how many bytes a token has.
 * @param {number} nBytes
 * @param {number} nTokens
 */
export function sizeInWords(nBytes, nTokens) {
  const each = `${(nBytes / nTokens).toFixed(2)} bytes per token`;
  return nTokens === nBytes
    ? `${count(nBytes, "byte")}, ${count(nTokens, "token")}: ${each}.`
    : `${count(nBytes, "token")} at the start, ${nTokens.toLocaleString("en")} now: ${each}.`;
}

/**
 * What merge k did, and what comes next.
 * @param {MergeTraining} training
 * @param {string[]} labels
 * @param {number} k
 */
export function mergeInWords(training, labels, k) {
  const state = training.states[k];
  const [next] = state.pairs;
  const said = [];
  if (k === 0) {
    said.push(
      `At the start each byte is a token: ${count(state.nTokens, "token")}, ` +
        `${count(256, "token")} in the vocabulary.`,
    );
  } else {
    const { left, right, id, count: n } = training.merges[k - 1];
    const before = training.states[k - 1].nTokens;
    const made = before - state.nTokens;
    said.push(
      `Merge ${k}: ${pairInWords(labels, { left, right })} came ${times(n)} and became ` +
        `${quoted(labels[id])}, token ${id}.`,
    );
    if (made < n) {
      said.push(
        "Where such pairs overlapped, the left one was taken: " +
          `${made === 1 ? "one was" : `${made.toLocaleString("en")} were`} merged.`,
      );
    }
    said.push(
      `The text went from ${before.toLocaleString("en")} to ${count(state.nTokens, "token")}.`,
    );
  }
  if (!next) said.push("Nothing is left to merge.");
  else if (k < training.merges.length) said.push(`Next comes ${pairInWords(labels, next)}.`);
  else said.push("This is the last merge that was asked for.");
  return said.join(" ");
}
