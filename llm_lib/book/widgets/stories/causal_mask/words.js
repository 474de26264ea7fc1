// What is said at each step, and each picture in words.

import { indexOfLargest } from "../../../engine/vectors.js";
import { quote } from "../../shared/words.js";

/** @import { Facts, Run } from "./facts.js" */
/** @typedef {Record<string, (m: Facts, k: number) => string>} Words */

const NEAR = 0.05; // losses that differ by less are called the same

/** @param {number} x */
const two = (x) => x.toFixed(2);

/** @param {number} n */
const texts = (n) => (n === 1 ? "one text" : `${n} texts`);

/**
 * The first two tokens, as they stand before what is to be written.
 * @param {Facts} m
 */
const begun = (m) => quote(m.text.slice(0, 2).join(" "));

/**
 * A loss beside that of a uniform guess.
 * @param {Facts} m
 * @param {number} loss
 */
const judged = (m, loss) =>
  Math.abs(loss - m.even) < NEAR
    ? "no better than guessing"
    : loss > m.even
    ? "worse than guessing"
    : "better than guessing";

/**
 * A probability beside that of a uniform guess.
 * @param {Facts} m
 * @param {number} p
 */
const besideEven = (m, p) =>
  `${two(p)}, ${p < 1 / m.V ? "less than" : "not less than"} the ${
    two(1 / m.V)
  } of a uniform guess`;

/** @type {Words} */
export const sayOf = {
  Text: (m) =>
    `A model learns from ${texts(m.count)} such as ${quote(m.text.join(" "))}, made of ${m.V} ` +
    "words. It is given whole texts, and has to guess each token from those before it.",
  Targets: (m) =>
    `So one text holds four exercises: after ${quote(m.text[0])} comes ${quote(m.text[1])}, after ${
      quote(m.text[1])
    } comes ${quote(m.text[2])}, and so on. All are done at the same time, a row each.`,
  "No mask": (m, k) =>
    k
      ? `With no mask, the row of ${quote(m.text[0])} also sees ${
        quote(m.text[1])
      }, the very token that it has to guess: framed.`
      : "Each row weighs the tokens it sees, and a table turns the mix into a guess. Untrained, " +
        `each of the ${m.V} words gets p = 1/${m.V}, a uniform guess: the loss is ln ${m.V} = ${
          two(m.even)
        }.`,
  Training: (m, k) =>
    k
      ? `${m.free[2].steps} steps: the loss is ${two(m.free[2].loss)}. ${
        m.free[2].weights.every((w, t) => indexOfLargest(w) === t + 1)
          ? "Each row looks one place ahead, where its answer stands."
          : "The rows have found where their answers stand."
      }`
      : `${m.free[1].steps} steps of training move the weights towards the answers, and the loss ` +
        `falls to ${two(m.free[1].loss)}. A great success?`,
  "In use": (m) => {
    const { p, right, alone } = m.free[2].use;
    const repeats = m.vocabulary[indexOfLargest(alone[1])] === m.text[1];
    return `Now the model writes: nothing comes after ${begun(m)} yet. ${
      repeats ? "Its table has learned to repeat what it sees. " : ""
    }${quote(m.text[2])} gets ${besideEven(m, p[right])}.`;
  },
  Mask: (m, k) =>
    k
      ? `${m.masked[1].steps} steps: the loss is ${two(m.masked[1].loss)}. ${
        m.masked[1].loss > NEAR
          ? "It can't reach 0, since more than one word can follow; each now gets its share."
          : "In these texts, one word follows the other: that can be learned."
      }`
      : "Start anew. The mask closes what comes later: each row sees just what it will see when " +
        "the model writes, and one pass still trains all four.",
  "In use again": (m) => {
    const { p, right } = m.masked[1].use;
    return `After ${begun(m)}, the table now knows what tends to follow: ${quote(m.text[2])} gets ${
      two(p[right])
    }. A uniform guess would give it ${two(1 / m.V)}.`;
  },
  Losses: (m) => {
    const [free, masked] = [m.free[2], m.masked[1]];
    return `Without the mask the loss is ${two(free.loss)} in training and ${
      two(free.use.loss)
    } in use, ${judged(m, free.use.loss)}. With it: ${two(masked.loss)} in both, ${
      judged(m, masked.loss)
    }.`;
  },
  "Your turn": (m) =>
    `Take the mask off, train longer, or change the texts. After ${m.yours.steps} steps ${
      m.yours.mask ? "with" : "without"
    } the mask: ${two(m.yours.loss)} in training, ${two(m.yours.use.loss)} in use, ${
      judged(m, m.yours.use.loss)
    } (${two(m.even)}).`,
};

/**
 * @param {Facts} m
 * @param {Run} run
 */
const rowsOf = (m, run) =>
  `${
    run.weights.map((row, t) =>
      `${m.text[t]}: ${
        row.map((w, s) => (run.mask && s > t ? "hidden" : two(w))).join(", ")
      }; probability of ${m.text[t + 1]} ${two(run.p[t])}`
    ).join(". ")
  }. Loss ${two(run.loss)}`;

/**
 * @param {Facts} m
 * @param {Run} run
 */
const useOf = (m, { use }) =>
  `${begun(m)} with the weights ${use.weights.map(two).join(" and ")}. The guess: ${
    m.vocabulary.map((word, j) => `${word} ${two(use.p[j])}`).join(", ")
  }. A line at ${two(1 / m.V)}, a uniform guess.`;

/** @type {Words} */
export const altOf = {
  Text: (m) => `Five places in a row: ${m.places.map((words) => words.join(" or ")).join(", ")}.`,
  Targets: (m) =>
    `Under each token the one that follows it, its target: ${
      m.text.slice(1).map((word, t) => `${m.text[t]}, ${word}`).join("; ")
    }.`,
  "No mask": (m, k) =>
    `A table of weights without a mask${k ? "; the answers are framed" : ""}. ${
      rowsOf(m, m.free[0])
    }.`,
  Training: (m, k) =>
    `The weights after ${m.free[k + 1].steps} steps without a mask. ${rowsOf(m, m.free[k + 1])}.`,
  "In use": (m) => useOf(m, m.free[2]),
  Mask: (m, k) =>
    `The weights after ${m.masked[k].steps} steps with the upper right hidden. ${
      rowsOf(m, m.masked[k])
    }.`,
  "In use again": (m) => useOf(m, m.masked[1]),
  Losses: (m) =>
    `Bars for the losses, and a line at ${two(m.even)}, a uniform guess. ${
      [m.free[2], m.masked[1]].map(({ mask, loss, use }) =>
        `${mask ? "With" : "Without"} the mask: ${two(loss)} in training, ${two(use.loss)} in use`
      ).join(". ")
    }.`,
  "Your turn": (m) =>
    `The weights as you have set them. ${rowsOf(m, m.yours)}, in use ${two(m.yours.use.loss)}.`,
};
