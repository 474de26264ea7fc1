// What is said at each step, and each picture in words.

import { lastOf } from "../../../engine/present.js";
import { written } from "../../moving/ruler.js";
import { enumerated } from "../../shared/words.js";
import { grouped } from "./bytes.js";

/** @import { Facts, Window } from "./facts.js" */
/** @typedef {Record<string, (m: Facts, k: number) => string>} Words */

/** @param {Facts} m @param {number[]} places */
const wordsAt = (m, places) => places.map((i) => m.tokens[i]).join(" ");
/** @param {number[]} windows */
const windowsOf = (windows) => enumerated(windows.map(String));

/**
 * How many different tokens follow one.
 * @param {Facts} m
 * @param {string} token
 */
const followers = (m, token) =>
  new Set(m.tokens.slice(1).filter((_, i) => m.tokens[i] === token)).size;

/** @type {Words} */
export const sayOf = {
  Text: (m) =>
    `A text, cut into tokens: here ${m.n} words. The model sees only ${m.window.x.length} at a ` +
    "time. How does it get them?",
  "Token ids": (m) =>
    `Each token has a number, its id. There are ${m.vocabulary.length} different words, numbered ` +
    `from 0: “the” is ${m.ids[0]} wherever it comes.`,
  File: (m) =>
    `In the file each id takes two bytes, the low byte first: ${2 * m.n} in all. So token i ` +
    "begins at byte 2 · i, and nothing has to be searched for.",
  Window: (m) => {
    const n = m.window.x.length;
    return `Windows of ${n} begin at tokens ${windowsOf(m.starts)}. They are shuffled: window ` +
      `${m.first} comes first. Jump to byte ${2 * m.window.x[0]} and read ${
        n + 1
      } ids: the window ` +
      "and the token after it.";
  },
  "x and y": (m, k) =>
    k
      ? "Now move y to the left: below each token of x stands the token that comes next, the one " +
        "to predict."
      : `Of these ${
        m.window.x.length + 1
      } tokens the first ${m.window.x.length} are the input x. ` +
        `The last ${m.window.x.length} are the target y: the same text, one token further on.`,
  Predict: (m) =>
    "Each position sees the tokens up to its own, and has to predict the next one. One window of " +
    `${m.window.x.length} tokens teaches ${m.window.x.length} predictions.`,
  "Batch 1": (m) =>
    `Windows ${windowsOf(m.batches[0])}, one below the other, are a batch. The model takes its ` +
    `rows all at once: ${m.batches[0].length * m.window.x.length} predictions.`,
  "Batch 2": (m) =>
    `The next batch: windows ${windowsOf(m.batches[1])}. Now each window was read once. That was ` +
    "an epoch; for the next one they are shuffled again.",
  "Wrong 1": (m, k) => {
    const first = m.tokens[m.window.x[0]];
    const [copy, next] = m.models;
    const after = followers(m, "the");
    return k
      ? "Let a model count what stands below each token. Not moved, it learns to copy: loss " +
        `${
          written(copy.loss, 2)
        }. Moved by one: after “the” come ${after} different words, which ` +
        `cost ln ${after} = ${written(Math.log(after), 2)} each. The other ${
          next.asked - after
        } of ` +
        `${next.asked} targets cost nothing. The mean is ${written(next.loss, 2)}.`
      : `Wrong turn 1: y is not moved on. Below “${first}” stands “${first}”: the answer is in ` +
        "the question.";
  },
  "Wrong 2": (m) =>
    `Wrong turn 2: a window at ${
      m.over.x[0]
    } runs over the end. x gets ${m.over.x.length} tokens ` +
    `and y only ${m.over.y.length}; such rows fit into no batch. The last start is ${m.lastStart}.`,
  "Wrong 3": (m) =>
    `Wrong turn 3: an id above 65,535. ${
      grouped(m.large.id)
    } needs three bytes. Two are kept, and ` +
    `${grouped(m.large.back)} comes back, another token. NumPy’s astype gives no error.`,
  "Your turn": (m) => {
    const { x, y } = m.yours;
    const full = m.window.x.length;
    const fits = y.length < full
      ? `x has ${x.length} of ${full} tokens, y ${y.length}: it fits into no batch.`
      : `Below “${m.tokens[x[0]]}” stands “${m.tokens[y[0]]}”.`;
    const { right, asked } = m.yourModel;
    return `${fits} So trained, the counting model gets ${right} of ${asked} next tokens right. ` +
      `The id ${grouped(m.stored.id)} comes back as ${grouped(m.stored.back)}.`;
  },
};

/** @param {Facts} m @param {Window} window */
const pairs = (m, { x, y }) => `x: ${wordsAt(m, x)}. y: ${wordsAt(m, y)}.`;
/** @param {Facts} m */
const bytes = (m) => m.ids.map((id) => `${id & 255} ${id >> 8}`).join(", ");

/** @type {Words} */
export const altOf = {
  Text: (m) => `A row of ${m.n} tokens: ${m.tokens.join(" ")}.`,
  "Token ids": (m) =>
    `Below each token its id: ${m.tokens.map((t, i) => `${t} ${m.ids[i]}`).join(", ")}.`,
  File: (m) => `Below each id its two bytes: ${bytes(m)}.`,
  Window: (m) =>
    `The windows in the order ${m.order.join(", ")}. Framed in the text: ${
      wordsAt(m, [...m.window.x, lastOf(m.window.y)])
    }.`,
  "x and y": (m, k) =>
    `${pairs(m, m.window)} ${
      k
        ? "y stands below x, with an arrow from each token to the next one."
        : "Both stand below their places in the text, y one place further right."
    }`,
  Predict: (m) =>
    m.window.y.map((i, t) => `${wordsAt(m, m.window.x.slice(0, t + 1))} → ${m.tokens[i]}`)
      .join(". ") + ".",
  "Batch 1": (m) => m.batches[0].map((w) => `Window ${w}: ${pairs(m, m.windowOf(w))}`).join(" "),
  "Batch 2": (m) => m.batches[1].map((w) => `Window ${w}: ${pairs(m, m.windowOf(w))}`).join(" "),
  "Wrong 1": (m, k) => {
    const first = m.tokens[m.window.x[0]];
    const [copy, next] = m.models.map((model) => model.writes(first).join(" "));
    return k
      ? `Not moved: the model writes ${copy}. Moved by one: ${next}.`
      : `x and y are the same: ${wordsAt(m, m.window.x)}.`;
  },
  "Wrong 2": (m) => `${pairs(m, m.over)} The missing places are empty.`,
  "Wrong 3": (m) =>
    `${grouped(m.large.id)} has the bytes ${enumerated(m.large.bytes.map(String))}. The third is ` +
    `lost, and ${grouped(m.large.back)} is read back.`,
  "Your turn": (m) =>
    `${pairs(m, m.yours)} The model writes ${
      m.yourModel.writes(m.tokens[m.yours.x[0]]).join(" ")
    }. ${grouped(m.stored.id)} is stored as ${grouped(m.stored.back)}.`,
};
