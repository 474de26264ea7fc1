// The config of a model from a file, checked field by field as llm_lib.model.gpt.GPTConfig does, in
// the same words; the tensors that follow from it; and how large a model may be.

import { completeConfig, pythonAlone } from "./config.js";
import { total } from "./vectors.js";
import { parameterShapes, sizeOf } from "./weights.js";

/** @import { Config } from "./types.js" */
/** @typedef {Required<Config>} FullConfig */
/** @typedef {{ allowed: string, fits: (value: any) => boolean }} Field */

/**
 * How many numbers a page may hold, 4 bytes each: the weights, or the keys and values of a whole
 * context. A page with GPT-2's 124 million takes 0.6 GB, and twice that while it reads them; a
 * phone ends a page that takes more than a few hundred MB.
 */
export const MOST_NUMBERS = { phone: 40e6, laptop: 150e6 };

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

/** @type {(most: number) => Field} */
const size = (most) => ({
  allowed: `a whole number from 1 to ${most}`,
  fits: (value) => isWhole(value, 1, most),
});
/** @type {(...choices: string[]) => Field} */
const choice = (...choices) => ({
  allowed: `one of ${choices.join(", ")}`,
  fits: (value) => choices.includes(value),
});
/** @type {Field} */
const YES_OR_NO = { allowed: "true or false", fits: (value) => typeof value === "boolean" };
/** @type {Field} */
const POSITIVE = {
  allowed: "a number above 0",
  fits: (value) => Number.isFinite(value) && value > 0,
};
const NEEDED = ["vocab_size", "context_length", "n_layer", "n_head", "n_embd"];
const NULLABLE = ["n_kv_head", "n_hidden", "init_std"];
/** @type {Record<string, Field>} */
const CONFIG_FIELDS = {
  vocab_size: size(300_000),
  context_length: size(131_072),
  n_layer: size(256),
  n_head: size(256),
  n_embd: size(16_384),
  dropout: {
    allowed: "at least 0 and below 1",
    fits: (value) => Number.isFinite(value) && value >= 0 && value < 1,
  },
  bias: YES_OR_NO,
  n_kv_head: size(256),
  position: choice("learned", "rotary"),
  norm: choice("layer", "rms"),
  mlp: choice("gelu", "swiglu", "relu2"),
  tie_weights: YES_OR_NO,
  n_hidden: size(65_536),
  rope_base: POSITIVE,
  norm_eps: POSITIVE,
  init_std: POSITIVE,
  qk_norm: YES_OR_NO,
};

/**
 * A config in which nothing is left out, from what a config.json holds. Throws an Error in words
 * that names the field and what is allowed.
 * @param {unknown} values
 * @returns {FullConfig}
 */
export function readConfig(values) {
  if (!isObject(values)) throw badConfig("it must hold one JSON object.");
  const beyond = pythonAlone(values);
  if (beyond) throw badConfig(`a page can't run a model with ${beyond}; load it in Python.`);
  for (const [name, value] of Object.entries(values)) {
    if (!Object.hasOwn(CONFIG_FIELDS, name)) {
      const known = Object.keys(CONFIG_FIELDS).join(", ");
      throw badConfig(
        `unknown field ${shown(name)}: save_model did not write this file. Known are ${known}.`,
      );
    }
    const { allowed, fits } = CONFIG_FIELDS[name];
    if (!fits(value) && !(value === null && NULLABLE.includes(name))) {
      throw badConfig(`${name} must be ${allowed}, got ${shown(value)}.`);
    }
  }
  const missing = NEEDED.find((name) => !Object.hasOwn(values, name));
  if (missing) throw badConfig(`it needs the field ${missing}.`);
  try {
    return completeConfig(/** @type {any} */ (values));
  } catch (error) {
    throw badConfig(/** @type {Error} */ (error).message);
  }
}

/** @param {string} words */
const badConfig = (words) => new Error(`config.json: ${words}`);

/**
 * The shape of each tensor of a model, by its name in llm_lib.model.gpt.GPT.
 * @param {FullConfig} config
 */
export const tensorShapes = (config) => Object.fromEntries(parameterShapes(config));

/**
 * How many parameters a model has.
 * @param {FullConfig} config
 */
export const totalParameters = (config) =>
  total(parameterShapes(config).map(([, shape]) => sizeOf(shape)));

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
