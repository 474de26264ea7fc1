// What is said at each step, and each picture in words.

import { count, enumerated, quote, roughly } from "../../shared/words.js";
import { SHOWN } from "./facts.js";

/** @import { Cut, Facts } from "./facts.js" */
/** @typedef {Record<string, (m: Facts, k: number) => string>} Words */

/** @param {Facts} m */
const others = (m) => `${(m.V - SHOWN).toLocaleString("en")} others`;

/** @param {Facts} m @param {Cut & { luck: number, pick: number }} c */
const drawInWords = (m, c) =>
  c.pick < m.words.length
    ? `${c.luck.toFixed(2)} falls on ${quote(m.word(c.pick))}`
    : `${c.luck.toFixed(2)} falls on one of the rare tokens`;

/** @type {Words} */
export const sayOf = {
  Text: (m) =>
    `The model has read ${quote(m.text)}. It knows ${
      m.V.toLocaleString("en")
    } tokens. Which one does it write next?`,
  Logits: (m) =>
    `It gives each of its ${m.V.toLocaleString("en")} tokens a score, the logit. Here are the ` +
    `${SHOWN} largest: ${quote(m.words[0])} leads with ${m.logits[0].toFixed(1)}.`,
  Softmax: (m) =>
    `Softmax makes probabilities of them, which add up to 1. ${quote(m.words[0])} gets ` +
    `${roughly(m.plain.before[0])}; the ${others(m)} share ${roughly(m.plain.rest.before)}.`,
  "Temp.": (m, k) => {
    const c = k ? m.sharp : m.flat;
    const way = k
      ? "At 0.7, with which we go on, they move further apart"
      : "A temperature divides the logits first. At 2, the probabilities move closer";
    return `${way}: ${quote(m.words[0])} has ${roughly(c.before[0])}, the others together ${
      roughly(c.rest.before)
    }. ` +
      "The order stays the same.";
  },
  "Top-k": (m) =>
    `Top-k keeps a fixed number of tokens, here ${m.topK.knobs.topK}. All that is hatched is cut.`,
  "Top-p": (m) =>
    `Top-p keeps the fewest that together hold ${m.topP.knobs.topP}. Add them up from the top: ` +
    `${count(m.topP.n, "token")} ${m.topP.n === 1 ? "reaches" : "reach"} it.`,
  "Min-p": (m) =>
    `Min-p compares with the top token: whatever has at least ${m.minP.knobs.minP} of its ` +
    `${roughly(m.minP.before[0])} stays. The line marks ${
      roughly((m.minP.knobs.minP ?? 0) * m.minP.before[0])
    }.`,
  Rescale: (m) =>
    `What is left held ${roughly(m.film.held)}. Divided by that, it adds up to 1 again: ` +
    `${quote(m.words[0])} goes from ${roughly(m.film.before[0])} to ${roughly(m.film.after[0])}.`,
  Draw: (m) =>
    `Laid end to end, they fill the way from 0 to 1. Draw a random number: ${
      drawInWords(m, m.film)
    }.`,
  Append: (m) =>
    `${quote(m.word(m.film.pick))} is written, the model reads one token more, and all of it ` +
    "begins again. With other random numbers, another story.",
  "Your turn": (m) =>
    `Change the text, the temperature, the filter, or drag the random number. Now ${
      count(m.yours.n, "token")
    } can be drawn, and ${drawInWords(m, m.yours)}.`,
};

/**
 * @param {Facts} m
 * @param {number[]} p
 * @param {Cut} c
 */
const list = (m, p, c) =>
  m.words.slice(0, SHOWN).map((word, i) => `${word} ${c.stays[i] ? roughly(p[i]) : "cut"}`)
    .join(", ");

/** @param {Facts} m @param {Cut} c */
const before = (m, c) => `${list(m, c.before, c)}; the others ${roughly(c.rest.before)}`;

/** @param {Facts} m @param {Cut & { luck: number, pick: number }} c */
const stackInWords = (m, c) =>
  `Probabilities laid end to end: ${list(m, c.after, c)}. The random number ${drawInWords(m, c)}.`;

/** @type {Words} */
export const altOf = {
  Text: (m) =>
    `The text ${quote(m.text)}, an empty place after it, and tokens that could stand there: ${
      enumerated(m.words.slice(0, SHOWN))
    }.`,
  Logits: (m) =>
    `The largest logits: ${
      enumerated(m.words.slice(0, SHOWN).map((w, i) => `${w} ${m.logits[i].toFixed(1)}`))
    }.`,
  Softmax: (m) => `Bars of probability: ${before(m, m.plain)}.`,
  "Temp.": (m, k) =>
    `Bars at temperature ${(k ? m.sharp : m.flat).temperature}: ${
      before(m, k ? m.sharp : m.flat)
    }.`,
  "Top-k": (m) => `Bars after top-k: ${before(m, m.topK)}.`,
  "Top-p": (m) => `Bars after top-p, with their sum so far: ${before(m, m.topP)}.`,
  "Min-p": (m) => `Bars after min-p, with a line at the least that stays: ${before(m, m.minP)}.`,
  Rescale: (m) => `Longer bars for what is left: ${list(m, m.film.after, m.film)}.`,
  Draw: (m) => stackInWords(m, m.film),
  Append: (m) => `The text ${quote(`${m.text} ${m.word(m.film.pick)}`)} and an empty place.`,
  "Your turn": (m) =>
    `Bars as you have set them: ${before(m, m.yours)}. ${stackInWords(m, m.yours)}`,
};
