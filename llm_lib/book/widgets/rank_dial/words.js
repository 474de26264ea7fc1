// What the rank dial shows, in words.

import { lastOf } from "../../engine/present.js";
import { enumerated, percent, quote } from "../shared/words.js";

/** @import { Known } from "./adapters.js" */
/** @import { Score } from "./curve.js" */

/**
 * @typedef {object} DialShown
 * @property {number} learned
 * @property {number} parameters of the whole model
 * @property {number} strength
 * @property {Score[]} scores
 * @property {number} points how many there will be
 * @property {number} asked
 * @property {{ text: string, ended: boolean }} now what the changed model wrote
 * @property {{ text: string, ended: boolean }} base
 */

/**
 * How much an adapter has learned, and how much of that counts.
 * @param {Known} adapter
 * @param {number} strength
 * @param {number} parameters of the whole model
 */
export function factsWords({ r, bytes, learned, scales }, strength, parameters) {
  const scale = Object.values(scales)[0];
  return `${learned.toLocaleString("en")} numbers learned, ${percent(learned / parameters)} ` +
    `of the model; a file of ${
      Math.round(bytes / 1000)
    }\u00a0kB. B\u00a0A counts strength × α / r = ` +
    `${tidy(strength)} × ${tidy(scale * r)} / ${r} = ${tidy(strength * scale)} times.`;
}

/** @param {number} x */
const tidy = (x) => String(Number(x.toFixed(2)));

/** @param {DialShown} shown */
export function dialWords({ learned, parameters, strength, now, base, ...measured }) {
  const share = percent(learned / parameters);
  const size = `${learned.toLocaleString("en")} learned numbers (${share} of the model's size)`;
  const wrote = now.ended
    ? `this model answers ${quote(brief(now.text))} and stops`
    : `this model writes ${quote(brief(now.text))} and does not stop`;
  const than = now.text === base.text
    ? "just as the base does"
    : `the base continues with ${quote(brief(base.text))}`;
  return `With ${size} at strength ${strength}, ${wrote}; ${than}. ${curveWords(measured)}`.trim();
}

/**
 * What the curve says, once all of it is measured.
 * @param {{ scores: Score[], points: number, asked: number }} measured
 */
function curveWords({ scores, points, asked }) {
  if (scores.length < points) return "";
  const best = Math.max(...scores.map(([, right]) => right));
  const [[, base]] = scores;
  if (best === base) return `No strength gets more of the ${asked} prompts right than the base.`;
  const at = scores.flatMap(([, right], i) => right === best ? [i] : []);
  const [first, last] = [at[0], at[at.length - 1]];
  const where = at.length > 1 && last - first === at.length - 1
    ? `from ${scores[first][0]} to ${scores[last][0]}`
    : `at ${enumerated(at.map((i) => String(scores[i][0])))}`;
  const [, twice] = lastOf(scores);
  const end = twice < best ? ` At strength 2, it is too much: only ${twice} right.` : "";
  return `Of ${asked} prompts the base gets ${base} right; with the change, ${best} at most, ` +
    `${where}.${end}`;
}

/** @param {string} text */
const brief = (text) => {
  const flat = text.replace(/\s+/g, " ").trim();
  return flat.length <= 44 ? flat : `${flat.slice(0, 42).replace(/\s\S*$/, "")} …`;
};
