// A Llama-like model in a GGUF file, such as SmolLM2: its sizes, its weights by the names of
// Python's state_dict, and its tokenizer. The same numbers as llm_lib.pretrained.gguf reads in
// Python.

import { byteCharacters, toHex } from "./bpe.js";
import { readGGUFHeader, readGGUFTensor } from "./gguf.js";
import { checkSize, readConfig, tensorShapes } from "./model_config.js";
import { entryOf } from "./present.js";
import { SINGLE_DIGITS } from "./split_pattern.js";
import { readTokenizer } from "./tokenizer_file.js";

/** @import { FullConfig } from "./model_config.js" */
/** @import { Place } from "./gguf.js" */
/** @import { LooseModel } from "./model_files.js" */
/** @import { BPEFile, Floats } from "./types.js" */

const GGUF_FILE = "The GGUF file";
const SPECIAL_TYPES = [3, 4]; // types of tokens: control, and defined by the user
/** @type {Record<string, string>} how texts are cut, by what GGUF calls it */
const GGUF_CUTS = {
  "gpt-2": "gpt2",
  smollm: SINGLE_DIGITS,
};
/** @type {Record<string, string>} within a block: our name, and theirs */
const GGUF_NAMES = {
  norm_1: "attn_norm",
  "attention.out": "attn_output",
  norm_2: "ffn_norm",
  "feed_forward.gate": "ffn_gate",
  "feed_forward.up": "ffn_up",
  "feed_forward.down": "ffn_down",
};

/**
 * A model from a GGUF file. Throws an Error in words if it is damaged, of another kind, or too
 * large.
 * @param {Blob} file
 * @param {number} most how many numbers this device can hold: see MOST_NUMBERS
 * @returns {Promise<LooseModel>}
 */
export async function readGGUF(file, most) {
  const { fields, places } = await readGGUFHeader(file);
  const config = ofGGUF(() => readConfig(ggufConfig(fields, places)));
  checkSize(config, most);
  const tokenizer = ggufTokenizer(fields);
  ofGGUF(() => readTokenizer(tokenizer, config.vocab_size));
  const sources = ggufSources(config);
  checkSources(sources, places, config);
  /** @type {Record<string, Floats>} */
  const weights = {};
  for (const [name, parts] of sources) { // one by one: the page goes on between them
    weights[name] = joinedNumbers(
      await Promise.all(parts.map(async ({ from, heads }) => {
        const numbers = await readGGUFTensor(file, entryOf(places, from));
        return heads ? pairHalves(numbers, heads, config.n_embd) : numbers;
      })),
    );
  }
  return { config, tokenizer, weights };
}

/**
 * Say of the one file what is said of the three that save_model writes.
 * @template Made
 * @param {() => Made} work
 */
function ofGGUF(work) {
  try {
    return work();
  } catch (error) {
    const { message } = /** @type {Error} */ (error);
    throw new Error(message.replace(/^(config|tokenizer)\.json/, GGUF_FILE));
  }
}

/**
 * The config, as save_model would write it.
 * @param {Map<string, any>} fields
 * @param {Map<string, Place>} places
 */
function ggufConfig(fields, places) {
  const kind = fields.get("general.architecture");
  if (kind !== "llama") {
    throw new Error(
      `${GGUF_FILE} holds a model of the kind “${
        String(kind).slice(0, 40)
      }”; only “llama” can run here.`,
    );
  }
  const scaling = fields.get("llama.rope.scaling.type") ?? "none";
  if (scaling !== "none") {
    throw new Error(
      `${GGUF_FILE}: a GPT of this book can't scale its rotary positions (“${scaling}”).`,
    );
  }
  const n_head = fields.get("llama.attention.head_count");
  return {
    vocab_size: readTexts(fields, "tokenizer.ggml.tokens").length,
    context_length: fields.get("llama.context_length"),
    n_layer: fields.get("llama.block_count"),
    n_head,
    n_kv_head: fields.get("llama.attention.head_count_kv") ?? n_head,
    n_embd: fields.get("llama.embedding_length"),
    n_hidden: fields.get("llama.feed_forward_length"),
    rope_base: fields.get("llama.rope.freq_base") ?? 10_000,
    norm_eps: fields.get("llama.attention.layer_norm_rms_epsilon"),
    tie_weights: !places.has("output.weight"),
    position: "rotary",
    norm: "rms",
    mlp: "swiglu",
    bias: false,
  };
}

/**
 * The tokenizer, as BPETokenizer.to_dict() gives it. A byte that is no token has an id beyond all.
 * @param {Map<string, any>} fields
 * @returns {BPEFile}
 */
