// What a guess says of each word on offer, and what it costs.

import { maximum } from "../../engine/functions.js";
import { capital, percent, quote } from "../shared/words.js";
import { exactly, nats, NO_IDEA } from "./board.js";
import { N_OPTIONS } from "./questions.js";

/** @typedef {[word: string, confidence: number]} Answer */
/**
 * @typedef {object} Question
 * @property {string[]} words on offer
 * @property {string} true the one that follows
 * @property {number[]} model the model's probability of each, together 1
 * @property {number} covered what it gave all of them together
 * @property {string} text what stands before
 * @property {number} story
 * @property {number} stories
 */
/** @typedef {ReturnType<typeof resultOf>} Result */

/** @type {[confidence: number, words: string][]} */
export const CONFIDENCES = [
  [0.2, "No idea"],
  [0.5, "50\u00a0%"],
  [0.75, "75\u00a0%"],
  [0.9, "90\u00a0%"],
  [0.99, "99\u00a0%"],
];

/**
 * What the reader's choice gives each word: the rest is shared evenly by the others.
 * @param {Question} question
 * @param {Answer} answer
 */
export const belief = (question, [word, confidence]) =>
  question.words.map((other) => other === word ? confidence : (1 - confidence) / (N_OPTIONS - 1));

/**
 * What an answer may cost.
 * @param {number} confidence
 */
export function priceInWords(confidence) {
  if (confidence === CONFIDENCES[0][0]) {
    return `${exactly(confidence)} for each word: whichever follows, your loss is ` +
      `${nats(NO_IDEA)}.`;
  }
  const other = (1 - confidence) / (N_OPTIONS - 1);
  return `The other four words get ${exactly(other)} each. Right, your loss is ` +
    `${nats(-Math.log(confidence))}; wrong, it is ${nats(-Math.log(other))}.`;
}

/**
 * One answered round: what both gave the true word, and what they pay.
 * @param {number} round
 * @param {Question} question
 * @param {Answer} answer
 */
export function resultOf(round, question, answer) {
  const k = question.words.indexOf(question.true);
  const you = belief(question, answer)[k];
  const model = question.model[k];
  return {
    round,
    question,
    answer,
    you,
    model,
    yourLoss: -Math.log(you),
    modelLoss: -Math.log(Math.max(model, 1e-30)),
  };
}

/**
 * What an answer has cost both, and who was surely wrong.
 * @param {Result} result
 * @param {string} who the model's name
 */
export function resultInWords({ question, answer, you, model, yourLoss, modelLoss }, who) {
  const right = answer[0] === question.true;
  const sure = answer[1] > CONFIDENCES[0][0];
  const said = [
    `You gave ${quote(question.true)} ${exactly(you)}: loss ${nats(yourLoss)}. ` +
    `${capital(who)} gave it ${percent(model)}: loss ${nats(modelLoss)}.`,
  ];
  const top = maximum(question.model);
  const expected = question.words[question.model.indexOf(top)];
  const wrong = sure && !right;
  if (wrong && answer[1] >= 0.9) {
    said.push(`That is the price of being surely wrong: “no idea” costs ${nats(NO_IDEA)}.`);
  } else if (model < 0.5 && top >= 0.9) {
    said.push(
      `${capital(who)} was surely wrong${wrong ? ", too" : ""}: it expected ${quote(expected)}.`,
    );
  } else if (top < 0.5) {
    said.push(
      `${capital(who)} gave no word half of its belief: nothing in the text tells this one.`,
    );
  }
  return said.join(" ");
}
