// What is said at each step, and each picture in words.

import { localFixed, localize } from "../../shared/localize.js";
import { roughly } from "../../shared/words.js";
import { inMs, inSeconds, timesFast, wholeSteps } from "./facts.js";

/** @import { Change, Facts, Run, Share } from "./facts.js" */
/** @typedef {Record<string, (m: Facts, k: number) => string>} Words */

/** @param {Run} run */
const both = ({ steps, seconds }) => localize`${wholeSteps(steps)} steps of ${inMs(seconds)}`;

/** @param {number} ratio */
const factor = (ratio) => `× ${localFixed(ratio, 2)}`;

/** @param {Share[]} shares */
const listed = (shares) => shares.map(([name, share]) => `${name} ${roughly(share)}`).join(", ");

/** What a change does to both factors. @param {Change} change */
function effect({ moreSteps, moreSeconds, cost }) {
  const factors = localize`steps ${factor(moreSteps)}, time per step ${factor(moreSeconds)}`;
  return localize`${factors}; together ${factor(cost)}.`;
}

/** @param {Facts} m @param {number} k */
function told({ log }, k) {
  const { name, moreSteps, moreSeconds } = log[k];
  const fewer = moreSteps < 0.97;
  const dearer = moreSeconds > 1.03;
  const verdict = fewer && dearer
    ? localize`It buys steps and pays in time.`
    : fewer && moreSeconds < 0.9
    ? localize`It buys both.`
    : fewer
    ? localize`It buys steps.`
    : localize`It buys time.`;
  return localize`${name}: ${effect(log[k])} ${verdict}`;
}

/** @type {Words} */
export const sayOf = {
  "One step": ({ passes }) =>
    localize`One step of training, timed: ${listed(passes)}. The backward pass multiplies twice
      for each product of the forward pass.`,
  Parts: ({ parts }) => {
    const [[name, share]] = [...parts].sort((a, b) => b[1] - a[1]);
    return localize`The same step by kind of work. The largest part: ${name}, ${roughly(share)}.`;
  },
  Area: ({ runs: [first] }) =>
    localize`A run is an area: ${both(first)} make ${inSeconds(first.total)}. You can make it
      narrower, or lower.`,
  Change: told,
  Result: ({ runs }) =>
    localize`All changes together: ${both(runs.at(-1))}. The same loss in
      ${inSeconds(runs.at(-1).total)} instead of ${inSeconds(runs[0].total)}.`,
  "Your turn": ({ yours }) =>
    localize`Switch changes on and off. Yours takes about ${both(yours)}: ${
      inSeconds(yours.total)
    }, if each change's two ratios hold without the others.`,
};

/** @type {Words} */
export const altOf = {
  "One step": ({ passes }) => localize`Bars: ${listed(passes)}.`,
  Parts: ({ parts }) => localize`Bars: ${listed(parts)}.`,
  Area: ({ runs: [first] }) =>
    localize`A large rectangle, ${both(first)}, ${inSeconds(first.total)} in all.`,
  Change: ({ runs, log }, k) =>
    localize`The rectangle of ${log[k].name}, ${both(runs[k + 1])}, over the one before it,
      ${both(runs[k])}.`,
  Result: ({ runs }) =>
    localize`A small rectangle, ${both(runs.at(-1))}, in the corner of the first one,
      ${both(runs[0])}; ${timesFast(runs.at(-1).times)} times as fast.`,
  "Your turn": ({ yours, runs }) =>
    localize`The rectangle of your run, ${both(yours)}, over the first one, ${both(runs[0])};
      ${timesFast(yours.times)} times as fast.`,
};
