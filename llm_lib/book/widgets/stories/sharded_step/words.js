// What is said at each step, and each picture in words.

import { inText } from "../../moving/ruler.js";
import { BYTES, FOUR, GPU, N, RATE, STAGES } from "./facts.js";

/** @import { Facts, Moment, Numbers } from "./facts.js" */
/** @typedef {Record<string, (m: Facts, k: number) => string>} Words */

/**
 * Bytes in GB, with a digit where there are few.
 * @param {number} bytes
 */
export const inGB = (bytes) => {
  const maximumFractionDigits = bytes < 10e9 ? 1 : 0;
  return `${(bytes / 1e9).toLocaleString("en", { maximumFractionDigits })} GB`;
};

/** @param {string} formula */
const inOneLine = (formula) => formula.replaceAll(" ", "\u00a0");

/**
 * How the mean of place 0 comes about, on rank 0.
 * @param {Facts} m
 * @param {number} layer
 */
function averaged(m, layer) {
  const sum = FOUR.map((r) => {
    const x = m.grad(r, layer, 0);
    const sign = x < 0 ? "− " : r ? "+ " : "";
    return `${sign}${inText(Math.abs(x))}`;
  }).join(" ");
  return inOneLine(`(${sum}) ÷ ${N} = ${inText(m.means[layer][0])}`);
}

const PER_WEIGHT = BYTES.weights + BYTES.gradients + BYTES.optimiser;

/** @type {Words} */
export const sayOf = {
  Plain: ({ stages: [plain] }) =>
    "Data parallel: four ranks train a model of two layers. Each holds all weights, mean " +
    `gradients and the optimiser's numbers, ${PER_WEIGHT} bytes per weight, ${plain.held} in ` +
    "all. And all hold the same.",
  "ZeRO-1": ({ stages }) =>
    "Cut the optimiser: each rank keeps it for one place of each matrix. A reduce-scatter gives " +
    "it the mean gradient there, it steps, and an all-gather hands out the new weights: still " +
    `${stages[1].sent} bytes sent.`,
  "ZeRO-2": ({ stages }) =>
    "Cut the gradients, too: once its own places are averaged, a rank drops all others. " +
    `${stages[2].held} bytes held, and still ${stages[2].sent} sent.`,
  "ZeRO-3": ({ stages: [plain, , , last] }) =>
    `Cut the weights, too: ${last.held} bytes instead of ${plain.held}. But now no rank has a ` +
    "whole layer to compute with. How does it take a step?",
  Forward: (_m, k) =>
    [
      "Forward: all-gather layer 1. Each rank gets the other three weights, and holds the whole " +
      "layer for a moment.",
      "It sends its own windows through layer 1, and drops the weights that aren't its own.",
      "Next layer: gather the weights of layer 2 …",
      "… compute, and drop them. Each rank has the loss of its own windows now.",
    ][k],
  Backward: (m, k) =>
    [
      "Backward: gather layer 2 again, and work out its gradient. It differs from rank to rank, " +
      "since each has read other windows.",
      "Reduce-scatter: each place is averaged over the ranks, where it is kept. Rank 0: " +
      `${averaged(m, 1)}. All else of layer 2 is dropped.`,
      "The same for layer 1: gather its weights once more, work out its gradient …",
      `… and reduce-scatter. Rank 0: ${averaged(m, 0)}. Each rank has sent ` +
      `${m.update.sent} bytes, ${inText(m.update.sent / m.stages[0].sent)} times as many as in ` +
      "plain data parallelism.",
    ][k],
  Update: ({ weights, means, stepped }) =>
    "Each rank steps the weights it keeps. Its optimiser's numbers would do more; here it is " +
    "plain gradient descent: rank 0 has " +
    inOneLine(
      `${inText(weights[0][0])} − ${inText(RATE)} · ${inText(means[0][0])} = ` +
        inText(stepped[0][0]),
    ) + ". Nothing is sent.",
  Count: ({ stages }) =>
    `ZeRO-1 and ZeRO-2 send no more than plain data parallelism. ZeRO-3 sends ` +
    `${
      inText(stages[3].sent / stages[0].sent)
    } times as much, and holds a quarter: with n ranks, ` +
    "1/n.",
  "Your turn": ({ ranks, yours }) =>
    `70 billion weights now. Each of ${ranks} ranks holds ${inGB(yours.held)}, which ` +
    `${yours.held > GPU ? "doesn't fit" : "fits"} on a GPU of 80 GB, and sends ` +
    `${inGB(yours.sent)} per step. (Activations come on top.)`,
};

/** @param {Numbers} numbers */
const listed = (numbers) =>
  numbers.map((layers, r) => {
    const all = layers.map((places, l) => {
      const held = places.filter((x) => x !== null).map((x) => inText(x));
      return held.length ? `layer ${l + 1} ${held.join(", ")}` : "";
    });
    return `rank ${r}: ${all.filter(Boolean).join("; ")}`;
  }).join(". ");

/** @param {Moment} moment */
function told({ weights, gradients, optimiser, held, sent }) {
  const given = gradients[0].flat().some((x) => x !== null);
  const cut = optimiser[0][0].includes(null);
  return `Weights held by ${listed(weights)}. ` +
    (given ? `Gradients held by ${listed(gradients)}. ` : "No gradients. ") +
    `The optimiser's numbers: ${cut ? "one place of each layer" : "all"}. ` +
    `${held} bytes on each rank, ${sent} sent.`;
}

/** @param {number} s */
const stageAlt = (s) => (/** @type {Facts} */ m) => `${STAGES[s]}. ${told(m.stages[s])}`;

/** @type {Words} */
export const altOf = {
  Plain: stageAlt(0),
  "ZeRO-1": stageAlt(1),
  "ZeRO-2": stageAlt(2),
  "ZeRO-3": stageAlt(3),
  Forward: (m, k) => `Forward, moment ${k + 1} of 4. ${told(m.forward[k])}`,
  Backward: (m, k) => `Backward, moment ${k + 1} of 4. ${told(m.backward[k])}`,
  Update: (m) => `After the update. ${told(m.update)}`,
  Count: ({ stages }) =>
    `Bars. ${
      STAGES.map((name, s) => `${name}: ${stages[s].held} bytes held, ${stages[s].sent} sent`)
        .join("; ")
    }.`,
  "Your turn": ({ ranks, stage, yours }) =>
    `${STAGES[stage]}, ${ranks} ranks. Bars: weights ${inGB(yours.weights)}, gradients ` +
    `${inGB(yours.gradients)}, optimiser ${inGB(yours.optimiser)}, together ` +
    `${inGB(yours.held)} of 80 GB; sent ${inGB(yours.sent)}.`,
};
