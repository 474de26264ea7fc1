// The config of a model from a file, checked field by field as llm_lib.gpt.GPTConfig does, in the
// same words; the tensors that follow from it; and how large a model may be.

import { total } from "./vectors.js";

/** @import { Config } from "./types.js" */
/** @typedef {Required<Config> & { dropout: number, init_std: number | null }} FullConfig */

/**
 * How many numbers a page may hold, 4 bytes each: the weights, or the keys and values of a whole
 * context. A page with GPT-2's 124 million takes 0.6 GB, and seconds for every answer; a phone ends
 * a page that takes more than a few hundred MB.
 */
export const MOST_NUMBERS = { phone: 40e6, laptop: 150e6 };

/** @type {Record<string, number>} the largest size of each kind that a file may ask for */
const MOST_SIZES = {
  vocab_size: 300_000,
  context_length: 131_072,
  n_layer: 256,
  n_head: 256,
  n_embd: 16_384,
  n_kv_head: 256,
  n_hidden: 65_536,
};
/** @type {Record<string, string[]>} */
const SWITCHES = {
  position: ["learned", "rotary"],
  norm: ["layer", "rms"],
  mlp: ["gelu", "swiglu"],
};
const NEEDED = ["vocab_size", "context_length", "n_layer", "n_head", "n_embd"];
/** @type {Record<string, unknown>} */
const CONFIG_DEFAULTS = {
  dropout: 0,
  bias: true,
  n_kv_head: null,
  position: "learned",
  norm: "layer",
  mlp: "gelu",
  tie_weights: true,
  n_hidden: null,
  rope_base: 10000,
  norm_eps: 1e-5,
  init_std: null,
};

/**
 * @param {unknown} value
 * @returns {value is Record<string, any>}
 */
export const isObject = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * @param {unknown} value
 * @param {number} least
 * @param {number} [most]
 * @returns {value is number}
 */
export const isWhole = (value, least, most = Infinity) =>
  Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;

/**
 * A value as a message shows it: as JSON, and not all of a long one.
 * @param {unknown} value
 */
export const shown = (value) => String(JSON.stringify(value)).slice(0, 60);

/**
 * A config in which nothing is left out, from what a config.json holds. Throws an Error in words
 * that names the field and what is allowed.
 * @param {unknown} values
 * @returns {FullConfig}
 */
export function readConfig(values) {
  if (!isObject(values)) throw badConfig("it must hold one JSON object");
  const known = [...NEEDED, ...Object.keys(CONFIG_DEFAULTS)];
  const unknown = Object.keys(values).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw badConfig(`unknown field ${shown(unknown)}; known are ${known.join(", ")}`);
  }
  const missing = NEEDED.find((name) => !Object.hasOwn(values, name));
  if (missing) throw badConfig(`it needs the field ${missing}`);
  const config = /** @type {FullConfig} */ ({ ...CONFIG_DEFAULTS, ...values });
  config.n_kv_head ??= config.n_head;
  config.n_hidden ??= 4 * config.n_embd;
  checkFields(config);
  checkFit(config);
  return config;
}

/** @param {string} words */
const badConfig = (words) => new Error(`config.json: ${words}.`);

/**
 * Refuse a field of another type or beyond its limits.
 * @param {Record<string, any>} config
 */
function checkFields(config) {
  for (const [name, most] of Object.entries(MOST_SIZES)) {
    if (!isWhole(config[name], 1, most)) {
      throw badConfig(
        `${name} must be a whole number from 1 to ${most}, got ${shown(config[name])}`,
      );
    }
  }
  for (const [name, allowed] of Object.entries(SWITCHES)) {
    if (!allowed.includes(config[name])) {
      throw badConfig(`${name} must be one of ${allowed.join(", ")}, got ${shown(config[name])}`);
    }
  }
  for (const name of ["bias", "tie_weights"]) {
    if (typeof config[name] !== "boolean") {
      throw badConfig(`${name} must be true or false, got ${shown(config[name])}`);
    }
  }
  for (const name of ["rope_base", "norm_eps", "init_std"]) {
    const value = name === "init_std" ? config[name] ?? 1 : config[name];
    if (!(Number.isFinite(value) && value > 0)) {
      throw badConfig(`${name} must be a number above 0, got ${shown(config[name])}`);
    }
  }
  const { dropout } = config;
  if (!(Number.isFinite(dropout) && dropout >= 0 && dropout < 1)) {
    throw badConfig(`dropout must be at least 0 and below 1, got ${shown(dropout)}`);
  }
}

