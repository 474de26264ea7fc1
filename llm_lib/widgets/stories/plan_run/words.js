// What is said at each step, and each picture in words.

import { plainly, power, spoken } from "./facts.js";

/** @import { Facts, Run } from "./facts.js" */
/** @typedef {Record<string, (m: Facts, k: number) => string>} Words */

/** @param {Run} run */
const both = ({ N, D }) => `${spoken(N)} parameters and ${spoken(D)} tokens`;

/** @param {Facts} m */
function plan(m) {
  const more = m.yours.loss - m.best.loss;
  const compared = m.size === 1
    ? "No other size does better by this law."
    : `That is ${more.toFixed(2)} above the best, for a model ${
      m.size > 1 ? `${m.size} times as large.` : `of 1/${Math.round(1 / m.size)} of the size.`
    }`;
  return `Plan your run. ${power(m.budget)} operations buy ${both(m.yours)}; the law predicts ` +
    `a loss of ${m.yours.loss.toFixed(2)}. ${compared}`;
}

/** @type {Words} */
export const sayOf = {
  "Too large": (m) =>
    `Training costs 6 operations per parameter and token. 10²¹ of them pay for ${
      both(m.tries[0])
    }. Predicted loss: ${m.tries[0].loss.toFixed(2)}. The model hardly reads.`,
  "Too small": (m) =>
    `Or for ${both(m.tries[1])}. Predicted loss: ${
      m.tries[1].loss.toFixed(2)
    }. It reads a lot, and can't hold what it reads.`,
  "All sizes": () =>
    "Every dot costs the same. Between too large and too small lies a valley: one budget, and " +
    "one best size.",
  Best: (m) =>
    `The lowest point: ${both(m.bests[1])}, for a loss of ${
      m.bests[1].loss.toFixed(2)
    }. The valley is flat: half or twice the size costs little.`,
  "More money": (m, k) =>
    k
      ? `A tenth of the budget: ${both(m.bests[0])}.`
      : `Ten times the budget: ${both(m.bests[2])}. Model and text both grow about threefold.`,
  Ratio: (m) =>
    `So at each of these budgets the best is ${plainly(Math.min(...m.bests.map((b) => b.each)))} ` +
    `to ${
      plainly(Math.max(...m.bests.map((b) => b.each)))
    } tokens per parameter: the rule of about 20.`,
  "Your turn": plan,
};

/** @param {Run} run */
const toldRun = (run) => `${both(run)}, loss ${run.loss.toFixed(2)}`;

/** @type {Words} */
export const altOf = {
  "Too large": (m) => `Loss over parameters: one dot, ${toldRun(m.tries[0])}.`,
  "Too small": (m) => `A second dot, ${toldRun(m.tries[1])}.`,
  "All sizes": (m) =>
    `Dots from 0.1 to 100 billion parameters make a valley, lowest near ${toldRun(m.bests[1])}.`,
  Best: (m) => `The lowest dot of the valley: ${toldRun(m.bests[1])}.`,
  "More money": (m, k) =>
    `${k ? "Three" : "Two"} valleys, a larger budget below a smaller one, with their lowest dots: ${
      (k ? m.bests : m.bests.slice(1)).map(toldRun).join("; ")
    }.`,
  Ratio: (m) =>
    `Three valleys, and a table of their lowest dots: ${
      m.bests.map((b) => `${power(b.budget)}: ${plainly(b.each)} tokens per parameter`)
        .join("; ")
    }.`,
  "Your turn": (m) =>
    `The valley of ${power(m.budget)} operations, lowest at ${toldRun(m.best)}. Yours: ${
      toldRun(m.yours)
    }; ${plainly(m.days)} days, ${spoken(m.cost)} dollars.`,
};
