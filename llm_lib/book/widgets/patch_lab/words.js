// What a cell of PatchLab says, in sentences.

import { softmax } from "../../engine/functions.js";
import { indexOfLargest } from "../../engine/vectors.js";
import { spoken } from "../shared/tokens.js";
import { decimals, inBrackets, percent, roughly } from "../shared/words.js";

/** @import { Part } from "../../engine/patching.js" */
/** @import { Floats } from "../../engine/types.js" */
/** @import { PatchPair } from "./pair.js" */
/** @import { Which } from "./texts.js" */

/**
 * A cell of a map, and what it is part of.
 * @typedef {object} Told
 * @property {Part} part
 * @property {Which} source
 * @property {number} row
 * @property {number} column
 * @property {number} nLayer
 * @property {number | null} position of the heads' outputs, or null for all
 * @property {string[]} labels of the source's tokens
 * @property {number[]} differing positions
 */

/** @param {Which} which */
const other = (which) => which === "clean" ? "corrupted" : "clean";

/** @param {number} t @param {string[]} labels */
const place = (t, labels) => `at ${spoken(labels[t])} (position ${t})`;

/** @param {number} row @param {number} nLayer */
const where = (row, nLayer) =>
  row < nLayer ? `before block ${row}` : `after block ${nLayer - 1}, the last`;

/**
 * Which activation a cell stands for, as in “the stream before block 2 at “a” (position 20)”.
 * @param {Told} told
 */
export function nameCell({ part, row, column, nLayer, position, labels }) {
  if (part === "residual") return `the stream ${where(row, nLayer)} ${place(column, labels)}`;
  if (part === "feed_forward") return `feed-forward ${row} ${place(column, labels)}`;
  const at = position === null ? "at all positions" : place(position, labels);
  return `head ${row}.${column} ${at}`;
}

/**
 * What a cell says.
 * @param {Told} told
 * @param {PatchPair} pair
 * @param {Floats} logits
 * @param {boolean} isLens
 */
export function cellWords(told, pair, logits, isLens) {
  const { source } = told;
  const p = softmax(logits);
  const label = (/** @type {number} */ id) => pair.tokenizer.label(id);
  if (isLens) {
    const best = indexOfLargest(p);
    /** @type {[string, number][]} */
    const each = pair.answers.map((id) => [label(id), p[id]]);
    return lensWords(told, { token: label(best), p: p[best] }, each);
  }
  const [a, b] = pair.ordered(source);
  const before = softmax(pair.logits(other(source)))[a];
  const value = pair.share(source)(logits);
  return patchWords(told, value, { tokens: [label(a), label(b)], p: [before, p[a]] });
}

/**
 * What patching a cell does.
 * @param {Told} told
 * @param {number} value how far the answer moves, from 0 to 1
 * @param {object} answers
 * @param {[to: string, from: string]} answers.tokens
 * @param {[before: number, after: number]} answers.p of the first one
 */
export function patchWords(told, value, { tokens: [to, from], p: [before, after] }) {
  const { part, column, position, differing: [first], source, labels } = told;
  const cell = `Taken from the ${source} run: ${nameCell(told)}.`;
  const at = part === "heads" ? position : column;
  if (at !== null && at < first) {
    return `${cell} Up to there both texts are the same, and so are the two runs: nothing is ` +
      `carried. They differ from ${spoken(labels[first])} on (position ${first}).`;
  }
  const way = Math.abs(value) < 0.05
    ? `The answer stays ${spoken(from)}`
    : value < 0
    ? `The answer moves further away from ${spoken(to)}`
    : value > 0.95
    ? `The answer becomes ${spoken(to)}`
    : `The answer moves from ${spoken(from)} towards ${spoken(to)}`;
  return `${cell} ${way}: ${decimals(value)} of the way. ${spoken(to)} had ${percent(before)} in ` +
    `the ${other(source)} run, and has ${percent(after)} now.`;
}

/**
 * How the value of a cell comes about, from the scores of the three runs.
 * @param {number[]} scores of the clean run, the corrupted one and the patched one
 * @param {string[]} names of both answers
 * @param {boolean} isClean whether the activation is the clean run's
 */
export function sumWords([clean, corrupted, patched], names, isClean) {
  const [from, to] = isClean ? [corrupted, clean] : [clean, corrupted];
  const value = (patched - from) / (to - from);
  return `Logit of ${names[0]} minus that of ${names[1]}: clean ${decimals(clean)}, corrupted ` +
    `${decimals(corrupted)}, patched ${decimals(patched)}. Of the way: (${decimals(patched)} − ` +
    `${inBrackets(from)}) / (${decimals(to)} − ${inBrackets(from)}) = ${decimals(value)}.`;
}

/**
 * What the logit lens shows at a cell.
 * @param {Told} told
 * @param {{ token: string, p: number }} likeliest
 * @param {[string, number][]} answers each with its probability
 */
export function lensWords({ row, column, nLayer, source, labels }, likeliest, answers) {
  const each = answers.map(([token, p]) => `${spoken(token)} ${roughly(p)}`);
  return `Read in the ${source} run, ${where(row, nLayer)} ${place(column, labels)}: if the ` +
    `model ended here, it would say ${spoken(likeliest.token)} next (${roughly(likeliest.p)}). ` +
    `Of the answers, ${each.join(", ")}.`;
}
