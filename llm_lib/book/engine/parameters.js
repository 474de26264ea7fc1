// The parameters of a GPT: where they lie in its memory, by name and by layer. They come first;
// with a training, their gradients follow in the same order.

import { inFours } from "./memory.js";
import { entryOf } from "./present.js";
import { parameterShapes, sizeOf } from "./weights.js";

/** @import { Config, Floats } from "./types.js" */
/** @import { Linear } from "./linear.js" */
/** @import { Memory } from "./memory.js" */
/** @import { Norm } from "./norms.js" */
/** @typedef {{ name: string, shape: number[], at: number, length: number }} Parameter */
/** @typedef {ReturnType<typeof layersAt>} Layers */

export class Parameters {
  /**
   * @param {Required<Config>} config
   * @param {Memory} memory
   */
  constructor(config, memory) {
    this.config = config;
    this.memory = memory;
    /** @type {Parameter[]} */
    this.all = [];
    this.end = 0; // where a pass may begin
    for (const [name, shape] of parameterShapes(config)) {
      const length = sizeOf(shape);
      this.all.push({ name, shape, at: this.end, length });
      this.end += inFours(length);
    }
    this.size = this.end; // with the gaps between them
    memory.fit(this.end);
    this.layers = layersAt(config, this.all, 0);
    /** @type {Layers | null} */
    this.gradients = null;
  }

  /** How many numbers are learned. */
  get count() {
    return this.all.reduce((sum, { length }) => sum + length, 0);
  }

  /**
   * A parameter as it lies in the memory, or undefined. It is to be used at once.
   * @param {string} name
   */
  view(name) {
    const found = this.all.find((parameter) => parameter.name === name);
    return found && this.memory.f.subarray(found.at, found.at + found.length);
  }

  /** Make room for a gradient of each parameter, `size` numbers behind it. */
  addGradients() {
    this.end = 2 * this.size;
    this.memory.fit(this.end);
    this.gradients = layersAt(this.config, this.all, this.size);
    this.clearGradients();
  }

  /** Set all gradients to 0. */
  clearGradients() {
    this.memory.f.fill(0, this.size, 2 * this.size);
  }

  /**
   * Put numbers for all parameters, by name, into the memory or another array.
   * @param {Record<string, ArrayLike<number>>} numbers
   * @param {Float32Array | Float64Array} [to]
   */
  load(numbers, to = this.memory.f) {
    for (const { name, at } of this.all) to.set(numbers[name], at);
  }

  /**
   * A copy of all parameters, by name; of their gradients, with `start` at `size`; of what else has
   * a number for each, from another array.
   * @param {Float32Array | Float64Array} [from]
   * @param {number} [start]
   * @returns {Record<string, Floats>}
   */
  copy(from = this.memory.f, start = 0) {
    return Object.fromEntries(this.all.map(({ name, at, length }) => [
      name,
      Float32Array.from(from.subarray(start + at, start + at + length)),
    ]));
  }
}

/**
 * The layers of a model, and where the numbers of each lie, if the first ones lie at `start`.
 * @param {Required<Config>} config
 * @param {Parameter[]} parameters
 * @param {number} start
 */
function layersAt(config, parameters, start) {
  const { n_embd: C, norm_eps: eps } = config;
  const known = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  const at = (/** @type {string} */ name) => {
    const found = known.get(name);
    return found ? start + found.at : -1;
  };
  const pair = (/** @type {string} */ name) => ({
    weight: at(`${name}.weight`),
    bias: at(`${name}.bias`),
  });
  const norm = (/** @type {string} */ name) => ({
    ...pair(name),
    C,
    eps,
    centred: config.norm === "layer",
  });
  const linear = (/** @type {string} */ name) => {
    const [outputs, inputs] = entryOf(known, `${name}.weight`).shape;
    return { ...pair(name), inputs, outputs };
  };
  const block = (/** @type {string} */ name) => ({
    norm_1: norm(`${name}.norm_1`),
    qkv: linear(`${name}.attention.qkv`),
    out: linear(`${name}.attention.out`),
    norm_2: norm(`${name}.norm_2`),
    up: linear(`${name}.feed_forward.up`),
    gate: config.mlp === "swiglu" ? linear(`${name}.feed_forward.gate`) : null,
    down: linear(`${name}.feed_forward.down`),
  });
  return {
    tokens: at("token_embedding.weight"),
    positions: at("position_embedding.weight"),
    blocks: Array.from({ length: config.n_layer }, (_, layer) => block(`blocks.${layer}`)),
    norm: norm("norm"),
    head: linear(config.tie_weights ? "token_embedding" : "head"),
  };
}
