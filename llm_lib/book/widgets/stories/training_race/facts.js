// Every number of the story: steps, seconds per step, and their product.

import { localCount, localFixed, localize } from "../../shared/localize.js";

/** @import { Choice } from "../../moving/types.js" */

/** @typedef {[name: string, share: number]} Share */
/** @typedef {{ name: string, steps: number, seconds: number, total: number, times: number }} Run */
/** @typedef {Run & { moreSteps: number, moreSeconds: number, cost: number }} Change */
/**
 * @typedef {object} Settings
 * @property {Share[]} passes
 * @property {Share[]} parts
 * @property {[name: string, steps: number, seconds: number][]} changes
 * @property {string[]} switched
 */
/** @typedef {ReturnType<typeof factsOf>} Facts */

/** @param {Settings} settings */
export function factsOf({ passes, parts, changes, switched }) {
  const whole = changes[0][1] * changes[0][2];
  /** @type {(name: string, steps: number, seconds: number) => Run} */
  const runOf = (name, steps, seconds) => ({
    ...{ name, steps, seconds, total: steps * seconds, times: whole / (steps * seconds) },
  });
  const runs = changes.map(([name, steps, seconds]) => runOf(name, steps, seconds));
  // what a change does to each factor of the recipe before it
  const log = runs.slice(1).map((run, i) => ({
    ...run,
    moreSteps: run.steps / runs[i].steps,
    moreSeconds: run.seconds / runs[i].seconds,
    cost: run.total / runs[i].total,
  }));
  const on = log.filter(({ name }) => switched.includes(name));
  const product = (/** @type {"moreSteps" | "moreSeconds"} */ factor) =>
    on.reduce((all, change) => all * change[factor], 1);
  const yours = runOf(
    "yours",
    runs[0].steps * product("moreSteps"),
    runs[0].seconds * product("moreSeconds"),
  );
  return { passes, parts, runs, log, switched, yours };
}

/**
 * Milliseconds of a step.
 * @param {number} seconds
 */
export const inMs = (seconds) => localize`${localFixed(1000 * seconds, 1)} ms`;

/**
 * Seconds of a run, with about two digits.
 * @param {number} seconds
 */
export const inSeconds = (seconds) =>
  localize`${seconds < 10 ? localFixed(seconds, 1) : localCount(Math.round(seconds))} s`;

/** @param {number} steps */
export const wholeSteps = (steps) => localCount(Math.round(steps));

/** @param {number} times */
export const timesFast = (times) => localFixed(times, 1);

/**
 * @param {Facts} m
 * @returns {Choice[]}
 */
export const choicesOf = (m) =>
  m.log.map(({ name }) => ({
    name,
    options: /** @type {[string, string][]} */ ([["on", localize`on`], ["off", localize`off`]]),
    value: m.switched.includes(name) ? "on" : "off",
    pick: (value) => ({
      switched: m.log.map((change) => change.name)
        .filter((other) => other === name ? value === "on" : m.switched.includes(other)),
    }),
  }));
