// The weights of a GPT by name: which there are, from a file, checked, drawn afresh.

import { fromBase64 } from "./base64.js";
import { fromFloat16 } from "./float16.js";

/** @import { Config, Floats, ModelFile } from "./types.js" */

/**
 * Cut the one long array of numbers into named pieces. Throws an Error in words if it is too short.
 * @param {Pick<ModelFile, "tensors" | "data">} file
 */
export function readWeights({ tensors, data }) {
  const bytes = fromBase64(data);
  const numbers = fromFloat16(new Uint16Array(bytes.buffer, 0, bytes.length >> 1));
  /** @type {Record<string, Floats>} */
  const weights = {};
  for (const { name, shape, offset } of tensors) {
    const end = offset + sizeOf(shape);
    if (end > numbers.length) {
      throw new Error(
        `The model file is damaged: "${name}" ends at number ${end}, but the file holds ` +
          `${numbers.length}.`,
      );
    }
    weights[name] = numbers.subarray(offset, end);
  }
  return weights;
}

/**
 * Name and shape of every parameter, in the order of Python's state_dict.
 * @param {Required<Config>} config
 */
export function parameterShapes(config) {
  const { n_layer, n_head, n_kv_head, n_embd: C, n_hidden, vocab_size: V, bias } = config;
  /** @type {[name: string, shape: number[]][]} */
  const shapes = [["token_embedding.weight", [V, C]]];
  const norm = (/** @type {string} */ name) => {
    shapes.push([`${name}.weight`, [C]]);
    if (bias && config.norm === "layer") shapes.push([`${name}.bias`, [C]]);
  };
  const linear = (
    /** @type {string} */ name,
    /** @type {number} */ outputs,
    /** @type {number} */ inputs,
  ) => {
    shapes.push([`${name}.weight`, [outputs, inputs]]);
    if (bias) shapes.push([`${name}.bias`, [outputs]]);
  };
  if (config.position === "learned") {
    shapes.push(["position_embedding.weight", [config.context_length, C]]);
  }
  for (let layer = 0; layer < n_layer; layer++) {
    const block = `blocks.${layer}`;
    norm(`${block}.norm_1`);
    linear(`${block}.attention.qkv`, (n_head + 2 * n_kv_head) * (C / n_head), C);
    linear(`${block}.attention.out`, C, C);
    norm(`${block}.norm_2`);
    linear(`${block}.feed_forward.up`, n_hidden, C);
    if (config.mlp === "swiglu") linear(`${block}.feed_forward.gate`, n_hidden, C);
    linear(`${block}.feed_forward.down`, C, n_hidden);
  }
  norm("norm");
  if (!config.tie_weights) shapes.push(["head.weight", [V, C]]);
  return shapes;
}

/**
 * How many numbers a shape holds.
 * @param {number[]} shape
 */
export const sizeOf = (shape) => shape.reduce((product, n) => product * n, 1);

/**
 * Refuse weights of which one is missing or has the wrong length: throws an Error in words.
 * @param {Required<Config>} config
 * @param {Record<string, ArrayLike<number>>} weights
 * @param {string} complaint how it begins
 */
export function checkWeights(config, weights, complaint) {
  for (const [name, shape] of parameterShapes(config)) {
    if (weights[name]?.length !== sizeOf(shape)) {
      throw new Error(
        `${complaint}: "${name}" should hold ${sizeOf(shape)} numbers and holds ` +
          `${weights[name]?.length ?? 0}.`,
      );
    }
  }
}

/**
 * Refuse weights for which the model has no place: throws an Error in words.
 * @param {Required<Config>} config
 * @param {Record<string, ArrayLike<number>>} weights
 * @param {string} complaint
 */
export function refuseUnknown(config, weights, complaint) {
  const known = new Set(parameterShapes(config).map(([name]) => name));
  const unknown = Object.keys(weights).find((name) => !known.has(name));
  if (unknown) throw new Error(`${complaint}: this model has no "${unknown}".`);
}

/**
 * Fresh weights, drawn as llm_lib.model.gpt.GPT draws them: matrices normal around 0, biases 0,
 * norms 1. A matrix with n inputs starts at 1 / √n; an embedding has one input, unless it is the
 * head too; what writes into the residual stream is made smaller by √(2 · n_layer).
 * @param {Required<Config>} config
 * @param {() => number} random
 */
export function drawParameters(config, random) {
  const { tie_weights, init_std, n_layer } = config;
  /** @type {Record<string, Floats>} */
  const weights = {};
  for (const [name, shape] of parameterShapes(config)) {
    const numbers = weights[name] = new Float32Array(sizeOf(shape));
    if (shape.length < 2) {
      numbers.fill(name.endsWith("bias") ? 0 : 1);
      continue;
    }
    const inputs = name.includes("embedding") && !tie_weights ? 1 : shape[1];
    let std = init_std ?? 1 / Math.sqrt(inputs);
    if (/(out|down)\.weight$/.test(name)) std /= Math.sqrt(2 * n_layer);
    for (let i = 0; i < numbers.length; i++) numbers[i] = std * drawNormal(random);
  }
  return weights;
}

/**
 * A number from the standard normal distribution (Box and Muller 1958).
 * @param {() => number} random
 */
function drawNormal(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
