// The config of a GPT: completed as llm_lib.model.gpt.GPTConfig does, and checked.

/** @import { Config } from "./types.js" */

/** @type {[name: string, allowed: string[]][]} */
const CONFIG_CHOICES = [
  ["position", ["learned", "rotary"]],
  ["norm", ["layer", "rms"]],
  ["mlp", ["gelu", "swiglu", "relu2"]],
];

const CONFIG_SIZES = [
  "vocab_size",
  "context_length",
  "n_layer",
  "n_head",
  "n_embd",
  "n_kv_head",
  "n_hidden",
];

/** What a GPTConfig can also ask for, and the engine can't do, in words. */
const PYTHON_ALONE = {
  head_dim: "heads that are not n_embd / n_head wide",
  qkv_bias: "biases of queries, keys and values alone",
  qk_norm_weight: "learned weights behind the norm of queries and keys",
  rope_scaling: "scaled rotary positions",
  window: "sliding windows",
  n_sink: "attention sinks",
  score_cap: "capped scores",
  logit_cap: "capped logits",
  experts: "a mixture of experts",
  latent: "latent attention",
  delta_layers: "layers with a gated delta rule",
};

/** The values of these that ask for nothing; null is one for all. @type {Record<string, any>} */
const ASKS_NOTHING = { n_sink: 0, qk_norm_weight: false };

/**
 * What a config asks for that only Python can run, in words, or "".
 * @param {Record<string, any>} config
 */
export function pythonAlone(config) {
  const asked = (/** @type {string} */ name) =>
    ![null, ASKS_NOTHING[name]].includes(config[name] ?? null);
  const found = Object.entries(PYTHON_ALONE).find(([name]) => asked(name));
  return found ? `${found[1]} (${found[0]})` : "";
}

/**
 * A config in which nothing is left out. Throws an Error in words if no model can have it.
 * @param {Config} config
 * @returns {Required<Config>}
 */
export function completeConfig(config) {
  const given = Object.entries(config).filter(([, value]) => value !== null && value !== undefined);
  /** @type {Required<Config>} */
  const complete = {
    ...config,
    n_kv_head: config.n_head,
    n_hidden: 4 * config.n_embd,
    dropout: 0,
    bias: true,
    position: "learned",
    norm: "layer",
    mlp: "gelu",
    tie_weights: true,
    rope_base: 10000,
    norm_eps: 1e-5,
    init_std: null,
    qk_norm: false,
    ...Object.fromEntries(given),
  };
  const beyond = pythonAlone(config);
  if (beyond) throw new Error(`This page can't run a model with ${beyond}: load it in Python.`);
  const fault = valueFault(complete) || sizesFault(complete);
  if (fault) throw new Error(`No model can have this config: ${fault}.`);
  return complete;
}

/**
 * What is wrong with one value, or "".
 * @param {Required<Config>} c
 */
function valueFault(c) {
  const values = /** @type {Record<string, any>} */ (/** @type {unknown} */ (c));
  for (const name of CONFIG_SIZES) {
    if (!(Number.isInteger(values[name]) && values[name] >= 1)) {
      return `${name} should be a whole number from 1, and is ${values[name]}`;
    }
  }
  for (const [name, allowed] of CONFIG_CHOICES) {
    if (!allowed.includes(values[name])) {
      return `${name} should be ${allowed.join(" or ")}, and is ${values[name]}`;
    }
  }
  if (!(c.dropout >= 0 && c.dropout < 1)) {
    return `dropout should be from 0 to below 1, and is ${c.dropout}`;
  }
  const positive = ["rope_base", "norm_eps", ...(c.init_std === null ? [] : ["init_std"])];
  const wrong = positive.find((name) => !(values[name] > 0));
  return wrong ? `${wrong} should be above 0, and is ${values[wrong]}` : "";
}

/**
 * What is wrong between sizes, in GPTConfig's words, or "".
 * @param {Pick<Required<Config>, "n_embd" | "n_head" | "n_kv_head" | "position">} c
 */
export function sizesFault(c) {
  if (c.n_embd % c.n_head) return `n_embd ${c.n_embd} is not a multiple of n_head ${c.n_head}`;
  if (c.n_head % c.n_kv_head) {
    return `n_head ${c.n_head} is not a multiple of n_kv_head ${c.n_kv_head}`;
  }
  if (c.position === "rotary" && (c.n_embd / c.n_head) % 2) {
    return "rotary positions turn pairs: head_size = n_embd / n_head must be even, got " +
      `${c.n_embd} / ${c.n_head} = ${c.n_embd / c.n_head}`;
  }
  return "";
}
