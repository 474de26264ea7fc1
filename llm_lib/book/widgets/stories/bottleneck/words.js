// What is said in each scene, and each picture in words.

import { decimals, quote } from "../../shared/words.js";
import { sourceOf, stepIn } from "./facts.js";

/** @import { Facts, Run } from "./facts.js" */
/** @typedef {Record<string, (m: Facts, k: number) => string>} Words */

/** @param {number} x */
const whole = (x) => `${Math.round(100 * x)}\u00a0%`;

/** @param {Facts} m */
const numbers = (m) => m.plain.forth[0].length;

/** @param {Facts} m @param {Run} run */
const scoreOf = (m, run) => `${run.score} of ${m.n}`;

/**
 * The place with the largest weight for word t.
 * @param {Facts} m
 * @param {number} t
 */
const favourite = (m, t) => m.look.weights[t].indexOf(Math.max(...m.look.weights[t]));

/** @param {Run} run @param {number} t */
const verdict = (run, t) => `${quote(run.words[t])}, ${run.right[t] ? "right" : "wrong"}`;

/** @type {Words} */
export const sayOf = {
  Text: (m) =>
    `Translate ${m.n} English words into Lumi, a toy language that says them in reverse order. ` +
    "A network has to read all of them before it can write the first.",
  Read: (m, k) => {
    const s = stepIn(m, k);
    if (!s) {
      return `A recurrent network reads word by word into its state, ${
        numbers(m)
      } numbers. After ` +
        `${quote(m.words[0])} they are these.`;
    }
    const last = s === m.n - 1 ? " These numbers are now all it knows of the sentence." : "";
    return `${quote(m.words[s])} rewrites the same ${numbers(m)} numbers.${last}`;
  },
  Fade: (m) =>
    `Had the first word been another one, how far would each state move? ${
      quote(m.words[0])
    } counts ${whole(1)} at first. After ${m.n} words, ${whole(m.fade[m.n - 1])} is left.`,
  "Hand over": () =>
    "A second network writes the translation. All it knows of the sentence is this one vector: " +
    "the bottleneck.",
  Write: (m, k) => {
    const t = stepIn(m, k);
    const end = t === m.n - 1 ? ` In all, ${scoreOf(m, m.plain)} words are right.` : "";
    return `For ${quote(m.words[sourceOf(m, t)])} it writes ${verdict(m.plain, t)}.${end}`;
  },
  "Keep all": () =>
    "Now another network. It reads forwards and backwards, keeps a state for every word, and the " +
    "writer may look back at all of them.",
  "Look back": (m, k) => {
    const t = stepIn(m, k);
    const at = favourite(m, t);
    return `For word ${t + 1}, the largest weight, ${
      decimals(m.look.weights[t][at])
    }, goes to the state of ${quote(m.words[at])}. The network writes ${verdict(m.look, t)}.`;
  },
  Weights: (m) =>
    "All weights. They run from the end of the sentence to its start: nobody told the network " +
    `that Lumi is reversed. ${scoreOf(m, m.look)} words are right.`,
  "Your turn": (m) =>
    `Type other words, or choose how many. With one vector, ${
      scoreOf(m, m.plain)
    } are right; with a look back, ${scoreOf(m, m.look)}.`,
};

/** @param {number[]} state */
const listed = (state) => state.map((x) => x.toFixed(1)).join(", ");

/** @param {Facts} m */
const gridInWords = (m) =>
  m.look.words.map((word, t) => `${word} looks at ${m.words[favourite(m, t)]}`).join(", ");

/** @param {Run} run @param {number} upTo */
const writtenInWords = (run, upTo) =>
  run.words.slice(0, upTo).map((word, t) => `${word} ${run.right[t] ? "✓" : "✗"}`).join(", ");

/** @type {Words} */
export const altOf = {
  Text: (m) => `English: ${m.words.join(" ")}. Lumi: ${m.n} empty boxes.`,
  Read: (m, k) =>
    `An arrow from word ${k + 1}, ${m.words[stepIn(m, k)]}, to the state: ${
      listed(m.plain.forth[stepIn(m, k)])
    }.`,
  Fade: (m) =>
    `A bar for each word, how much of ${m.words[0]} is left after it: ${
      m.fade.map(whole).join(", ")
    }.`,
  "Hand over": (m) =>
    `The last state, ${listed(m.plain.forth[m.n - 1])}, leads to ${m.n} empty boxes.`,
  Write: (m, k) =>
    `${k + 1}: Written from the state: ${writtenInWords(m.plain, stepIn(m, k) + 1)}.`,
  "Keep all": (m) => `Below each of the ${m.n} words stands a state; all are kept.`,
  "Look back": (m, k) => {
    const t = stepIn(m, k);
    const seen = m.look.weights[t]
      .map((w, s) => (w >= 0.05 ? `${m.words[s]} ${decimals(w)}` : ""))
      .filter(Boolean);
    return `${k + 1}: Weights: ${seen.join(", ")}. Written: ${writtenInWords(m.look, t + 1)}.`;
  },
  Weights: (m) => `A grid of ${m.n} by ${m.n} weights: ${gridInWords(m)}.`,
  "Your turn": (m) =>
    `One vector: ${writtenInWords(m.plain, m.n)}. Looking back: ${writtenInWords(m.look, m.n)}; ${
      gridInWords(m)
    }.`,
};
