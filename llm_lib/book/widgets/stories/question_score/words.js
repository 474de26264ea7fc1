// What is said at each step, and each picture in words.

import { written } from "../../moving/ruler.js";
import { quote } from "../../shared/words.js";

/** @import { Facts, Scored } from "./facts.js" */

/** @param {number} x */
const two = (x) => written(x, 2);

/** @param {Scored} m */
const winner = ({ item, best, values }) =>
  `${quote(item.choices[best])} wins with ${two(values[best])}`;

/** @param {Scored} m */
const verdict = ({ item, best }) =>
  best === item.answer
    ? "It is right."
    : `It is wrong: ${quote(item.choices[item.answer])} is right.`;

/** @type {Record<string, (m: Facts, k: number) => string>} */
export const sayOf = {
  "Question": () =>
    "A real model, SmolLM2, reads a question, up to the place where the answer stands. It gives " +
    "probabilities of tokens, and no answer.",
  "Answers": () => "So each of the four answers is put behind it in turn, cut into its tokens.",
  "Token by token": (m, k) => {
    const [p] = m.first.log_probs[m.first.answer];
    return [
      `How probable is each first token? The logarithm is what counts: ${two(p)} for ` +
      `${quote(m.first.tokens[m.first.answer][0].trim())}.`,
      "Then each second token, given the question and the first. After a good beginning it can " +
      "be very probable.",
      "And each third. A token that follows almost by itself costs almost nothing.",
    ][k];
  },
  "Sum": () =>
    "Probabilities multiply, so their logarithms add up: a sum for each answer. One question has " +
    "become four numbers.",
  "Largest": (m) =>
    `The largest sum counts as the model's answer: ${winner(m.by.acc)}. ${
      verdict(m.by.acc)
    } A short answer has fewer tokens to pay for.`,
  "Per token": (m) =>
    `Divide by the number of tokens, and ${winner(m.by.acc_per_token)}. ${
      verdict(m.by.acc_per_token)
    }`,
  "Per character": (m) =>
    `Divide by the number of characters: ${winner(m.by.acc_norm)}. The same model, the same ` +
    "question, another rule.",
  "Your turn": (m) =>
    `Take another question, or another rule. Here ${winner(m.yours)}. ${verdict(m.yours)}`,
};

/** @param {Scored} m */
const described = ({ item, sums, values, rule }) =>
  item.choices.map((choice, k) =>
    `${choice}: ${item.log_probs[k].map(two).join(" and ")}, sum ${two(sums[k])}` +
    (rule === "acc" ? "" : `, divided ${two(values[k])}`)
  ).join("; ");

/** @param {Facts} m */
const asked = (m) => `The text “Question: ${m.first.question} Answer:”`;

/** @type {Record<string, (m: Facts, k: number) => string>} */
export const altOf = {
  "Question": (m) => `${asked(m)}.`,
  "Answers": (m) =>
    `${asked(m)}, and below it the answers as tokens: ${m.first.choices.join(", ")}.`,
  "Token by token": (m, k) =>
    `${asked(m)}, and below the first ${k + 1} tokens of each answer their log probabilities.`,
  "Sum": (m) => `The answers with their log probabilities. ${described(m.by.acc)}.`,
  "Largest": (m) => `${described(m.by.acc)}. ${winner(m.by.acc)}.`,
  "Per token": (m) => `${described(m.by.acc_per_token)}. ${winner(m.by.acc_per_token)}.`,
  "Per character": (m) => `${described(m.by.acc_norm)}. ${winner(m.by.acc_norm)}.`,
  "Your turn": (m) => `${m.yours.item.question} ${described(m.yours)}. ${winner(m.yours)}.`,
};
