// What is said at each step, and each picture in words.

import { quote } from "../../shared/words.js";

/** @import { Facts, Trained } from "./facts.js" */
/** @typedef {Record<string, (m: Facts, k: number) => string>} Words */

/** @param {number} x */
const two = (x) => x.toFixed(2);

/** @type {Words} */
export const sayOf = {
  Text: (m) =>
    `In training a model is given the whole text, here ${
      quote(m.words.join(" "))
    }, and learns to ` +
    "guess each token from those before it.",
  Targets: (m) =>
    `So one text holds four exercises: after ${quote(m.words[0])} comes ${
      quote(m.words[1])
    }, after ${quote(m.words[1])} comes ${
      quote(m.words[2])
    }, and so on. All are done at the same time, a row each.`,
  "No mask": (m) =>
    `Let every row look at every token, with equal weights. Then the row of ${
      quote(m.words[0])
    } also sees ${quote(m.words[1])}, the very token that it has to guess: framed.`,
  Training: (m, k) =>
    k
      ? `${m.free[2].steps} steps: the loss is down to ${two(m.free[2].loss)}. The rows have ` +
        "learned to copy what comes next, and nothing about the language."
      : `${
        m.free[1].steps
      } steps of training move the weights to the answers; the loss falls from ${
        two(m.free[0].loss)
      } to ${two(m.free[1].loss)}. A great success?`,
  "In use": (m) =>
    `Now the model is to write. After ${
      quote(m.words[1])
    } nothing stands yet that could be copied: ` +
    `${quote(m.words[2])} gets a probability of ${two(m.inUse.p[1])}. Training had been too easy.`,
  Mask: (m, k) =>
    k
      ? `${m.masked[1].steps} steps later the loss is ${two(m.masked[1].loss)}: ${
        m.masked[1].loss < m.masked[0].loss - 0.01
          ? "what has been there before can still be copied, and nothing else."
          : "nothing can be copied. To do better, a model has to learn what tends to follow what."
      }`
      : "The mask closes what comes later. Each row has just what it will have when the model " +
        "writes, and one pass still trains all four.",
  "Your turn": (m) =>
    `Take the mask off, change the text, or drag a score from before training. Now the loss is ${
      two(m.yours.loss)
    } after ${m.yours.steps} steps ${m.yours.mask ? "with" : "without"} the mask.`,
};

/**
 * @param {Facts} m
 * @param {Trained} run
 */
const rowsOf = (m, run) =>
  run.weights.map((row, t) =>
    `${m.words[t]}: ${
      row.map((w, s) => (run.mask && s > t ? "hidden" : two(w))).join(", ")
    }; probability of ${m.words[t + 1]} ${two(run.p[t])}`
  ).join(". ");

/** @type {Words} */
export const altOf = {
  Text: (m) => `Five tokens in a row: ${m.words.join(" ")}.`,
  Targets: (m) =>
    `Under each token the one that follows it, its target: ${
      m.words.slice(1).map((word, t) => `${m.words[t]}, ${word}`).join("; ")
    }.`,
  "No mask": (m) => `A table of weights without a mask. ${rowsOf(m, m.free[0])}.`,
  Training: (m, k) => `The weights after training without a mask. ${rowsOf(m, m.free[k + 1])}.`,
  "In use": (m) =>
    `Two tokens alone, ${m.words[0]} and ${m.words[1]}, with weights ${
      m.inUse.weights[1].slice(0, 2).map(two).join(" and ")
    }; probability of ${m.words[2]} ${two(m.inUse.p[1])}.`,
  Mask: (m, k) => `The weights with the upper right hidden. ${rowsOf(m, m.masked[k])}.`,
  "Your turn": (m) => `The weights as you have set them. ${rowsOf(m, m.yours)}.`,
};
