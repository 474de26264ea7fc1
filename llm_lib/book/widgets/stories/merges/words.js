// What is said at each step, and each picture in words.

import { count, enumerated, times } from "../../shared/words.js";
import { replayedAt, sharesOfBest } from "./facts.js";

/** @import { Facts } from "./facts.js" */
/** @typedef {Record<string, (m: Facts, k: number) => string>} Words */

/**
 * A pair as it is written.
 * @param {Facts} m
 * @param {{ left: number, right: number }} pair
 */
const pairOf = (m, { left, right }) => `${m.name(left)}\u00a0+\u00a0${m.name(right)}`;

/** @param {Facts} m */
const textInWords = (m) => enumerated(m.text.map(([word, n]) => `${word} ${times(n)}`));

/**
 * Tokens with bars between them.
 * @param {Facts} m
 * @param {number[]} ids
 */
const cut = (m, ids) => ids.map((id) => m.name(id)).join(" | ");

/**
 * How often the most frequent pair comes, as the sum over its words.
 * @param {Facts} m
 * @param {number} k
 */
function sumOfBest(m, k) {
  const shares = sharesOfBest(m, k);
  const sum = m.merges[k].count;
  return shares.length > 1 ? `${shares.join("\u00a0+\u00a0")}\u00a0=\u00a0${sum}` : String(sum);
}

/**
 * What is said where no merge number n from 0 is left to make.
 * @param {Facts} m
 */
const nothingLeft = (m) =>
  m.merges.length
    ? "No pair is left: each word is one token. The training ends here."
    : "No word has two bytes, so there is no pair to merge.";

/**
 * That the training stopped before it ran out of pairs; nothing where it did not.
 * @param {Facts} m
 */
function stopped(m) {
  const { nPairs } = m.states[m.merges.length];
  return nPairs
    ? ` Training stops here after ${count(m.merges.length, "merge")}, with ${
      count(nPairs, "pair")
    } left.`
    : "";
}

/**
 * Merge number n from 0: first chosen, then made.
 * @param {Facts} m
 * @param {number} n
 * @param {number} k
 */
function mergeInWords(m, n, k) {
  const merge = m.merges[n];
  if (!merge) return nothingLeft(m);
  const { id } = merge;
  const { ties } = m.states[n];
  if (k === 0) {
    const tie = ties > 1 ? ` ${ties} pairs tie, and the one with the smallest ids wins.` : "";
    const leads = n
      ? `Count again, with ${m.name(255 + n)} as one token. Now ${pairOf(m, merge)} comes most ` +
        `often: ${sumOfBest(m, n)}.`
      : `${pairOf(m, merge)} comes most often. So this pair gets a name of its own: ` +
        `${m.name(id)}, with the next free id, ${id}.`;
    return leads + tie;
  }
  const [before, after] = [m.states[n].nTokens, m.states[n + 1].nTokens];
  const end = n + 1 === m.merges.length && !m.states[n + 1].nPairs
    ? " No pair is left: this list of merges, in order, is what was learned."
    : "";
  const shrinks = n
    ? `It becomes token ${id}, ${m.name(id)}. The text now has ${count(after, "token")}.`
    : `It is merged everywhere. The text shrinks from ${before} to ${count(after, "token")}, and ` +
      `the vocabulary grows to ${id + 1}.`;
  return shrinks + end;
}

/**
 * A step of the replay.
 * @param {Facts} m
 * @param {number} k
 */
function replayInWords(m, k) {
  const done = replayedAt(m, k);
  if (k === 0) {
    const known = m.text.some(([word]) => word === m.new_word);
    return `${known ? "Cut a word:" : "Now a word that was never there:"} ${m.new_word}. Start ` +
      "with its bytes, and replay the merges in the order in which they were learned.";
  }
  const end = k === 4 ? ` So ${m.new_word} is cut into ${cut(m, m.ids)}.` : "";
  if (done < k) return `There is no merge number ${k}.${end}`;
  if (done > k) return `And so on, up to merge ${done}.${end}`;
  const merge = m.merges[k - 1];
  const hit = m.replay[k].length < m.replay[k - 1].length;
  const pair = `Merge ${k}, ${pairOf(m, merge)}`;
  return hit
    ? `${pair}: they stand side by side, and become ${m.name(merge.id)}.${end}`
    : `${pair}: they don't stand side by side here, so nothing happens.${end}`;
}