/**
 * Refuse sizes that do not go together.
 * @param {FullConfig} config
 */
function checkFit(config) {
  const { n_embd, n_head, n_kv_head, position } = config;
  if (n_embd % n_head) throw badConfig(`n_embd ${n_embd} is not a multiple of n_head ${n_head}`);
  if (n_head % n_kv_head) {
    throw badConfig(`n_head ${n_head} is not a multiple of n_kv_head ${n_kv_head}`);
  }
  if (position === "rotary" && (n_embd / n_head) % 2) {
    throw badConfig(
      "rotary positions turn pairs: head_size = n_embd / n_head must be even, got " +
        `${n_embd} / ${n_head} = ${n_embd / n_head}`,
    );
  }
}

/**
 * The shape of each tensor of a model, by its name in llm_lib.gpt.GPT.
 * @param {FullConfig} config
 * @returns {Record<string, number[]>}
 */
export function tensorShapes(config) {
  const { n_layer, n_head, n_kv_head, n_embd: C, n_hidden, vocab_size, bias } = config;
  /** @type {Record<string, number[]>} */
  const shapes = {};
  const linear = (/** @type {string} */ name, /** @type {number[]} */ [outputs, inputs]) => {
    shapes[`${name}.weight`] = [outputs, inputs];
    if (bias) shapes[`${name}.bias`] = [outputs];
  };
  const norm = (/** @type {string} */ name) => {
    shapes[`${name}.weight`] = [C];
    if (bias && config.norm === "layer") shapes[`${name}.bias`] = [C];
  };
  shapes["token_embedding.weight"] = [vocab_size, C];
  if (config.position === "learned") {
    shapes["position_embedding.weight"] = [config.context_length, C];
  }
  for (let layer = 0; layer < n_layer; layer++) {
    const block = `blocks.${layer}`;
    norm(`${block}.norm_1`);
    linear(`${block}.attention.qkv`, [(n_head + 2 * n_kv_head) * (C / n_head), C]);
    linear(`${block}.attention.out`, [C, C]);
    norm(`${block}.norm_2`);
    linear(`${block}.feed_forward.up`, [n_hidden, C]);
    if (config.mlp === "swiglu") linear(`${block}.feed_forward.gate`, [n_hidden, C]);
    linear(`${block}.feed_forward.down`, [C, n_hidden]);
  }
  norm("norm");
  if (!config.tie_weights) shapes["head.weight"] = [vocab_size, C];
  return shapes;
}

/**
 * How many numbers a tensor holds.
 * @param {number[]} shape
 */
export const countNumbers = (shape) => shape.reduce((product, n) => product * n, 1);

/**
 * How many parameters a model has.
 * @param {FullConfig} config
 */
export const totalParameters = (config) =>
  total(Object.values(tensorShapes(config)).map(countNumbers));

/**
 * Refuse a model that is too large for a page, before anything of it is read: throws an Error in
 * words.
 * @param {FullConfig} config
 * @param {number} most see MOST_NUMBERS
 */
export function checkSize(config, most) {
  const { n_layer, n_kv_head, n_head, n_embd, context_length } = config;
  const inMillions = (/** @type {number} */ n) =>
    `${(n / 1e6).toLocaleString("en", { maximumSignificantDigits: 3 })} million`;
  const parameters = totalParameters(config);
  if (parameters > most) {
    throw new Error(
      `The model has ${inMillions(parameters)} parameters; at most ${inMillions(most)} fit into ` +
        "the memory that a page has on this device.",
    );
  }
  const kept = 2 * n_layer * n_kv_head * (n_embd / n_head) * context_length;
  if (kept > most) {
    throw new Error(
      `The keys and values of ${context_length.toLocaleString("en")} tokens would be ` +
        `${inMillions(kept)} numbers; at most ${
          inMillions(most)
        } fit into the memory that a page ` +
        "has on this device. A smaller context_length in config.json will do.",
    );
  }
}
