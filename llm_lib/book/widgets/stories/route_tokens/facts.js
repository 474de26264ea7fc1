// What a router makes of a word, and what the chosen experts come to together.

import { lastOf } from "../../../engine/present.js";

/** @import { Choice } from "../../moving/types.js" */

/** @typedef {Record<string, number[]>} Shares by the number of steps, one for each expert */
/**
 * @typedef {object} Settings
 * @property {string[]} words
 * @property {number[][]} vectors
 * @property {number[][]} router
 * @property {number[][][]} outputs
 * @property {{ none: Shares[], loss: Shares[] }} shares
 * @property {number} seed
 * @property {number} n_hidden
 * @property {number} word
 * @property {number} k
 */
/** @typedef {ReturnType<typeof routed>} Routed */
/** @typedef {ReturnType<typeof factsOf>} Facts */

/**
 * A word through the router and the best k experts.
 * @param {Settings} settings
 * @param {number} word
 * @param {number} k
 */
export function routed({ words, vectors, router, outputs }, word, k) {
  const x = vectors[word];
  const scores = router.map((row) => row.reduce((sum, w, i) => sum + w * x[i], 0));
  const exps = scores.map(Math.exp);
  const all = exps.reduce((a, b) => a + b, 0);
  const p = exps.map((e) => e / all);
  const chosen = p.map((_, e) => e).sort((a, b) => p[b] - p[a]).slice(0, k);
  const kept = chosen.reduce((sum, e) => sum + p[e], 0);
  const weights = p.map((share, e) => (chosen.includes(e) ? share / kept : 0));
  const said = outputs[word];
  const sum = x.map((_, i) => chosen.reduce((total, e) => total + weights[e] * said[e][i], 0));
  const numbers = chosen.map((e) => e + 1);
  return { word, numbers, text: words[word], x, scores, p, chosen, kept, weights, said, sum, k };
}

/** @param {Settings} settings */
export function factsOf(settings) {
  const { words, shares, seed, n_hidden, vectors } = settings;
  const each = words.map((_, i) => routed(settings, i, 2));
  const steps = Object.keys(shares.none[seed]).map(Number).sort((a, b) => a - b);
  const [first, early, last] = [steps[0], steps[1], lastOf(steps)];
  const at = (/** @type {"none" | "loss"} */ way, /** @type {number} */ step) =>
    shares[way][seed][String(step)];
  return {
    ...settings,
    place: words.length - 3,
    each,
    one: each[words.length - 3],
    read: settings.router.map((_, e) => each.filter(({ chosen }) => chosen.includes(e)).length),
    steps: [first, early, last],
    alone: [first, early, last].map((step) => at("none", step)),
    balanced: at("loss", last),
    leading: Math.min(...shares.none.map((run) => Math.max(...run[String(early)]))),
    weightsOfOne: 2 * vectors[0].length * n_hidden,
    yours: routed(settings, settings.word, settings.k),
  };
}

/**
 * @param {Facts} m
 * @returns {Choice[]}
 */
export const choicesOf = (m) => [
  {
    name: "Word",
    options: m.words.map((word, i) => [String(i), word]),
    value: String(m.word),
    pick: (i) => ({ word: Number(i) }),
  },
  {
    name: "Experts for it",
    options: m.router.map((_, i) => [String(i + 1), String(i + 1)]),
    value: String(m.k),
    pick: (k) => ({ k: Number(k) }),
  },
];
