// What is said at each step, and each picture in words.

import { capital, decimals, percent, quote } from "../../shared/words.js";
import { FOUR, SEEN_HERE } from "./facts.js";

/** @import { Facts } from "./facts.js" */
/** @typedef {Record<string, (m: Facts, k: number) => string>} Words */

/** @param {Facts} m */
const followed = (m) => quote(m.words[m.place]);

/** @param {Facts} m */
const channels = (m) => m.queries.length * m.queries[0].length;

/**
 * "“a” (1.00)", or what it looks at most, with its weight.
 * @param {Facts} m
 * @param {number} h
 */
const target = (m, h) => `${quote(m.words[m.most[h]])} (${decimals(m.weights[h][m.most[h]])})`;

/**
 * "drum 97 %, kite 1 %".
 * @param {Facts} m
 * @param {number} h
 * @param {number} f
 */
const says = (m, h, f) =>
  m.answers.map((word, i) => `${word} ${percent(m.probs[h][f][i])}`)
    .join(", ");

/** @type {Words} */
export const sayOf = {
  Text: (m) =>
    `What follows the last ${quote(m.words[m.last])}? Sprout says ${m.answers[0]}, with ${
      percent(m.probs[0][m.normal][0])
    }. On the way, in layer ${m.layer}, the framed ${
      followed(m)
    } looks back. Can it look at two places at once?`,
  Split: (m, k) =>
    k
      ? `They are cut into four slices of ${m.queries[0].length}. Each slice is the query of one ` +
        "head. Keys and values are cut in the same way."
      : `Its query has ${
        channels(m)
      } numbers: the stronger a cell, the larger the number; dashed if ` +
        "negative.",
  Look: (m, h) =>
    `${capital(m.title(h))} asks with its own slice, and gets its own row of weights: here it ` +
    `looks most at ${target(m, h)}.`,
  "Side by side": (m) =>
    `Each head mixes its slice of the values by its weights: ${
      m.outputs[0].length
    } numbers per head. Side by side, they are ${channels(m)} again.`,
  Mixed: (m) =>
    `W_O has ${m.outputs[0].length} rows for each head, and makes ${
      m.parts[0].length
    } numbers from its slice (the first ones of each are drawn). The four vectors are added up.`,
  Without: (m) =>
    `Now multiply ${m.title(m.off)} by 0, at all tokens. Its vector is missing from the sum, and ` +
    `the model says: ${says(m, m.off, 0)}. Before: ${says(m, m.off, m.normal)}.`,
  "Your turn": (m) =>
    `Choose a head and a factor. ${capital(m.title(m.head))} times ${m.factors[m.factor]}: ${
      says(m, m.head, m.factor)
    }. Is half of it half of the way?`,
};

/**
 * @param {Facts} m
 * @param {number} h
 */
function lookInWords(m, h) {
  const seen = m.weights[h]
    .map((w, i) => (w >= SEEN_HERE ? `${m.words[i]} ${decimals(w)}` : ""))
    .filter(Boolean);
  return `${m.title(h)}: ${seen.join(", ")}`;
}

/** @param {Facts} m */
const allLooks = (m) => FOUR.map((h) => `${m.title(h)} looks most at ${target(m, h)}`).join("; ");

/** @type {Words} */
export const altOf = {
  Text: (m) =>
    `The prompt as ${m.words.length} tokens: ${m.words.join(" ")}. Framed: ${followed(m)}, number ${
      m.place + 1
    }.`,
  Split: (m, k) =>
    k
      ? `Four strips of ${m.queries[0].length} cells, ${m.title(0)} to ${m.title(3)}.`
      : `One strip of ${channels(m)} cells.`,
  Look: (m, h) => `The prompt's tokens; ${followed(m)} looks at them. ${lookInWords(m, h)}.`,
  "Side by side": (m) => `Four strips, each the output of a head. ${allLooks(m)}.`,
  Mixed: () => "Four strips, multiplied by W_O: four vectors, and below them their sum.",
  Without: (m) =>
    `The strip of ${m.title(m.off)} is empty, and the sum differs. Answers: ${says(m, m.off, 0)}.`,
  "Your turn": (m) =>
    `Bars for ${m.answers[0]} with ${m.title(m.head)} times ${
      m.factors.map((f, i) => `${f}: ${percent(m.probs[m.head][i][0])}`).join(", ")
    }. Chosen: ${says(m, m.head, m.factor)}.`,
};
