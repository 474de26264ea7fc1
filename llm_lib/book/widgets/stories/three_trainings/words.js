// What is said in each scene, and each picture in words.

import { lastOf, present } from "../../../engine/present.js";
import { percent, quote } from "../../shared/words.js";
import { MOMENTS, PAIR, questionOf, STOPS, WORD } from "./facts.js";

/** @import { Bar, Facts, Tokens } from "./facts.js" */
/** @typedef {Record<string, (m: Facts, k: number) => string>} Words */

/** @param {Bar[]} bars @param {string} name */
const shareOf = (bars, name) => percent(present(bars.find((bar) => bar.name === name), name).p);

/** @param {Facts} m @param {string} stage */
const yes = (m, stage) => shareOf(m.of(stage, WORD).firsts, "Yes");

/** @param {Facts} m @param {number} k */
const tuned = (m, k) =>
  [
    `After one step, “Yes” has ${yes(m, STOPS[0])}. But it says Yes to everything, to the drum ` +
    "too.",
    "After two steps it says No to everything. It has learned the form of an answer, and not yet " +
    "which one is right.",
    `After 20 steps the bear is an animal again: “Yes” has ${yes(m, STOPS[2])}.`,
    `After 60 steps, “Yes” has ${yes(m, STOPS[3])}. Has it learned this from the examples, or ` +
    "did it know what a bear is? The chapter finds out.",
  ][k];

/** @type {Words} */
export const sayOf = {
  Question: () =>
    "A language model is asked a question. Who taught it to answer? Ask one network at four " +
    "moments of its making.",
  Random: (m) =>
    `At first its ${m.parameters.toLocaleString("en")} parameters are random numbers. No token ` +
    `stands out: “Yes” has ${yes(m, "random")}. What it writes is noise.`,
  Text: () =>
    "The first training: text, and nothing else. Every token is an exercise: guess it from those " +
    "before it.",
  Base: (m) =>
    `Now it writes English. But this question it doesn't answer: “Yes” has ${yes(m, "base")}. ` +
    "It goes on as its texts do, and they ask other things.",
  Examples: () =>
    "The second training: questions with good answers. The model reads the question, but only " +
    "the answer counts.",
  Tuned: tuned,
  Pairs: () =>
    "The third training: both answers are right, but people like one better. Its lead over the " +
    "other is widened.",
  Preferred: (m, k) =>
    k
      ? `After 80 steps on 30 pairs, the full sentence has ${
        shareOf(m.of("preferred", WORD).wholes, PAIR[0])
      }, and the short answer next to nothing.`
      : `Before it, the short answer “Yes.” has ${
        shareOf(m.of(lastOf(STOPS), WORD).wholes, PAIR[1])
      }, and the full sentence next to nothing.`,
  "Your turn": (m) => {
    const { word, stage, firsts } = m.yours;
    return `Choose a question and a moment. ${quote(questionOf(word))} At ` +
      `${quote(MOMENTS[stage])}, Yes has ${shareOf(firsts, "Yes")}, No ${shareOf(firsts, "No")}.`;
  },
};

/** @param {Bar[]} bars */
const barWords = (bars) => bars.map(({ name, p }) => `${name} ${percent(p)}`).join("; ");

/** @param {Facts} m @param {string} stage @param {string} [word] */
const firstWords = (m, stage, word = WORD) => {
  const { firsts, says } = m.of(stage, word);
  return `${quote(questionOf(word))} Bars of the next token, at ${MOMENTS[stage]}: ${
    barWords(firsts)
  }. It writes: ${says.replaceAll("\n", " / ").replaceAll("\ufffd", "")}`;
};

/** @param {Tokens} tokens */
const counting = (tokens) =>
  tokens.map(([token, counts]) => `${token.trim() || "line end"}${counts ? " (counts)" : ""}`)
    .join(", ");

/** @type {Words} */
export const altOf = {
  Question: () =>
    `A road of four models: random numbers, base model, tuned model, preference-tuned. Below it ` +
    `the question: ${questionOf(WORD)} Bot: and an empty box.`,
  Random: (m) => firstWords(m, "random"),
  Text: (m) => `Between random numbers and base model. Tokens: ${counting(m.texts.plain)}.`,
  Base: (m) => firstWords(m, "base"),
  Examples: (m) => `Between base model and tuned model. Tokens: ${counting(m.texts.example)}.`,
  Tuned: (m, k) => firstWords(m, STOPS[k]),
  Pairs: () =>
    `Between tuned and preference-tuned. ${questionOf("hen")} Liked better: ${PAIR[0]} Liked ` +
    `less: ${PAIR[1]}`,
  Preferred: (m, k) => {
    const stage = k ? "preferred" : lastOf(STOPS);
    return `Bars of whole answers, at ${MOMENTS[stage]}: ${barWords(m.of(stage, WORD).wholes)}.`;
  },
  "Your turn": (m) => `Menus. ${firstWords(m, m.yours.stage, m.yours.word)}`,
};
