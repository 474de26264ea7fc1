// What is to be seen in a look back, in words.

import { byProbability } from "../../engine/sampling.js";
import { headName } from "../shared/heads.js";
import { spoken } from "../shared/tokens.js";
import { decimals } from "../shared/words.js";

/** @import { Shown } from "./list.js" */

/**
 * How the chosen token's weight comes from its score, beside that of another.
 * @param {Shown} shown
 */
export function lookWords({ labels, look, query, key, layer, head }) {
  const name = `Head ${headName(layer, head)}`;
  const { scores, weights } = look;
  if (query === 0) return `${name}: ${spoken(labels[0])} can see only itself, so its weight is 1.`;
  const [first, second] = byProbability(weights);
  const other = key === first ? second : first;
  const isTwice = spoken(labels[key]) === spoken(labels[other]);
  const who = (/** @type {number} */ t) => {
    if (t === query) return "itself";
    return isTwice ? `${spoken(labels[t])} (token ${t})` : spoken(labels[t]);
  };
  const [high, low] = scores[key] > scores[other] ? [key, other] : [other, key];
  const gap = scores[high] - scores[low];
  return `${name}: ${spoken(labels[query])} gives ${who(key)} ${weights[key].toFixed(2)} of its ` +
    `weight, and ${who(other)} ${weights[other].toFixed(2)}. The score of ${who(high)} is ` +
    `${decimals(gap)} higher, and e to the power of ${decimals(gap)} is ${
      rounded(Math.exp(gap))
    }: ` +
    "its weight is that many times as large.";
}

/** @param {number} x */
const rounded = (x) => x.toFixed(x < 100 ? 1 : 0);
