// The numbers of AttentionByHand as text, and what is to be seen in them.

import { decimals, superscript } from "../shared/words.js";

/** @import { Point, Steps } from "../../engine/hand_attention.js" */
/** @import { ByHandState } from "./examples.js" */

/**
 * “(1.00, −2.00)”.
 * @param {Point} point
 */
const pairText = ([x, y]) => `(${decimals(x)}, ${decimals(y)})`;

/**
 * e to a score: 4.11, or 8.9·10⁶ where that is shorter.
 * @param {number} e
 */
export function exponentText(e) {
  if (e === 0 || (e >= 0.01 && e < 1000)) return e.toFixed(2);
  const power = Math.floor(Math.log10(e));
  return `${(e / 10 ** power).toFixed(1)}·10${superscript(power)}`;
}

/**
 * A weight: never a bare 1 or 0 for what is only close to it.
 * @param {number} w
 */
export const weightText = (w) =>
  w > 0.995 && w < 1 - 1e-12 ? ">0.99" : w > 0 && w < 0.005 ? "<0.01" : w.toFixed(2);

/**
 * What is to be seen, in words.
 * @param {ByHandState} state
 * @param {Steps} steps
 */
export function inWordsByHand(
  { tokens, v, focus, causal },
  { T, scores, hidden, weights, output },
) {
  const t = focus;
  const row = weights[t];
  const seen = Array.from({ length: T }, (_, s) => s).filter((s) => !hidden(t, s));
  const best = seen.reduce((a, b) => (row[b] > row[a] ? b : a));
  const name = (/** @type {number} */ s) => `“${tokens[s]}”`;
  const ending = `Its output is ${pairText(output[t])}`;
  const all = Array.from({ length: T }, (_, s) => s);
  const anywhere = all.reduce((a, b) => (scores[t][b] > scores[t][a] + 1e-9 ? b : a));
  const missed = causal && hidden(t, anywhere)
    ? ` The best match, ${name(anywhere)}, lies in the future: the mask hides it.`
    : "";
  if (seen.length === 1) {
    return `${name(t)} sees only itself, so all weight falls on it, whatever its query. ` +
      `${ending}, its own value.${missed}`;
  }
  const spread = Math.max(...seen.map((s) => scores[t][s])) -
    Math.min(...seen.map((s) => scores[t][s]));
  if (spread < 1e-9) {
    return `All scores of ${name(t)} are equal, so all ${seen.length} weights are ` +
      `${row[best].toFixed(2)}: attention is a plain average. ${ending}, the mean of the ` +
      `values it sees.${missed}`;
  }
  const slope = row[best] * (1 - row[best]);
  if (row[best] > 0.99) {
    return `Saturated: ${name(best)} gets nearly all of the weight of ${name(t)}, and ` +
      `${ending.replace("Its", "the")}, almost its value ${pairText(v[best])}. The slope w ` +
      `· (1 − w) is ${slope < 0.0001 ? "below 0.0001" : slope.toFixed(4)}: small changes ` +
      `of the scores hardly change anything any more.${missed}`;
  }
  const ahead = !causal && best > t
    ? " It lies in the future: without a mask, nothing forbids that."
    : "";
  return `${name(t)} gives most weight, ${row[best].toFixed(2)}, to ${name(best)}, whose ` +
    `score of ${decimals(scores[t][best])} is the largest it sees. ${ending}: the values, ` +
    `mixed by these weights.${ahead}${missed}`;
}
