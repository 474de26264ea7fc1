// What is said in each scene, and each picture in words.

import { quote } from "../../shared/words.js";
import { STOPS } from "./facts.js";

/** @import { Facts, Moment } from "./facts.js" */
/** @typedef {Record<string, (m: Facts, k: number) => string>} Words */

/** @param {number} x */
const two = (x) => x.toFixed(2);

/** @param {string} text @param {number} [most] */
const short = (text, most = 60) =>
  quote(text.length > most ? `${text.slice(0, text.lastIndexOf(" ", most))} …` : text);

/** @param {number} n */
const steps = (n) => n === 1 ? "one step" : `${n} steps`;

/**
 * The losses of the answer's tokens in words.
 * @param {Facts} m
 * @param {Moment} now
 */
const lossWords = (m, now) =>
  m.words.slice(m.first).map((word, j) => `${word} ${now.loss(m.first + j).toFixed(1)}`).join(", ");

/**
 * What is seen of an answer: right and ended, right but not ended, or something else.
 * @param {Facts} m
 * @param {Moment} now
 */
function judged(m, { says, goesOn }) {
  if (!goesOn) return "It answers, and stops.";
  return says.startsWith(m.answer)
    ? "It answers, and doesn't stop."
    : `It writes ${short(says, 40)}.`;
}

/** @type {Words} */
export const sayOf = {
  Text: (m) =>
    `A question and its answer, as one row of ${m.words.length} tokens. The last is the ` +
    "end-of-text token: here the answer stops.",
  Base: () =>
    "Base Sprout has read stories, and nothing else. It doesn't answer: it goes on with a story.",
  Targets: (m) =>
    "In training, each token is a target for those before it. Below each is base Sprout's loss: " +
    `${m.of(false, true, 0).loss(m.first).toFixed(1)} nats for the answer's ${
      quote(m.words[m.first])
    }.`,
  Mask: (m) =>
    `But nobody wants it to write questions. Mask the ${m.first - 1} targets of the prompt: ` +
    `${m.words.length - m.first} are left, the answer's tokens and its end.`,
  Losses: (m) =>
    `The loss is the mean of those: ${two(m.of(true, true, 0).mean)} nats. Each is measured ` +
    "after the right tokens before it; the box shows what the model writes on its own.",
  Steps: (m, k) => {
    const now = m.of(true, true, STOPS[k + 1]);
    const [first, n] = [k === 0 ? " of fine-tuning, on 16 other examples" : "", STOPS[k + 1]];
    return `After ${steps(n)}${first}, the mean is ${two(now.mean)}. ${judged(m, now)}`;
  },
  "No end": (m) => {
    const now = m.of(true, false, STOPS[3]);
    return `The same ${STOPS[3]} steps, with the end masked, too: its loss is ` +
      `${now.loss(m.end).toFixed(1)}. ${judged(m, now)}`;
  },
  "Your turn": (m) => {
    const { mask, stop, mean } = m.yours;
    const of = `${mask ? "Prompt masked" : "Prompt counted"}, end ${stop ? "counted" : "masked"}`;
    return `${of}, ${steps(m.steps)}: the mean of what counts is ${two(mean)}. ` +
      judged(m, m.yours);
  },
};

/**
 * A moment of training in words.
 * @param {Facts} m
 * @param {Moment} now
 */
const momentWords = (m, now) =>
  `The prompt ${now.mask ? "is pale" : "stands out"}. Bars of losses: ${lossWords(m, now)}. ` +
  `Below: ${now.says}`;

/** @type {Words} */
export const altOf = {
  Text: (m) => `${m.words.length} tokens in boxes: ${m.words.join(" ")}.`,
  Base: (m) => `The prompt's tokens, then what base Sprout writes: ${m.of(true, true, 0).says}`,
  Targets: (m) =>
    `All tokens but the first stand out, with their losses. The answer's: ${
      lossWords(m, m.of(false, true, 0))
    }.`,
  Mask: (m) =>
    `The prompt's tokens are pale. The answer's stand out: ${lossWords(m, m.of(true, true, 0))}.`,
  Losses: (m) => momentWords(m, m.of(true, true, 0)),
  Steps: (m, k) => momentWords(m, m.of(true, true, STOPS[k + 1])),
  "No end": (m) => momentWords(m, m.of(true, false, STOPS[3])),
  "Your turn": (m) => `As you chose. ${momentWords(m, m.yours)}`,
};
