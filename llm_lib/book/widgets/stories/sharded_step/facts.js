// Every number of the story: what each rank holds at each moment, and what it has sent by then.

import { planLargeRun } from "../../../engine/run_plan.js";
import { total } from "../../../engine/vectors.js";

/** @import { Choice } from "../../moving/types.js" */
/** @import { LargeRun } from "../../../engine/run_plan.js" */

/** How many ranks the film has. */
export const N = 4;
export const FOUR = [0, 1, 2, 3];
export const LAYERS = [0, 1];
export const RATE = 0.1;
/** Of a weight, in mixed precision. */
export const BYTES = { weights: 2, gradients: 2, optimiser: 12 };
export const STAGES = ["plain", "ZeRO-1", "ZeRO-2", "ZeRO-3"];
/** The weights of the last scene's model, and the bytes of a GPU there. */
export const MANY = 70e9;
export const GPU = 80e9;

/** @typedef {keyof typeof BYTES} Part */
/**
 * By rank, layer and place: a number (1 for the optimiser's), or null for what isn't held.
 * @typedef {(number | null)[][][]} Numbers
 */
/**
 * sent: bytes by each rank so far; layer: the one that computes, at the moment.
 * @typedef {Record<Part, Numbers> & { sent: number, layer: number | null, held: number }} Moment
 */
/**
 * @typedef {object} Settings
 * @property {number[][]} weights
 * @property {number[][]} grads
 * @property {number} ranks
 * @property {number} stage
 */
/** @typedef {ReturnType<typeof factsOf>} Facts */

/** @type {LargeRun["parallel"][]} */
const WAYS = ["ddp", "zero1", "zero2", "zero3"];

/**
 * What each rank holds without activations, and sends in a step of one pass, in bytes.
 * @param {number} parameters
 * @param {number} gpus
 * @param {number} stage
 */
export function bytesOf(parameters, gpus, stage) {
  const { memory, bytes_sent } = planLargeRun({
    ...{ parameters, gpus, tokens: 1, batch_tokens: gpus, context_length: 1, micro_batch: 1 },
    ...{ parallel: WAYS[stage], precision: "mixed", checkpointing: "none" },
    ...{ tensor_parallel: 1, pipeline_parallel: 1, pipeline_chunks: 1 },
    ...{ peak_flops: 1, memory: GPU, bandwidth: 1, network: 1, link: 1 },
    ...{ efficiency: 1, overlap: true },
  });
  const optimiser = memory["master copy"] + memory.moments;
  const parts = { weights: memory.weights, gradients: memory.gradients, optimiser };
  return { ...parts, held: total(Object.values(parts)), sent: bytes_sent };
}

/**
 * @param {(rank: number, layer: number, place: number) => number | null} numberOf
 * @returns {Numbers}
 */
const onRanks = (numberOf) =>
  FOUR.map((rank) => LAYERS.map((layer) => FOUR.map((place) => numberOf(rank, layer, place))));

/**
 * How many numbers rank 0 holds; the others hold as many.
 * @param {Numbers} numbers
 */
const countOf = ([first]) => first.flat().filter((x) => x !== null).length;

/**
 * @param {Record<Part, Numbers>} parts
 * @param {number} sent
 * @param {number | null} [layer]
 * @returns {Moment}
 */
function momentOf(parts, sent, layer = null) {
  const names = /** @type {Part[]} */ (Object.keys(BYTES));
  const held = total(names.map((part) => BYTES[part] * countOf(parts[part])));
  return { ...parts, sent, layer, held };
}

/** @param {Settings} settings */
export function factsOf(settings) {
  const { weights, grads, ranks, stage } = settings;
  const grad = (/** @type {number} */ r, /** @type {number} */ l, /** @type {number} */ i) =>
    grads[r][N * l + i];
  const means = LAYERS.map((l) => FOUR.map((i) => total(FOUR.map((r) => grad(r, l, i))) / N));
  const optimiser = onRanks((rank, _, place) => place === rank ? 1 : null);
  const half = bytesOf(2 * N, N, 0).sent / 4; // of a ring, for one layer
  /**
   * A moment of the step with ZeRO-3.
   * @param {number} halves that have been sent
   * @param {{ whole?: number, worked?: number, summed?: number }} state whole: the layer that is
   *   gathered; worked: the one whose gradient is there; summed: from which layer on they are
   *   averaged and cut
   */
  const during = (halves, { whole, worked, summed = 2 }) =>
    momentOf(
      {
        weights: onRanks((r, l, i) => i === r || l === whole ? weights[l][i] : null),
        gradients: onRanks((r, l, i) =>
          l === worked ? grad(r, l, i) : l >= summed && i === r ? means[l][i] : null
        ),
        optimiser,
      },
      halves * half,
      whole ?? null,
    );
  const backward = [
    during(3, { whole: 1, worked: 1 }),
    during(4, { summed: 1 }),
    during(5, { whole: 0, worked: 0, summed: 1 }),
    during(6, { summed: 0 }),
  ];
  const stepped = LAYERS.map((l) => FOUR.map((i) => weights[l][i] - RATE * means[l][i]));
  return {
    ...settings,
    means,
    grad,
    stepped,
    stages: STAGES.map((_, s) =>
      momentOf(
        {
          weights: onRanks((r, l, i) => s < 3 || i === r ? weights[l][i] : null),
          // from ZeRO-1 on, a reduce-scatter averages a rank's own places alone
          gradients: onRanks((r, l, i) =>
            s < 1 || i === r ? means[l][i] : s < 2 ? grad(r, l, i) : null
          ),
          optimiser: onRanks((r, _, i) => s < 1 || i === r ? 1 : null),
        },
        bytesOf(2 * N, N, s).sent,
      )
    ),
    forward: [
      during(1, { whole: 0 }),
      during(1, {}),
      during(2, { whole: 1 }),
      during(2, {}),
    ],
    backward,
    update: {
      ...backward[3],
      weights: onRanks((r, l, i) => i === r ? stepped[l][i] : null),
    },
    yours: bytesOf(MANY, ranks, stage),
  };
}

/**
 * @param {Facts} m
 * @returns {Choice[]}
 */
export const choicesOf = (m) => [
  {
    name: "Ranks",
    options: [2, 4, 8, 16, 64, 512].map((n) => [`${n}`, `${n} ranks`]),
    value: `${m.ranks}`,
    pick: (n) => ({ ranks: Number(n) }),
  },
  {
    name: "Stage",
    options: STAGES.map((name, s) => [`${s}`, s ? name : "plain data parallelism"]),
    value: `${m.stage}`,
    pick: (stage) => ({ stage: Number(stage) }),
  },
];
