// What is said at each step, and each picture in words.

import { lastOf } from "../../../engine/present.js";
import { STOPS, WORDS } from "./facts.js";

/** @import { Facts, Table } from "./facts.js" */
/** @typedef {Record<string, (m: Facts, k: number) => string>} Words */

/** @param {number} x */
const hundredths = (x) => x.toFixed(2).replace("-", "−");

/** @param {Facts} m */
const turn = (m) => {
  const [start, end] = [m.yours.losses[0], lastOf(m.yours.losses)];
  const most = Math.max(...m.yours.losses);
  const way = most > start + 0.5
    ? `rises from ${hundredths(start)} to ${hundredths(most)} on the way, and ends at ${
      hundredths(end)
    }: the steps ` +
      "are too long"
    : `goes from ${hundredths(start)} to ${hundredths(end)}`;
  return `Change the rate, the clipping or a weight. With a rate of ${m.rate}, the loss ${way}.`;
};

/** @type {Words} */
export const sayOf = {
  Batch: () =>
    "A batch: four tokens, and below each its target, the token that comes next. The model has " +
    "to guess it.",
  Logits: (_m, k) =>
    k
      ? "Each token of the batch picks its row: these are its logits. “the” stands there twice, " +
        "so its row is used twice."
      : "The smallest model there is: a table. For each token it holds a score, the logit, for " +
        "each token that could come next. They start random.",
  Loss: (m, k) =>
    k
      ? `The surprise is −ln of the target's probability. The loss is the mean: ${
        hundredths(m.loss)
      }. ` +
        `An even guess pays ln 4 = ${hundredths(Math.log(4))}${
          m.loss > Math.log(4) ? ": these scores favour wrong words" : ""
        }.`
      : "Softmax turns each row into probabilities. Only the one at the target, framed, counts.",
  Gradient: (_m, k) =>
    k
      ? "Added up by token, this is the gradient: which way the loss grows. The row of “the” has " +
        "two parts; “owl” was never asked, so its row is 0."
      : "How does the loss change with a logit? By its probability, less 1 at the target. Here " +
        "the mean is over four places, so a quarter of that.",
  Clip: (m) =>
    m.factor < 1
      ? `As one long vector, the gradient has length ${
        hundredths(m.length)
      }. That is above the limit ` +
        `of ${m.limit}, so all of it is multiplied by ${hundredths(m.factor)}. Its direction stays.`
      : `As one long vector, the gradient has length ${
        hundredths(m.length)
      }. That is within the limit ` +
        `of ${m.limit}: nothing changes.`,
  AdamW: (m) =>
    "AdamW divides each gradient by its own usual size. In the first step that leaves the sign: " +
    `every weight moves by the rate, ${m.rate}, against its gradient, clipped or not. Later, a ` +
    "spike stays in its averages.",
  Weights: (m) =>
    `The weights have moved, and the same batch would now cost ${
      hundredths(m.lossAfter)
    } instead of ` +
    `${hundredths(m.loss)}. That was one step.`,
  Again: (m, k) => {
    const loss = hundredths(lastOf(m.runs[k].losses));
    if (k === 0) {
      return `The next batch meets the new weights, and so on, round and round. After ` +
        `${STOPS[0]} steps the loss is ${loss}.`;
    }
    if (k === 1) {
      return `After ${STOPS[1]} steps it is ${loss}: the table knows what follows “sees”.`;
    }
    return `After ${STOPS[2]} steps it is ${loss}, and can hardly fall further: after “the” ` +
      "come fox and owl equally often, and nobody can know which.";
  },
  "Your turn": turn,
};

/** @param {Table} table @param {number[]} [rows] */
const told = (table, rows) =>
  table.map((row, i) => `${WORDS[rows?.[i] ?? i]}: ${row.map(hundredths).join(", ")}`).join("; ");

/** @type {Words} */
export const altOf = {
  Batch: (m) =>
    `Four tokens and their targets: ${
      m.x.map((token, t) => `${WORDS[token]}, then ${WORDS[m.y[t]]}`).join("; ")
    }.`,
  Logits: (m, k) =>
    k
      ? `Logits of the four places: ${told(m.logits, m.x)}.`
      : `A table of weights: ${told(m.weights)}.`,
  Loss: (m, k) =>
    `Probabilities of the four places: ${told(m.p, m.x)}.${
      k ? ` Surprises ${m.surprises.map(hundredths).join(", ")}; loss ${hundredths(m.loss)}.` : ""
    }`,
  Gradient: (m, k) =>
    k ? `The gradient: ${told(m.gradient)}.` : `For each place: ${told(m.blame, m.x)}.`,
  Clip: (m) => `The gradient, clipped: ${told(m.clipped)}.`,
  AdamW: (m) => `How far each weight moves: ${told(m.move)}.`,
  Weights: (m) => `The weights after one step: ${told(m.after)}.`,
  Again: (m, k) =>
    `Loss over steps, ${STOPS[k]} of them, from ${hundredths(m.loss)} to ${
      hundredths(lastOf(m.runs[k].losses))
    }. Probabilities: ${told(m.runs[k].p)}.`,
  "Your turn": (m) =>
    `Weights before training: ${told(m.weights)}. Loss over ${m.steps} steps, from ${
      hundredths(m.yours.losses[0])
    } to ${hundredths(lastOf(m.yours.losses))}.`,
};
