// What was recorded: the loss of each token after some steps, and what the model answers then.

import { present } from "../../../engine/present.js";

/** @import { Choice } from "../../moving/types.js" */

/** @typedef {{ losses: number[], says: string }} Seen losses: of each token but the first */
/** @typedef {{ mask: boolean, stop: boolean, after: Record<string, Seen> }} Run */
/**
 * @typedef {object} Settings
 * @property {string[]} tokens
 * @property {number} first the place of the answer's first token
 * @property {Run[]} runs
 * @property {boolean} mask
 * @property {boolean} stop
 * @property {number} steps
 */
/** @typedef {ReturnType<typeof factsOf>} Facts */
/** @typedef {ReturnType<Facts["of"]>} Moment */

/** The steps after which the film looks. */
export const STOPS = [0, 1, 10, 100];

/** @param {string} token */
const shown = (token) => token.includes("\n") ? "↵" : token.startsWith("<|") ? "end" : token.trim();

/** @param {number[]} numbers */
const meanOf = (numbers) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

/** @param {Settings} settings */
export function factsOf(settings) {
  const { tokens, first, runs } = settings;
  const words = tokens.map(shown);
  const end = words.length - 1;
  const of = (
    /** @type {boolean} */ mask,
    /** @type {boolean} */ stop,
    /** @type {number} */ n,
  ) => {
    const run = runs.find((each) => each.mask === mask && each.stop === stop);
    const { losses, says } = present(run, "a recorded run").after[n];
    const counts = words.map((_, i) => i > 0 && (i >= first || !mask) && (i < end || stop));
    return {
      mask,
      stop,
      steps: n,
      says,
      counts,
      loss: (/** @type {number} */ i) => losses[i - 1],
      mean: meanOf(losses.filter((_, i) => counts[i + 1])),
      prompt: meanOf(losses.slice(0, first - 1)),
      goesOn: says !== answerOf(words, first),
    };
  };
  return {
    ...settings,
    words,
    end,
    answer: answerOf(words, first),
    of,
    yours: of(settings.mask, settings.stop, settings.steps),
  };
}

/**
 * The answer as it should be written: no space before a comma or full stop.
 * @param {string[]} words
 * @param {number} first
 */
const answerOf = (words, first) => words.slice(first, -1).join(" ").replaceAll(/ ([,.])/g, "$1");

/**
 * @param {Facts} m
 * @returns {Choice[]}
 */
export const choicesOf = (m) => [
  {
    name: "The prompt",
    options: [["masked", "is masked"], ["counts", "counts"]],
    value: m.mask ? "masked" : "counts",
    pick: (prompt) => ({ mask: prompt === "masked" }),
  },
  {
    name: "The end",
    options: [["counts", "counts"], ["masked", "is masked"]],
    value: m.stop ? "counts" : "masked",
    pick: (end) => ({ stop: end === "counts" }),
  },
  {
    name: "Training",
    options: STOPS.map((n) => [String(n), `${n} step${n === 1 ? "" : "s"}`]),
    value: String(m.steps),
    pick: (steps) => ({ steps: Number(steps) }),
  },
];
