// The lines of a published model's config.json, each beside what it sets in ArchitectureLab's
// drawing.

import { h } from "../shared/dom.js";
import { localize } from "../shared/localize.js";

/** @typedef {Record<string, string>} ConfigFile fields of a config.json, each value as it stands */
/** @typedef {string | Record<string, string>} LineWords always the same, or by value ("": else) */

const LLAMA = "code: RMSNorm, rotary positions";
const QK_NORM = "code: RMSNorm, rotary, QK-norm";
const LATENT = "code: RMSNorm, rotary, latent attention";

/** What a line sets. @type {Record<string, LineWords>} */
const LINE_WORDS = {
  model_type: {
    "": LLAMA,
    gpt2: "code: LayerNorm, biases, head = table",
    qwen2: "code: RMSNorm, rotary, biases of q, k, v",
    qwen3: QK_NORM,
    qwen3_moe: QK_NORM,
    deepseek_v2: LATENT,
    deepseek_v3: LATENT,
  },
  vocab_size: "tokens in the table",
  n_embd: "channels; the network is 4 times as wide",
  hidden_size: "channels of the stream",
  n_positions: "learned positions",
  max_position_embeddings: "tokens of text at most (not drawn)",
  rope_theta: "base of the rotary angles",
  rope_scaling: { null: "the angles are not stretched", "": "the angles are stretched so much" },
  n_layer: "blocks",
  num_hidden_layers: "blocks",
  layer_norm_epsilon: "in LayerNorm, added before the root",
  rms_norm_eps: "in RMSNorm, added before the root",
  attention_bias: "no biases in attention",
  mlp_bias: "nor in the feed-forward network",
  n_head: "heads, of queries as of keys and values",
  num_attention_heads: "heads of queries",
  num_key_value_heads: "heads of keys and values",
  head_dim: "channels of a head",
  q_lora_rank: { null: "queries have no latent", "": "numbers in the latent of queries" },
  kv_lora_rank: "numbers in the latent that is kept",
  qk_nope_head_dim: "channels of a key that has no position",
  qk_rope_head_dim: "kept, too: rotary, one for all heads",
  v_head_dim: "channels of a value",
  sliding_window: { null: "no window", "": "the last tokens that a token sees" },
  use_sliding_window: "no window is used",
  activation_function: "GELU, by a formula with tanh",
  hidden_act: "the gate's curve: SwiGLU",
  intermediate_size: "width of the feed-forward network",
  first_k_dense_replace: { 1: "first block without experts", "": "first blocks without experts" },
  num_local_experts: "experts to choose from",
  num_experts: "experts to choose from",
  n_routed_experts: "experts to choose from",
  num_experts_per_tok: "of them for each token",
  n_shared_experts: "shared, which all tokens meet",
  moe_intermediate_size: "width of an expert",
  scoring_func: {
    softmax: "all scores add up to 1",
    sigmoid: "a score for each, from 0 to 1",
  },
  topk_method: {
    greedy: "the best scores win",
    noaux_tc: "a bias for balance counts in the choice",
  },
  n_group: { 1: "all experts in one group", "": "groups of experts" },
  topk_group: { 1: "group is searched", "": "of them are searched" },
  norm_topk_prob: {
    true: "chosen scores are divided by their sum",
    false: "chosen scores stay as they are",
  },
  routed_scaling_factor: "and multiplied by this",
  tie_word_embeddings: { true: "the head is the same table", false: "the head is its own table" },
  num_nextn_predict_layers: "one block more, not drawn",
};

const FIRST_WIDTH = "width of the network without experts";
const EXPANDED = "as many, made from the latent";
const DEEPSEEK = { intermediate_size: FIRST_WIDTH, num_key_value_heads: EXPANDED };

/** What it sets in models of a type that read it otherwise. */
const OTHERWISE = {
  deepseek_v2: DEEPSEEK,
  deepseek_v3: DEEPSEEK,
  mixtral: { intermediate_size: "width of an expert" },
  qwen2: { sliding_window: "a window, with a switch of its own:" },
  qwen3_moe: { intermediate_size: "of no use: all blocks have experts" },
};

/**
 * What a line sets in the drawing.
 * @param {string} field
 * @param {ConfigFile} file
 */
function lineWords(field, file) {
  const type = JSON.parse(file.model_type);
  const words = Reflect.get(Reflect.get(OTHERWISE, type) ?? {}, field) ?? LINE_WORDS[field];
  if (typeof words === "string") return localize(words);
  return localize(words[String(JSON.parse(file[field]))] ?? words[""]);
}

/**
 * A line as it stands in the file; of a value with fields of its own, the one that is drawn.
 * @param {string} field
 * @param {string} value
 */
function lineText(field, value) {
  const factor = value.match(/"factor": [^,}]+/);
  return `"${field}": ${factor ? `{${factor[0]} …}` : value}`;
}

/** The lines of a file, or a word on where there is one. */
export class FilePanel {
  constructor() {
    this.element = h("section", {
      class: "llm-archlab-file",
      "aria-label": localize`What each line of config.json sets`,
    });
  }

  /**
   * @param {string} name of the model
   * @param {ConfigFile | undefined} file
   */
  show(name, file) {
    if (!file) {
      const none = localize`A design of your own has no file. Load a published model above.`;
      this.element.replaceChildren(h("p", { class: "llm-note" }, none));
      return;
    }
    const rows = Object.entries(file).map(([field, value]) =>
      h(
        "div",
        {},
        h("dt", {}, h("code", {}, lineText(field, value))),
        h("dd", {}, lineWords(field, file)),
      )
    );
    this.element.replaceChildren(
      h(
        "p",
        { class: "llm-label" },
        localize`config.json of ${name}`,
        h("small", {}, localize`in the drawing's order`),
      ),
      h("dl", {}, ...rows),
    );
  }
}
