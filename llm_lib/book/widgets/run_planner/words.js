// The run planner's figures in words.

import { inUnits, percent } from "../shared/words.js";

/** @import { LargeRun, planLargeRun } from "../../engine/run_plan.js" */
/** @typedef {ReturnType<typeof planLargeRun>} LargePlan */

/**
 * "31.4 GB": three digits that count, in powers of 1,000, as data sheets have them.
 * @param {number} bytes
 */
export function inGigabytes(bytes) {
  /** @type {[unit: number, name: string][]} */
  const units = [[1e15, "PB"], [1e12, "TB"], [1e9, "GB"], [1e6, "MB"], [1e3, "kB"]];
  return inUnits(bytes, [...units, [1, "bytes"]]);
}

/**
 * 0.0123 -> "12.3 ms".
 * @param {number} seconds
 */
export function inSeconds(seconds) {
  const [size, unit] = seconds >= 0.9995
    ? [1, "s"]
    : seconds >= 0.9995e-3
    ? [1e-3, "ms"]
    : [1e-6, "µs"];
  return `${Number((seconds / size).toPrecision(3)).toLocaleString("en")}\u00a0${unit}`;
}

/**
 * Days, or hours or years where these read better.
 * @param {number} days
 */
export function inDays(days) {
  if (days >= 2 * 365) return `${inUnits(days / 365)}\u00a0years`;
  if (days >= 2) return `${inUnits(days)}\u00a0days`;
  return days >= 1 / 24
    ? `${inUnits(days * 24)}\u00a0hours`
    : `${inUnits(days * 24 * 60)}\u00a0minutes`;
}

/**
 * Whether it fits, and how long it takes.
 * @param {LargeRun} run
 * @param {LargePlan} plan
 */
export function plannerWords(run, plan) {
  const held = inGigabytes(plan.memory_total);
  if (!plan.fits) {
    return `It doesn't fit: each GPU would have to hold ${held}, and has ` +
      `${inGigabytes(run.memory)}.`;
  }
  return `It fits: each GPU holds ${held} of ${inGigabytes(run.memory)}. A step takes ` +
    `${inSeconds(plan.time.step)}, the run ${inDays(plan.days)}, at an MFU of ` +
    `${percent(plan.mfu)}.`;
}

/**
 * What binds, and what would help.
 * @param {LargeRun} run
 * @param {LargePlan} plan
 */
export function advice(run, plan) {
  const { activations, ...states } = plan.memory;
  if (plan.binds === "memory") {
    const rest = Object.values(states).reduce((sum, part) => sum + part, 0);
    if (activations > rest) {
      return run.checkpointing === "full"
        ? "Activations take most: take smaller micro-batches, or cut the matrices, too."
        : "Activations take most: keep fewer of them, or take smaller micro-batches.";
    }
    return run.parallel === "zero3"
      ? "All of the model is cut already: take more GPUs, or larger ones."
      : "The model and what its optimiser keeps take most: cut more of that.";
  }
  const { compute, bubble, sums, network } = plan.time;
  if (plan.binds === "network") {
    return `The network binds: sending ${inGigabytes(plan.bytes_sent)} takes ` +
      `${(network / compute).toFixed(1)} times as long as computing. A larger batch, less ` +
      "cutting or a faster network helps.";
  }
  if (plan.binds === "pipeline") {
    return `The pipeline binds: its parts wait ${(bubble / compute).toFixed(1)} times as long as ` +
      "they work. More micro-batches, fewer parts or more virtual stages help.";
  }
  if (plan.binds === "link") {
    return `The sums inside blocks bind: they take ${(sums / compute).toFixed(1)} times as long ` +
      "as computing. Cut the matrices over fewer GPUs.";
  }
  if (plan.binds === "bandwidth") {
    return "The GPU's memory binds: moving the weights takes longer than working out where to. A " +
      "larger batch helps.";
  }
  const behind = run.overlap ? "is hidden behind it" : "comes on top";
  const sent = network
    ? `sending ${inGigabytes(plan.bytes_sent)} takes ${percent(network / compute)} of that time ` +
      `and ${behind}`
    : "one copy of the model has nothing to send";
  const waits = [[bubble, "the bubble"], [sums, "sums inside blocks"]].filter(([time]) => time)
    .map(([time, name]) => `${name} ${percent(Number(time) / compute)}`);
  return `Computing binds; ${sent}.` + (waits.length ? ` On top come ${waits.join(" and ")}.` : "");
}
