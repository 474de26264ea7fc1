// What the reader of the run planner chooses.

import { segments, slider, tickBox } from "../shared/controls.js";
import { h } from "../shared/dom.js";
import { inUnits, percent } from "../shared/words.js";
import { inGigabytes } from "./words.js";

/** @import { LargeRun } from "../../engine/run_plan.js" */
/** @typedef {{ element: HTMLElement, show: (run: LargeRun) => void }} PlannerField */
/** @typedef {(values: Partial<LargeRun>) => void} SetRun */

/** @type {[value: string, label: string][]} */
const SHARED = [["ddp", "DDP"], ["zero1", "ZeRO-1"], ["zero2", "ZeRO-2"], ["zero3", "ZeRO-3"]];
/** @type {[value: string, label: string][]} */
const KEPT_ACTIVATIONS = [
  ["none", "all"],
  ["selective", "all but attention maps"],
  ["full", "block inputs"],
];
/** @type {[value: string, label: string][]} */
const NUMBERS_IN = [["mixed", "16 and 32 bits"], ["float32", "32 bits"]];

export class PlannerFields {
  /**
   * @param {Record<string, Partial<LargeRun>>} gpus
   * @param {SetRun} set
   */
  constructor(gpus, set) {
    /** @type {PlannerField[]} */
    this.all = [];
    const add = (/** @type {PlannerField} */ field) => {
      this.all.push(field);
      return field.element;
    };
    const powers = { base: 2, round: Math.round };
    const counted = { ...powers, say: (/** @type {number} */ n) => n.toLocaleString("en") };
    const gpu = choice("GPU", Object.keys(gpus).map((name) => [name, name]), {
      onpick: (name) => set(gpus[name]),
      read: (run) => Object.keys(gpus).find((name) => gpus[name].peak_flops === run.peak_flops),
    });
    const pick = (
      /** @type {keyof LargeRun} */ name,
      /** @type {string} */ label,
      /** @type {[value: string, label: string][]} */ choices,
    ) => {
      const onpick = (/** @type {string} */ value) => set({ [name]: value });
      return choice(label, choices, { onpick, read: (run) => String(run[name]) });
    };
    this.chosen = h(
      "div",
      { class: "llm-planner-chosen" },
      add(pick("parallel", "The copies of the model share it by", SHARED)),
      add(pick("checkpointing", "Activations kept", KEPT_ACTIVATIONS)),
      add(gpu),
    );
    this.sliders = h(
      "div",
      { class: "llm-planner-sliders llm-slim" },
      add(logField("parameters", "Parameters", [1e6, 1e13], { set })),
      add(logField("tokens", "Tokens", [1e6, 1e14], { set })),
      add(logField("gpus", "GPUs", [1, 131_072], { set, ...counted })),
      add(logField("batch_tokens", "Tokens per batch", [2 ** 10, 2 ** 27], { set, ...powers })),
      add(logField("network", "Network", [1e7, 1e12], {
        set,
        say: (n) => `${inGigabytes(n)}/s`,
      })),
      add(efficiencyField(set)),
    );
    this.others = h(
      "div",
      { class: "llm-planner-others" },
      add(logField("context_length", "Context length", [128, 131_072], { set, ...counted })),
      add(logField("micro_batch", "Sequences in a micro-batch", [1, 256], { set, ...counted })),
      add(logField("tensor_parallel", "Matrices cut over", [1, 64], { set, ...counted })),
      add(logField("pipeline_parallel", "Blocks cut over", [1, 128], { set, ...counted })),
      add(logField("pipeline_chunks", "Virtual stages on each", [1, 16], { set, ...counted })),
      add(logField("link", "Inside a machine", [1e7, 1e13], {
        set,
        say: (n) => `${inGigabytes(n)}/s`,
      })),
      add(pick("precision", "Numbers", NUMBERS_IN)),
      add(overlapField(set)),
    );
  }

  /** @param {LargeRun} run */
  show(run) {
    for (const field of this.all) field.show(run);
  }
}

/**
 * A choice with its name.
 * @param {string} label
 * @param {[value: string, label: string][]} choices
 * @param {{ onpick: (value: string) => void, read: (run: LargeRun) => string | undefined }} how
 * @returns {PlannerField}
 */
function choice(label, choices, { onpick, read }) {
  const picked = segments(label, choices, onpick);
  const element = h("div", { class: "llm-planner-choice" }, h("b", {}, label), picked);
  return { element, show: (run) => picked.show(read(run) ?? "") };
}

/**
 * A slider over powers of a base, by whole steps of a power of 2 and finer ones of 10.
 * @param {keyof LargeRun} name
 * @param {string} label
 * @param {[low: number, high: number]} ends
 * @param {{ set: SetRun, base?: number, round?: (n: number) => number,
 *   say?: (n: number) => string }} how
 * @returns {PlannerField}
 */
function logField(name, label, [low, high], { set, base = 10, round, say = inUnits }) {
  const power = (/** @type {number} */ n) => Math.log(n) / Math.log(base);
  const value = (/** @type {number} */ v) => round ? round(base ** v) : digits(base ** v);
  const element = slider({
    name: label,
    min: power(low),
    max: power(high),
    step: round ? 1 : 0.05,
    oninput: (v) => set({ [name]: Math.min(high, Math.max(low, value(v))) }),
  });
  const show = (/** @type {LargeRun} */ run) => {
    const n = Number(run[name]);
    element.show(power(n), say(n));
  };
  return { element, show };
}

/** @param {number} n */
const digits = (n) => Number(n.toPrecision(2));

/**
 * @param {SetRun} set
 * @returns {PlannerField}
 */
function efficiencyField(set) {
  const element = slider({
    name: "Share of the peak while computing",
    min: 0.01,
    max: 1,
    step: 0.01,
    oninput: (efficiency) => set({ efficiency }),
  });
  return { element, show: (run) => element.show(run.efficiency, percent(run.efficiency, 0)) };
}

/**
 * @param {SetRun} set
 * @returns {PlannerField}
 */
function overlapField(set) {
  const box = tickBox("sends while it computes", (overlap) => set({ overlap }));
  return { element: box, show: (run) => box.show(run.overlap) };
}