/** @param {number} n @returns {(m: Facts, k: number) => string} */
const saying = (n) => (m, k) => mergeInWords(m, n, k);

/** @type {Words} */
export const sayOf = {
  Text: (m) =>
    `A text has ${textInWords(m)}. A tokenizer that knows no words has to find good ` +
    "tokens by counting alone.",
  Bytes: (m) => {
    const ids = [...new Set(m.states[0].chunks[0])].slice(0, 3);
    const named = enumerated(ids.map((id) => `${m.name(id)} is ${id}`));
    return `It begins with bytes, and a byte's number is its id: ${named}. With all 256 bytes as ` +
      "tokens, any text can be written.";
  },
  Pairs: (m) =>
    m.merges.length
      ? `A pair counts once for each time that its word comes. ${pairOf(m, m.merges[0])} comes ${
        sumOfBest(m, 0)
      } times.`
      : nothingLeft(m),
  "Merge 1": saying(0),
  "Merge 2": saying(1),
  "Merge 3": saying(2),
  "Merge 4": saying(3),
  "New word": replayInWords,
  "Your turn": (m) =>
    `Now ${m.new_word} is ${cut(m, m.ids)}: ${count(m.ids.length, "token")}.${stopped(m)} ` +
    `Type, and press Enter. Try: ${m.new_word === "café" ? "" : "café as the new word · "}a ` +
    "count dragged up, until the merges change · words of your own.",
};

/**
 * The text after k merges.
 * @param {Facts} m
 * @param {number} k
 */
const tokensAfter = (m, k) =>
  m.states[k].chunks.map((ids, w) => `${m.counts[w]} times ${cut(m, ids)}`).join("; ");

/**
 * @param {Facts} m
 * @param {number} k
 */
const pairsAfter = (m, k) =>
  m.states[k].pairs.map((pair) => `${pairOf(m, pair)} ${pair.count}`).join(", ") || "none";

/**
 * @param {Facts} m
 * @param {number} k
 */
const vocabularyAfter = (m, k) =>
  ["256 bytes", ...m.merges.slice(0, k).map(({ id }) => m.name(id))].join(", ");

/** @param {number} n @returns {(m: Facts, k: number) => string} */
const picturing = (n) => (m, k) => {
  const done = Math.min(n + k, m.merges.length);
  const framed = k === 0 && n < m.merges.length ? "; the first is framed" : "";
  const pairs = ` Pairs: ${pairsAfter(m, done)}${framed}.`;
  return `Merge ${n + 1}. The text: ${tokensAfter(m, done)}.${pairs} Vocabulary: ${
    vocabularyAfter(m, done)
  }.`;
};

/** @type {Words} */
export const altOf = {
  Text: (m) => `The words of a text: ${textInWords(m)}.`,
  Bytes: (m) => `The text cut into bytes, each with its id: ${tokensAfter(m, 0)}.`,
  Pairs: (m) => `The text: ${tokensAfter(m, 0)}. Pairs, with bars: ${pairsAfter(m, 0)}.`,
  "Merge 1": picturing(0),
  "Merge 2": picturing(1),
  "Merge 3": picturing(2),
  "Merge 4": picturing(3),
  "New word": (m, k) =>
    `${m.new_word} after ${replayedAt(m, k)} of ${count(m.merges.length, "merge")}, step ${k}: ${
      cut(m, m.replay[replayedAt(m, k)].map(({ id }) => id))
    }. Trees show what was merged.`,
  "Your turn": (m) =>
    `The text: ${tokensAfter(m, m.merges.length)}. Merges: ${
      m.merges.map((merge) => pairOf(m, merge)).join(", ") || "none"
    }. ${m.new_word}: ${cut(m, m.ids)}.`,
};
