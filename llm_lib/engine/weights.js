// The weights of a model file, by name.

import { fromFloat16 } from "./float16.js";

/** @import { Config, Floats, ModelFile } from "./types.js" */

/**
 * Cut the one long array of numbers into named pieces. Throws an Error in words if it is too short.
 * @param {Pick<ModelFile, "tensors" | "data">} file
 */
export function readWeights({ tensors, data }) {
  const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  const numbers = fromFloat16(new Uint16Array(bytes.buffer, 0, bytes.length >> 1));
  /** @type {Record<string, Floats>} */
  const weights = {};
  for (const { name, shape, offset } of tensors) {
    const end = offset + shape.reduce((product, n) => product * n, 1);
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
 * Refuse a file in which a tensor is missing or has the wrong length: throws an Error in words.
 * @param {Required<Config>} config
 * @param {Record<string, Floats>} weights
 */
export function checkWeights(config, weights) {
  for (const [name, length] of Object.entries(neededLengths(config))) {
    if (weights[name]?.length !== length) {
      throw new Error(
        `The model file is damaged: "${name}" should hold ${length} numbers and holds ` +
          `${weights[name]?.length ?? 0}.`,
      );
    }
  }
}

/**
 * How many numbers each tensor holds that a model can't do without.
 * @param {Required<Config>} config
 */
function neededLengths(config) {
  const { n_layer, n_head, n_kv_head, n_embd: C, n_hidden, vocab_size } = config;
  /** @type {Record<string, number>} */
  const need = { "token_embedding.weight": vocab_size * C, "norm.weight": C };
  if (config.position === "learned") need["position_embedding.weight"] = config.context_length * C;
  if (!config.tie_weights) need["head.weight"] = vocab_size * C;
  for (let layer = 0; layer < n_layer; layer++) {
    const block = `blocks.${layer}`;
    need[`${block}.attention.qkv.weight`] = (n_head + 2 * n_kv_head) * (C / n_head) * C;
    need[`${block}.attention.out.weight`] = C * C;
    need[`${block}.feed_forward.up.weight`] = n_hidden * C;
    need[`${block}.feed_forward.down.weight`] = n_hidden * C;
    if (config.mlp === "swiglu") need[`${block}.feed_forward.gate.weight`] = n_hidden * C;
    need[`${block}.norm_1.weight`] = C;
    need[`${block}.norm_2.weight`] = C;
  }
  return need;
}
