// What each knob does to the distribution of the next token.

import { softmax } from "../../engine/functions.js";
import { penalizeRepetition, reshape } from "../../engine/sampling.js";

/** @import { Floats } from "../../engine/types.js" */
/**
 * @typedef {{ repetition_penalty: number, temperature: number, top_k: number, top_p: number, min_p:
 *   number, [knob: string]: number }} Knobs
 */
/** @typedef {{ name: string, value: number | null, p: Floats, cut: Map<number, string> }} Stage */

// In the order of the stages
/** @type {("repetition_penalty" | "temperature" | "top_k" | "top_p" | "min_p")[]} */
export const KNOBS = ["repetition_penalty", "temperature", "top_k", "top_p", "min_p"];
/** @type {Record<string, number>} */
export const OFF = { repetition_penalty: 1, temperature: 1, top_k: 0, top_p: 1, min_p: 0 };
/** @type {Record<string, string>} */
export const NAMES = {
  repetition_penalty: "repetition penalty",
  temperature: "temperature",
  top_k: "top-k",
  top_p: "top-p",
  min_p: "min-p",
};

/**
 * The distribution after each knob that does something: [{name, value, p, cut}, ...], the model's
 * own first.
 * @param {Floats} logits
 * @param {number[]} ids
 * @param {Knobs} knobs
 */
export function decodingStages(logits, ids, knobs) {
  /** @type {Stage[]} */
  const stages = [{ name: "model", value: null, p: softmax(logits), cut: new Map() }];
  /** @type {Record<string, number>} */
  const used = {};
  const lowered = penalizeRepetition(logits, ids, knobs.repetition_penalty);
  /** @type {Record<string, string>} */
  const keys = { temperature: "temperature", top_k: "topK", top_p: "topP", min_p: "minP" };
  for (const knob of KNOBS) {
    if (keys[knob]) used[keys[knob]] = knobs[knob];
    if (knobs[knob] !== OFF[knob]) {
      stages.push({ name: knob, value: knobs[knob], ...reshape(lowered, used) });
    }
  }
  return stages;
}

/**
 * The probabilities that the next token is drawn from: the last of those stages, without the
 * others.
 * @param {Floats} logits
 * @param {number[]} ids
 * @param {Knobs} k
 */
export function decodingProbabilities(logits, ids, k) {
  const lowered = k.repetition_penalty === 1
    ? logits
    : penalizeRepetition(logits, ids, k.repetition_penalty);
  return reshape(lowered, {
    temperature: k.temperature,
    topK: k.top_k,
    topP: k.top_p,
    minP: k.min_p,
  }).p;
}
