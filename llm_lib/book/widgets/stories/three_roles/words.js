// What is said at each step, and each picture in words.

import { inText } from "../../moving/ruler.js";
import { enumerated } from "../../shared/words.js";
import { ANIMALS, FOUR, THINGS } from "../attention_row/facts.js";
import { QUESTION, RECORD, TOKENS, xs } from "./facts.js";

/** @import { Facts, Look } from "./facts.js" */
/** @typedef {Record<string, (m: Facts, k: number) => string>} Words */

/** @param {number} x */
const two = (x) => x.toFixed(2);

/** @param {Look} look */
const faultsOf = ({ findsItself, isMutual, holdsAnimals }) =>
  [findsItself, isMutual, holdsAnimals].flatMap((is, i) => (is ? [String(i + 1)] : []));

/** @param {Look} look */
function verdict(look) {
  const left = faultsOf(look);
  if (!left.length) return "no fault is left";
  return left.length === 1 ? `fault ${left[0]} is back` : `faults ${enumerated(left)} are back`;
}

/** @type {Words} */
export const sayOf = {
  Vectors: () =>
    "Each token has one vector, x. Let it play all three parts: it asks, it is found, and it is " +
    "handed over.",
  Scores: ({ before: { scores, w } }, k) =>
    k
      ? `Softmax turns the scores into weights: ${two(w[RECORD])} for the record, ${
        two(w[QUESTION])
      } for the question itself.`
      : "The question's x meets each token's x. What both have is framed; multiplied and added " +
        `up, it is the score: ${enumerated(scores[QUESTION].map((n) => inText(n)))}.`,
  Output: ({ before: { output } }) =>
    `The same vectors are mixed by the weights. Among the things, drum leads with ${
      two(output[4])
    }. But look closer: there are three faults.`,
  "Fault 1": ({ before: { w } }) =>
    `Fault 1: the question finds itself as well as the record, ${
      two(w[QUESTION])
    } each. That weight brings no thing.`,
  "Fault 2": ({ before: { there, back } }) =>
    `Fault 2: agreement is mutual. The question scores the record ${there}; with no mask, the ` +
    `record scores the question ${back}, too, though it needs nothing from there.`,
  "Fault 3": ({ before: { output } }) =>
    `Fault 3: the output holds animals, too, above all bear with ${
      two(output[1])
    }. We wanted the ` +
    "thing.",
  "q, k, v": (_, k) =>
    [
      "So let three matrices cut three vectors out of x. The query is what a token looks for: " +
      "its animal, and “ask”, which means: do you have a thing?",
      "The key is how it is found: by its animal, and by “has”, which is 1 if it has a " +
      "thing. The question has none: 0.",
      "The value is what it gives: its thing, and nothing else.",
    ][k],
  Again: ({ after: { dots, w, there, back } }, k) =>
    k
      ? `The record gets ${two(w[RECORD])}, the question itself ${two(w[QUESTION])}: the 5s make ` +
        `the choice clear. Nor is it mutual now: ${there} one way, ${back} the other.`
      : `The query meets the keys. The record agrees twice, by “bear” and by “has”: ${
        dots[RECORD]
      }\u00a0÷\u00a0√4\u00a0=\u00a0${there}. The others agree once.`,
  Result: ({ after: { output } }) =>
    `Only things are mixed: drum ${two(output[1])}, and no animal. All three faults are gone.`,
  "Your turn": ({ yours }) =>
    `Choose for each role: x itself, or what its matrix cuts out. Now the record gets ${
      two(yours.w[RECORD])
    }, the question itself ${two(yours.w[QUESTION])}: ${verdict(yours)}.`,
};

/** @param {number[]} numbers */
const listed = (numbers) => numbers.map((n) => inText(n)).join(", ");

/** @param {number[][]} rows */
const perToken = (rows) => FOUR.map((s) => `${TOKENS[s]} (${listed(rows[s])})`).join("; ");

/** @param {Look} look */
const meetingOf = ({ query, key, scores }) =>
  `The question asks with (${listed(query.rows[QUESTION])}). The tokens are found by ${
    perToken(key.rows)
  }. Scores ${listed(scores[QUESTION])}.`;

/** @param {Look} look */
const weightsOf = ({ w }) => `Weights ${w.map(two).join(", ")}.`;

/** @param {Look} look */
const outputOf = ({ output }) => {
  const names = output.length > THINGS.length ? [...ANIMALS, ...THINGS] : THINGS;
  return `Output: ${names.map((name, c) => `${name} ${two(output[c])}`).join(", ")}.`;
};

/** @param {Look} look */
const all = (look) => `${meetingOf(look)} ${weightsOf(look)} ${outputOf(look)}`;

/** @type {Words} */
export const altOf = {
  Vectors: () => `Four vectors: ${perToken(xs.rows)}.`,
  Scores: ({ before }, k) => k ? `${meetingOf(before)} ${weightsOf(before)}` : meetingOf(before),
  Output: ({ before }) => all(before),
  "Fault 1": ({ before }) =>
    `The weights of the record and the question are framed. ${all(before)}`,
  "Fault 2": ({ before: { scores } }) =>
    `A table of scores, a row for each token that asks: ${
      perToken(scores)
    }. Framed: question and record, both ways.`,
  "Fault 3": ({ before }) => `The animals in the output are framed. ${all(before)}`,
  "q, k, v": ({ after: { query, key, value } }, k) =>
    [query, key, value].slice(0, k + 1).map(({ role, rows }) =>
      `The ${role} of the question (${listed(rows[QUESTION])}), of the record (${
        listed(rows[RECORD])
      }).`
    ).join(" "),
  Again: ({ after }, k) => k ? `${meetingOf(after)} ${weightsOf(after)}` : meetingOf(after),
  Result: ({ before, after }) => `${all(after)} With x alone it was: ${outputOf(before)}`,
  "Your turn": ({ yours }) => `${all(yours)} ${verdict(yours)}.`,
};
