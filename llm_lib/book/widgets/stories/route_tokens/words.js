// What is said at each step, and each picture in words.

import { written } from "../../moving/ruler.js";
import { enumerated, quote, roughly } from "../../shared/words.js";

/** @import { Facts, Routed } from "./facts.js" */

/** @param {number} x */
const two = (x) => written(x, 2);

/** @param {number} n */
const whole = (n) => n.toLocaleString("en");

/** @param {number[]} values */
const list = (values) => values.map(two).join(", ");

/** @param {number[]} experts */
const numbers = (experts) => enumerated(experts.map((e) => String(e + 1)));

/** @param {Routed} m */
const parts = ({ chosen, weights }) =>
  enumerated(chosen.map((e) => `expert ${e + 1} with ${two(weights[e])}`));

/** @param {Facts} m @param {number} at */
const extremes = (m, at) => {
  const shares = m.alone[at];
  const [most, least] = [Math.max(...shares), Math.min(...shares)];
  const name = (/** @type {number} */ share) => `expert ${shares.indexOf(share) + 1}`;
  return `${name(most)} reads ${roughly(most)} of the words, ${name(least)} only ${roughly(least)}`;
};

/** @type {Record<string, (m: Facts, k: number) => string>} */
export const sayOf = {
  "Word": (m) =>
    `Inside a block, ${quote(m.one.text)} is a vector. GPT-2 has one feed-forward network, which ` +
    "reads every word. This tiny model has four: experts.",
  "Router": (m, k) =>
    k
      ? `Softmax makes probabilities of the scores. Expert ${m.one.chosen[0] + 1} has ${
        two(m.one.p[m.one.chosen[0]])
      }.`
      : "A router gives each expert a score: the dot product of the vector with the expert’s own " +
        "row of weights, learned like all others.",
  "Top two": (m) =>
    `Only the best two read it: experts ${numbers(m.one.chosen)}. Divided by their sum, ${
      two(m.one.kept)
    }, their probabilities become weights. The other two compute nothing.`,
  "Sum": (m, k) =>
    k
      ? `Times their weights, ${
        m.one.chosen.map((e) => two(m.one.weights[e])).join(" and ")
      }, and added: that goes on, as one network’s output would.`
      : "Each of the two reads the whole vector and says something of its own.",
  "Sentence": (m) => {
    const [one, other] = [m.each[2], m.each[m.each.length - 2]];
    const alike = numbers(one.chosen) === numbers(other.chosen);
    return `Every word chooses for itself. ${quote(one.text)} goes to experts ${
      numbers(one.chosen)
    }${alike ? `, and so does ${quote(other.text)}` : ""}. Nobody said which expert is for what.`;
  },
  "Left alone": (m, k) =>
    [
      "How did training get there? At first the shares are chance. Two of four experts read each " +
      "word, so an even share is 50 %.",
      `Left alone, it tips over: after ${m.steps[1]} steps, ${extremes(m, 1)}. Who is chosen ` +
      "learns, and is chosen more.",
      `After ${m.steps[2]} steps, still ${extremes(m, 2)}. In each of ${m.shares.none.length} ` +
      `runs, one expert had over ${roughly(Math.floor(100 * m.leading) / 100)} at step ${
        m.steps[1]
      }.`,
    ][k],
  "Balance": (m) =>
    "A second loss, least where all are used alike, is added in training. The same start and the " +
    `same text: now the shares lie between ${roughly(Math.min(...m.balanced))} and ${
      roughly(Math.max(...m.balanced))
    }.`,
  "Cost": (m) =>
    `Memory holds all ${
      whole(m.router.length * m.weightsOfOne)
    } weights of the experts. A word is ` +
    `multiplied by ${
      whole(2 * m.weightsOfOne)
    } of them. That is the trade: four experts to learn ` +
    "with, two to compute with.",
  "Your turn": (m) =>
    `Take another word, or more experts for it. ${quote(m.yours.text)} is read by ${
      parts(m.yours)
    }.`,
};

/** @param {Facts} m @param {number[]} shares */
const said = (m, shares) =>
  m.router.map((_, e) => `expert ${e + 1} ${roughly(shares[e])}`).join(", ");

/** @param {Routed} m */
const tableWords = (m) =>
  m.scores.map((score, e) =>
    `expert ${e + 1}: score ${two(score)}, probability ${two(m.p[e])}` +
    (m.chosen.includes(e) ? `, weight ${two(m.weights[e])}` : "")
  ).join("; ");

/** @type {Record<string, (m: Facts, k: number) => string>} */
export const altOf = {
  "Word": (m) => `The sentence ${m.words.join(" ")}; ${m.one.text} is the vector ${list(m.one.x)}.`,
  "Router": (m, k) =>
    k
      ? `Scores ${list(m.one.scores)} and, as bars, probabilities ${list(m.one.p)}.`
      : `Four experts with the scores ${list(m.one.scores)}.`,
  "Top two": (m) => `${tableWords(m.one)}.`,
  "Sum": (m, k) =>
    `${m.one.chosen.map((e) => `Expert ${e + 1} says ${list(m.one.said[e])}.`).join(" ")} ${
      k ? `The weighted sum is ${list(m.one.sum)}.` : ""
    }`,
  "Sentence": (m) =>
    `A table of words and experts. ${
      m.each.map(({ text, chosen }) => `${text}: ${numbers(chosen)}`).join("; ")
    }. Words read: ${m.read.join(", ")}.`,
  "Left alone": (m, k) => `Bars at step ${m.steps[k]}: ${said(m, m.alone[k])}.`,
  "Balance": (m) =>
    `Bars at step ${m.steps[2]}, left alone: ${said(m, m.alone[2])}; with the loss: ${
      said(m, m.balanced)
    }.`,
  "Cost": (m) =>
    `Four boxes of ${m.weightsOfOne} weights each in memory; two of them are computed with.`,
  "Your turn": (m) => `${m.yours.text}. ${tableWords(m.yours)}. The sum: ${list(m.yours.sum)}.`,
};