function ggufTokenizer(fields) {
  const [model, cuts] = [fields.get("tokenizer.ggml.model"), fields.get("tokenizer.ggml.pre")];
  if (model !== "gpt2" || !Object.hasOwn(GGUF_CUTS, cuts)) {
    const known = Object.keys(GGUF_CUTS).join(", ");
    throw new Error(
      `${GGUF_FILE}: its tokenizer is “${model}” with the cuts “${cuts}”; this page knows “gpt2” ` +
        `with ${known}.`,
    );
  }
  const bytes = byteCharacters();
  const tokens = readTexts(fields, "tokenizer.ggml.tokens");
  const types = fields.get("tokenizer.ggml.token_type") ?? [];
  const idOf = new Map(tokens.map((token, id) => [token, id]));
  const special = tokens.filter((_, id) => SPECIAL_TYPES.includes(types[id]));
  let beyond = tokens.length;
  const byteIds = Array.from(bytes, ([character, byte]) => ({ byte, id: idOf.get(character) }))
    .sort((a, b) => a.byte - b.byte)
    .map(({ id }) => id ?? beyond++);
  const hex = (/** @type {string} */ text) =>
    toHex(Array.from(text, (character) => bytes.get(character) ?? badMerges()));
  const pairs = readTexts(fields, "tokenizer.ggml.merges").map((line) => line.split(" "));
  if (pairs.some(({ length }) => length !== 2)) badMerges();
  return {
    type: "bpe",
    pattern: GGUF_CUTS[cuts],
    merges: pairs.map(([left, right]) => [hex(left), hex(right)]),
    special_tokens: Object.fromEntries(special.map((token) => [token, entryOf(idOf, token)])),
    ids: [...byteIds, ...pairs.map(([left, right]) => idOf.get(left + right) ?? NaN)],
  };
}

/** @returns {never} */
function badMerges() {
  throw new Error(`${GGUF_FILE}: its merges should be pairs of tokens.`);
}

/**
 * A field that is a list of texts.
 * @param {Map<string, any>} fields
 * @param {string} name
 * @returns {string[]}
 */
function readTexts(fields, name) {
  const texts = fields.get(name);
  if (!Array.isArray(texts) || texts.some((text) => typeof text !== "string")) {
    throw new Error(`${GGUF_FILE}: “${name}” should be a list of texts.`);
  }
  return texts;
}

/**
 * Which tensors make each of ours, in the order in which they are joined. `heads`: how many
 * heads' rows stand in pairs.
 * @param {FullConfig} config
 */
function ggufSources({ n_layer, n_head, n_kv_head, tie_weights }) {
  /** @type {Map<string, { from: string, heads?: number }[]>} */
  const sources = new Map([
    ["token_embedding.weight", [{ from: "token_embd.weight" }]],
    ["norm.weight", [{ from: "output_norm.weight" }]],
  ]);
  if (!tie_weights) sources.set("head.weight", [{ from: "output.weight" }]);
  for (let layer = 0; layer < n_layer; layer++) {
    const theirs = `blk.${layer}`;
    for (const [ours, name] of Object.entries(GGUF_NAMES)) {
      sources.set(`blocks.${layer}.${ours}.weight`, [{ from: `${theirs}.${name}.weight` }]);
    }
    sources.set(`blocks.${layer}.attention.qkv.weight`, [
      { from: `${theirs}.attn_q.weight`, heads: n_head },
      { from: `${theirs}.attn_k.weight`, heads: n_kv_head },
      { from: `${theirs}.attn_v.weight` },
    ]);
  }
  return sources;
}

/**
 * Refuse tensors that are missing, of another shape, or for which there is no place.
 * @param {ReturnType<typeof ggufSources>} sources
 * @param {Map<string, Place>} places
 * @param {FullConfig} config
 */
function checkSources(sources, places, config) {
  const shapes = tensorShapes(config);
  const known = new Set();
  for (const [name, parts] of sources) {
    for (const { from } of parts) {
      known.add(from);
      if (!places.has(from)) throw new Error(`${GGUF_FILE}: the tensor “${from}” is missing.`);
    }
    const found = parts.map(({ from }) => entryOf(places, from).shape);
    const rows = found.reduce((sum, [n]) => sum + n, 0);
    const asked = shapes[name].join(", ");
    const odd = found.some((shape) => [rows, ...shape.slice(1)].join(", ") !== asked);
    if (odd || (parts[0].heads && found[0][0] !== config.n_embd)) {
      const said = found.map((shape) => `(${shape.join(", ")})`).join(" and ");
      const names = parts.map(({ from }) => `“${from}”`).join(" and ");
      throw new Error(
        `${GGUF_FILE}: ${names}: the shape is ${said}; its sizes ask for (${asked}).`,
      );
    }
  }
  const unknown = [...places.keys()].find((name) => !known.has(name));
  if (unknown) {
    throw new Error(`${GGUF_FILE}: a GPT of this book has no place for “${unknown.slice(0, 60)}”.`);
  }
}

/**
 * @param {Floats[]} parts
 * @returns {Floats}
 */
function joinedNumbers(parts) {
  if (parts.length === 1) return parts[0];
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * The rows of each head from pairs (2j, 2j + 1) to (j, j + D/2), D rows a head: our rotary turns
 * those.
 * @param {Floats} weight (H · D, C)
 * @param {number} heads
 * @param {number} C
 */
function pairHalves(weight, heads, C) {
  const D = weight.length / C / heads;
  const halves = new Float32Array(weight.length);
  for (let row = 0; row < heads * D; row++) {
    const [head, r] = [Math.floor(row / D), row % D];
    const to = head * D + (r >> 1) + (r & 1) * (D / 2);
    halves.set(weight.subarray(row * C, (row + 1) * C), to * C);
  }
  return halves;
}
