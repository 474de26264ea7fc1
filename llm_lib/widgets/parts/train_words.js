// What there is to be seen of a training, in words.

import { localCount } from "../shared/localize.js";
import { count, decimals } from "../shared/words.js";
import { TRAIN_FAULTS } from "./train_faults.js";

/** @import { Baselines, TrainCurve } from "./train_curve.js" */
/** @import { Phase, TrainRun } from "./train_run.js" */

/**
 * What is to be told.
 * @typedef {object} Told
 * @property {Phase} phase
 * @property {string} fault
 * @property {number} step
 * @property {number} parameters
 * @property {TrainCurve} curve
 * @property {Baselines} baselines
 * @property {string} unit "letters" or "tokens"
 * @property {boolean} small whether it is the small version, with one button
 */

/**
 * What a reader waits for, in order; at: the step at which it came, or undefined.
 * @param {TrainCurve} curve
 * @param {Baselines} baselines
 * @param {string} unit
 * @returns {{ at: number | undefined, words: string }[]}
 */
export function milestoneList(curve, baselines, unit) {
  const { unigram, bigram, rise } = curve.milestones(baselines);
  return [
    { at: unigram, words: `It has learned which ${unit} are common.` },
    { at: bigram, words: `Below the bigram: it uses more than one ${unit.slice(0, -1)}.` },
    { at: rise, words: "The held-out loss rises: it learns its text by heart." },
  ];
}

/**
 * The finding, and which part of it is news for a screen reader.
 * @param {Told} told
 * @returns {{ words: string, news: string }}
 */
export function tellTraining(told) {
  const { phase, fault, step, parameters, curve, baselines, unit, small } = told;
  const last = curve.heldOut.at(-1)?.[1];
  if (phase === "new" || last === undefined) {
    const begin = `${count(parameters, "number")}, all drawn at random: it knows nothing yet.`;
    const words = fault
      ? `${TRAIN_FAULTS[fault].look} Press Train.`
      : `${begin} Who gives all tokens the same probability pays ln V = ` +
        `${decimals(baselines.uniform)} for each. Press Train.`;
    return { words, news: phase };
  }
  const at = `Step ${localCount(step)}: held-out loss ${decimals(last)}.`;
  const then = { running: "", paused: " It stands still.", done: " It is at its last step." };
  const end = then[/** @type {"running" | "paused" | "done"} */ (phase)];
  if (fault) return { words: `${at} ${TRAIN_FAULTS[fault].look}${end}`, news: phase };
  const reached = milestoneList(curve, baselines, unit).filter((one) => one.at !== undefined);
  const stage = reached.at(-1)?.words ?? "It does not yet know which tokens are common.";
  const best = curve.best;
  const back = small ? "." : ": “Back to the best” puts that model back.";
  const better = reached.length === 3
    ? ` Best was ${decimals(best[1])}, at step ${localCount(best[0])}${back}`
    : "";
  return { words: `${at} ${stage}${better}${end}`, news: `${phase} ${reached.length}` };
}

/**
 * How far a training is, and how fast it goes.
 * @param {TrainRun} run
 */
export function statusWords({ phase, step, speed, plan }) {
  if (phase === "new" || !plan) return "";
  const { steps } = plan.training;
  const end = Math.ceil(Math.max(1, step) / steps) * steps; // each "Go on" adds as many
  const pace = speed ? ` · ${Math.round(speed)} a second` : "";
  return `Step ${localCount(step)} of ${localCount(end)}${pace}`;
}

/**
 * Where text and model are.
 * @param {boolean} isKept whether the browser keeps anything
 * @param {boolean} small
 */
export const safeWords = (isKept, small) =>
  "All of it happens on this device: no text and no model leaves it. " +
  (isKept
    ? "This browser keeps your training, so that you find it again here."
    : `This browser keeps nothing${small ? "." : ": save the model before you leave."}`);
