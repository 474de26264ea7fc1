// What there is to be seen of a training, in words.

import { localCount } from "../shared/localize.js";
import { count, decimals } from "../shared/words.js";
import { TRAIN_FAULTS } from "./faults.js";

/** @import { Baselines, TrainCurve } from "./curve.js" */
/** @import { Phase, TrainRun } from "./run.js" */

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
 * @property {boolean} isLoaded whether it began with the weights of a file
 */

/**
 * What a reader waits for, in order; at: the step at which it came, or undefined.
 * @param {TrainCurve} curve
 * @param {Baselines} baselines
 * @param {string} unit
 * @param {boolean} small
 * @returns {{ at: number | undefined, words: string }[]}
 */
export function milestoneList(curve, baselines, unit, small) {
  const pairs = small ? "Below letter pairs" : "Below the bigram";
  const { unigram, bigram, rise } = curve.milestones(baselines);
  return [
    { at: unigram, words: `It has learned which ${unit} are common.` },
    { at: bigram, words: `${pairs}: it uses more than one ${unit.slice(0, -1)}.` },
    { at: rise, words: "The held-out loss rises: it learns its text by heart." },
  ];
}

/**
 * The finding, and which part of it is news for a screen reader.
 * @param {Told} told
 * @returns {{ words: string, news: string }}
 */
export function tellTraining(told) {
  const { phase, fault, step, curve, baselines, unit, small } = told;
  const last = curve.heldOut.at(-1)?.[1];
  if (phase === "new" || last === undefined) {
    const words = fault ? TRAIN_FAULTS[fault].look : beginWords(told);
    return { words: `${words} Press Train.`, news: phase };
  }
  const at = `Step ${localCount(step)}: held-out loss ${decimals(last)}.`;
  const then = { running: "", paused: " It is paused.", done: " All its steps are taken." };
  const end = then[/** @type {"running" | "paused" | "done"} */ (phase)];
  if (fault) return { words: `${at} ${TRAIN_FAULTS[fault].look}${end}`, news: phase };
  const reached = milestoneList(curve, baselines, unit, small).filter((one) =>
    one.at !== undefined
  );
  const stage = reached.at(-1)?.words ?? "It does not yet know which tokens are common.";
  const best = curve.best;
  const back = small ? "." : ": “Back to the best” puts that model back.";
  const better = best && reached.length === 3
    ? ` Best was ${decimals(best[1])}, at step ${localCount(best[0])}${back}`
    : "";
  return { words: `${at} ${stage}${better}${end}`, news: `${phase} ${reached.length}` };
}

/**
 * What a model is before its first step.
 * @param {Told} told
 */
function beginWords({ parameters, baselines: { uniform }, unit, isLoaded }) {
  const numbers = count(parameters, "number");
  if (isLoaded) return `${numbers}, as they were loaded: it learns on from there.`;
  const V = localCount(Math.round(Math.exp(uniform)));
  return `${numbers}, all drawn at random: it knows nothing yet. A guess that gives all ${V} ` +
    `${unit} the same probability has a loss of ln ${V} = ${decimals(uniform)}.`;
}

/**
 * How far a training is, and how fast it goes.
 * @param {TrainRun} run
 */
export function statusWords({ phase, step, speed, plan }) {
  if (phase === "new" || !plan) return "";
  const { steps = 1 } = plan.training;
  const end = Math.ceil(Math.max(1, step) / steps) * steps; // each "Go on" adds as many
  const many = () => `${localCount(Math.round(speed))} per second`;
  const pace = speed ? ` · ${speed < 1 ? `one takes ${decimals(1 / speed)} s` : many()}` : "";
  return `Step ${localCount(step)} of ${localCount(end)}${pace}`;
}

/**
 * Where text and model are.
 * @param {boolean} isKept whether the browser keeps anything
 * @param {boolean} small
 * @param {string} [fault] why the last steps could not be kept
 */
export const safeWords = (isKept, small, fault = "") =>
  "All of it happens on this device: no text and no model leaves it. " +
  (fault
    ? `The last steps could not be kept: ${fault}`
    : isKept
    ? "This browser keeps your training, so that you find it again here."
    : `This browser keeps nothing${small ? "." : ": save the model before you leave."}`);
