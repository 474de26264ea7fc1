// The picture of time in words.

import { localCount, localFixed, localize } from "../shared/localize.js";
import { isReplaced, secondsOf } from "./values.js";

/** @import { Change, Run, Shown } from "./values.js" */

/** "× 0.52". @param {number} ratio */
export const factor = (ratio) => `×\u00a0${localFixed(ratio, 2)}`;

/** Two digits or so. @param {number} seconds */
export const inSeconds = (seconds) =>
  localize`${seconds < 10 ? localFixed(seconds, 1) : localCount(Math.round(seconds))} s`;

/** The seconds, rounded where they are shown with a decimal. @param {Run} run */
const asShown = (run) => {
  const seconds = secondsOf(run);
  return seconds < 10 ? Math.round(10 * seconds) / 10 : seconds;
};

/** @param {Run} run */
export const stepsOf = ({ steps }) => localCount(Math.round(steps));

/** @param {Run} run */
export const millisOf = ({ seconds }) => localFixed(1000 * seconds, 0);

/** @param {Run} run */
const sides = (run) => localize`${stepsOf(run)} steps × ${millisOf(run)} ms`;

/**
 * What is shown, and what the change just made has cut off.
 * @param {object} facts
 * @param {Shown} facts.now
 * @param {Shown} facts.before without the last change
 * @param {Change | null} facts.last
 * @param {Run} facts.first
 * @param {string[]} facts.on
 * @param {boolean} facts.growing whether no ratios are shown, so that none need be explained
 */
export function timeWords({ now, before, last, first, on, growing }) {
  if (!last) {
    return localize`The published recipe: ${sides(first)} = ${
      inSeconds(secondsOf(first))
    }. Press Next change.`;
  }
  const whole = secondsOf(first) / secondsOf(now);
  const so = localize`${sides(now)} = ${inSeconds(secondsOf(now))}: ${
    whole < 10 ? localFixed(whole, 1) : localCount(Math.round(whole))
  } times as fast as the published recipe.`;
  const said = [so];
  if (!now.measured) said.push(UNTRAINED());
  else if (before.measured) said.push(changeWords(now, before, last));
  if (growing) return said.join(" ");
  if (now.measured && differs(now)) said.push(productWords(now));
  if (on.some((name) => isReplaced(name, on))) said.push(REPLACED());
  return said.join(" ");
}

const UNTRAINED = () =>
  localize`Nobody has trained this combination: it is an estimate by the ratios, not a
    measurement.`;

const REPLACED = () =>
  localize`(AdamW's tuned rate does nothing here: Muon has a rate of its own.)`;

/** Whether the product would be off by a tenth. @param {Shown} now */
const differs = (now) => Math.abs(Math.log(secondsOf(now.product) / secondsOf(now))) > 0.1;

/** @param {Shown} now */
const productWords = (now) =>
  localize`The product of the ratios would be ${
    inSeconds(secondsOf(now.product))
  }: a ratio holds only beside the changes it was measured with.`;

/** @param {Shown} now @param {Shown} before @param {Change} last */
function changeWords(now, before, last) {
  const [steps, time] = [now.steps / before.steps, now.seconds / before.seconds];
  const cut = asShown(before) - asShown(now); // what a reader gets who subtracts the two
  const verb = cut > 0 ? localize`cuts off ${inSeconds(cut)}` : localize`adds ${inSeconds(-cut)}`;
  const both = localize`steps ${factor(steps)}, time per step ${factor(time)}`;
  return localize`The last change, ${last.name}, ${verb}: ${both}.`;
}

/** The picture, for those who don't see it. @param {Shown} now @param {Run} first */
export const pictureWords = (now, first) =>
  localize`A rectangle, ${sides(now)}, ${
    inSeconds(secondsOf(now))
  }, in the corner of the published recipe's, ${sides(first)}, ${inSeconds(secondsOf(first))}.`;
