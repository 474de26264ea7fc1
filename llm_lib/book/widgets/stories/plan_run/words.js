// What is said at each step, and each picture in words.

import { localFixed, localize } from "../../shared/localize.js";
import { isLikeFitted, operations, plainly, power, spoken } from "./facts.js";

/** @import { Facts, Run } from "./facts.js" */
/** @typedef {Record<string, (m: Facts, k: number) => string>} Words */

/** @param {Run} run */
const both = ({ N, D }) => localize`${spoken(N)} parameters and ${spoken(D)} tokens`;

/** @param {Run} run */
const lossOf = ({ loss }) => localFixed(loss, 2);

/** @param {Facts} m */
function compared({ size, yours, best }) {
  if (size === 1) return localize`No other size does better by this law.`;
  const more = localFixed(yours.loss - best.loss, 2);
  return size > 1
    ? localize`That is ${more} above the best, for a model ${size} times as large.`
    : localize`That is ${more} above the best, for a model of 1/${
      Math.round(1 / size)
    } of the size.`;
}

/** @param {Facts} m */
function served(m) {
  const saved = Math.round(100 * (1 - m.least / m.total));
  const more = operations(m.total - m.budget);
  if (saved < 1) {
    return localize`Serving ${spoken(m.served)} tokens takes ${more} more. No model reaches this
      loss for clearly less in all.`;
  }
  const run = both(m.cheapest);
  return m.cheapest.N < m.yours.N
    ? localize`Serving ${spoken(m.served)} tokens takes ${more} more. A smaller model does better:
        ${run} reach the same loss for ${saved} % less in all.`
    : localize`Serving ${spoken(m.served)} tokens takes ${more} more. A larger model does better:
        ${run} reach the same loss for ${saved} % less in all.`;
}

/** @param {Facts} m */
const plan = (m) =>
  localize`Plan your run. ${power(m.budget)} operations buy ${both(m.yours)}; the law predicts
    a loss of ${lossOf(m.yours)}. ${m.served ? served(m) : compared(m)}`;

/** @param {Facts} m */
const planned = (m) =>
  isLikeFitted(m.yours)
    ? plan(m)
    : localize`${plan(m)} Your plan lies outside the law's own runs: a guess.`;

/** @param {Facts} m @param {(...all: number[]) => number} end Math.min or Math.max */
const each = (m, end) => plainly(end(...m.bests.map((b) => b.each)));

/** @type {Words} */
export const sayOf = {
  "Too large": ({ tries: [large] }) =>
    localize`Training costs 6 operations per parameter and token. 10²¹ of them pay for
      ${both(large)}. Predicted loss: ${lossOf(large)}. The model hardly reads.`,
  "Too small": ({ tries: [, small] }) =>
    localize`Or for ${both(small)}. Predicted loss: ${lossOf(small)}. It reads a lot, and can't hold
      what it reads.`,
  "All sizes": () =>
    localize`Every dot costs the same. Between too large and too small lies a valley: one budget,
      and one best size.`,
  Best: ({ bests: [, best] }) =>
    localize`The lowest point: ${both(best)}, for a loss of ${lossOf(best)}. The valley is flat:
      half or twice the size costs little.`,
  "Other budgets": (m, k) =>
    k
      ? localize`A tenth of the budget: ${both(m.bests[0])}.`
      : localize`Ten times the budget: ${both(m.bests[2])}. Model and text both grow about
          threefold.`,
  Ratio: (m) =>
    localize`So at each of these budgets the best is ${each(m, Math.min)} to ${each(m, Math.max)}
      tokens per parameter: the rule of about 20.`,
  "Your turn": planned,
};

/** @param {Run} run */
const toldRun = (run) => localize`${both(run)}, loss ${lossOf(run)}`;

/** @type {Words} */
export const altOf = {
  "Too large": (m) => localize`Loss over parameters: one dot, ${toldRun(m.tries[0])}.`,
  "Too small": (m) => localize`A second dot, ${toldRun(m.tries[1])}.`,
  "All sizes": (m) =>
    localize`Dots from 0.1 to 100 billion parameters make a valley, lowest near
      ${toldRun(m.bests[1])}. Those at both ends are hollow: outside the law's own runs.`,
  Best: (m) => localize`The lowest dot of the valley: ${toldRun(m.bests[1])}.`,
  "Other budgets": (m, k) => {
    const dots = (k ? m.bests : m.bests.slice(1)).map(toldRun).join("; ");
    return k
      ? localize`Three valleys, a larger budget below a smaller one, with their lowest dots:
          ${dots}.`
      : localize`Two valleys, a larger budget below a smaller one, with their lowest dots:
          ${dots}.`;
  },
  Ratio: (m) => {
    const rows = m.bests.map((b) =>
      localize`${power(b.budget)}: ${plainly(b.each)} tokens per parameter`
    );
    return localize`Three valleys, and a table of their lowest dots: ${rows.join("; ")}.`;
  },
  "Your turn": (m) => {
    const run = localize`The valley of ${power(m.budget)} operations, lowest at ${toldRun(m.best)}.
      Yours: ${toldRun(m.yours)}; ${plainly(m.days)} days, ${spoken(m.cost)} dollars.`;
    if (!m.served) return run;
    return localize`${run} With ${spoken(m.served)} tokens served, ${operations(m.total)} operations
      in all. A second dot at the same height, the cheapest: ${both(m.cheapest)},
      ${operations(m.least)} in all.`;
  },
};
