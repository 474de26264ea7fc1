// What the rank dial shows, in words.

import { enumerated, percent, quote } from "../shared/words.js";

/** @import { Score } from "./dial_curve.js" */

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

/** @param {DialShown} shown */
export function dialWords({ learned, parameters, strength, now, base, ...measured }) {
  const share = percent(learned / parameters);
  const wrote = now.ended
    ? `it answers ${quote(brief(now.text))} and stops`
    : `it writes ${quote(brief(now.text))} and does not stop`;
  const than = now.text === base.text
    ? "just as the base does"
    : base.ended
    ? "the base writes something else"
    : `the base goes on: ${quote(brief(base.text))}`;
  return `${share} of the model's numbers are learned. At strength ${strength}, ${wrote}; ${than}. ` +
    curveWords(measured);
}

/**
 * What the curve says, once all of it is measured.
 * @param {{ scores: Score[], points: number, asked: number }} measured
 */
function curveWords({ scores, points, asked }) {
  if (scores.length < points) return "";
  const best = Math.max(...scores.map(([, right]) => right));
  const atNothing = scores[0][1];
  if (best === atNothing) {
    return `Of ${asked} prompts it gets ${best} right at most, no more than the base.`;
  }
  const top = scores.filter(([, right]) => right === best).map(([x]) => x);
  const half = scores.find(([, right]) => right >= best / 2)[0];
  const [, end] = scores.at(-1);
  const where = `at ${enumerated(top.map(String))}`;
  return `Of ${asked} prompts the base gets ${atNothing} right; from strength ${half} on it is ` +
    `half of the most, which is ${best}, ${where}; at 2 it is ${end}.`;
}

/** @param {string} text */
const brief = (text) => {
  const flat = text.replace(/\s+/g, " ").trim();
  return flat.length <= 44 ? flat : `${flat.slice(0, 42).replace(/\s\S*$/, "")} …`;
};
