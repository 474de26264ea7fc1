// What is seen in CountryHead, in words.

import { percent } from "../shared/words.js";

/** @import { CountryRun } from "../country_head.js" */
/** @import { NextToken } from "../shared/recorded_run.js" */
/** @typedef {{ depth: number, position: number }} StreamCell */

const MUCH = 0.8; // of the way from one answer to the other
const LITTLE = 0.2;

/**
 * What a cell of the grid says.
 * @param {CountryRun} run
 * @param {StreamCell} cell
 */
export function cellWords(run, { depth, position }) {
  const [patch] = run.patches;
  const depths = patch.shares[0].length - 1;
  const token = position ? `“${patch.tokens[position].trim()}”` : "the start";
  const when = depth === 0
    ? "before block 0"
    : depth === depths
    ? "after the last block"
    : `before block ${depth}`;
  const share = patch.shares[position][depth];
  const [, theirs] = patch.answers;
  const place = `The stream at ${token}, ${when}, brings ${shareText(share)} of the way to ` +
    `“${theirs[1].trim()}”`;
  return `${place}${why(share, position, run.tokens.length - 1, depth)}`;
}

/**
 * @param {number} share
 * @param {number} position
 * @param {number} last
 * @param {number} depth
 */
function why(share, position, last, depth) {
  if (share >= MUCH && position < last) return ": so far, the country is still here.";
  if (share >= MUCH) return ": the country has crossed to the last word.";
  if (share > LITTLE) return ": a part of it is here.";
  if (position === last) return ": the last word doesn’t know the country yet.";
  return position === last - 1 && depth > 0
    ? ": nobody reads the country here any more."
    : ": both runs have the same here, or nearly.";
}

/** A share as text, without a bare minus zero. @param {number} share */
const shareText = (share) => (Math.abs(share) < 0.005 ? 0 : share).toFixed(2).replace("-", "−");

/**
 * What the head's loss costs.
 * @param {boolean} isOn
 * @param {NextToken[]} on the likeliest with the head
 * @param {NextToken[]} off the likeliest without it
 */
export function headWords(isOn, on, off) {
  const [id, token, p] = on[0];
  const without = off.find((row) => row[0] === id)?.[2] ?? 0;
  const word = `“${token.trim()}”`;
  if (isOn) return `With all heads on, ${word} gets ${percent(p)}.`;
  const first = off[0][0] === id ? "It is still the likeliest." : "It is no longer the likeliest.";
  const verb = without < p ? "falls" : "rises";
  return `Without the head, ${word} ${verb} from ${percent(p)} to ${percent(without)}. ${first}`;
}

/**
 * In how many facts the answer crosses in block 23, and in which it doesn't.
 * @param {Record<string, any>} counts of the study, by the kind of fact
 */
export function crossingWords(counts) {
  const [capitals, languages, opposites] = [
    "The capital of {} is",
    "The people of {} speak",
    "The opposite of {} is",
  ].map((kind) => counts[kind]);
  const crossed = (/** @type {any} */ { before, after }) =>
    before.filter((/** @type {number} */ x, /** @type {number} */ i) => x < 0.1 && after[i] > 0.9);
  const times = (/** @type {any} */ kind) => `${crossed(kind).length} of ${kind.of}`;
  const early = opposites.before.map((/** @type {number} */ x) => x.toFixed(2)).sort();
  return `The country crosses in block 23 in ${times(capitals)} pairs of capitals and ${
    times(languages)
  } of ` +
    "languages (“The people of … speak”). Opposites (“The opposite of … is”) are different: " +
    `a swap at “is” before that block already goes ${early[0]} to ${early.at(-1)} of the way.`;
}
