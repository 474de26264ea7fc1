// A GPT forward pass in plain JavaScript: the same arithmetic as llm_lib.gpt.GPT, in the browser.
//
//   const gpt = new GPT(file);     // {config, tensors, data}: see llm_lib/widgets/model_file.py
//   const now = gpt.forward(ids);  // now.logits (T, V), now.attention[layer][head] (T, T)
//   const off = gpt.forward(ids, {headScale, reuse: now});  // from the first changed layer on
//   const cache = gpt.newCache();  // for writing: each call sees all ids so far
//   gpt.forward(prompt, {cache}); gpt.step(id, cache);
//
// Each activation has a name: now.activations.get("blocks.0.feed_forward.hidden") reads it, and
//   gpt.forward(ids, {hooks: {"blocks.0.feed_forward.hidden": (x) => x.fill(0)}}) replaces it.

import { Activations, scaleHeads } from "./activations.js";
import { fillPattern, mixValues, Rotary } from "./attention.js";
import { gelu, silu } from "./functions.js";
import { cut, layerNorm, linear, mergeHeads, plus, rmsNorm, splitHeads } from "./tensor.js";
import { checkWeights, readWeights } from "./weights.js";

/** @import { Cache, Config, Floats, Hooks, ModelFile, Run } from "./types.js" */

export class GPT {
  /**
   * Build the model from a model file. Throws an Error in words if the file is damaged.
   * @param {Pick<ModelFile, "config" | "tensors" | "data">} file
   */
  constructor(file, weights = readWeights(file)) {
    this.config = withDefaults(file.config);
    this.headSize = this.config.n_embd / this.config.n_head;
    this.weights = weights;
    checkWeights(this.config, this.weights);
    const { position, context_length, rope_base } = this.config;
    this.rotary = position === "rotary"
      ? new Rotary(context_length, this.headSize, rope_base)
      : null;
  }

  /**
   * Build the model from weights by the names of Python's state_dict.
   * @param {Config} config
   * @param {Record<string, Floats>} weights
   */
  static fromWeights(config, weights) {
    return new GPT({ config, tensors: [], data: "" }, weights);
  }

  /**
   * An empty store for keys and values, so that earlier tokens need not be worked out again.
   * @returns {Cache}
   */
  newCache() {
    const { n_layer, n_kv_head, context_length } = this.config;
    const room = () => new Float32Array(n_kv_head * context_length * this.headSize);
    const rooms = () => Array.from({ length: n_layer }, room);
    return { length: 0, keys: rooms(), values: rooms() };
  }

  /**
   * One more token after those in the cache. Returns the logits (V,) for the token that follows.
   * @param {number} id
   * @param {Cache} cache
   */
  step(id, cache) {
    return this.forward([id], { cache }).logits;
  }

  /**
   * Run T ids through the model.
   * @param {number[]} ids
   * @param {object} [options]
   * @param {number[][]} [options.headScale] factor on each head's output, by layer: 1 as trained,
   *   0 off
   * @param {Hooks} [options.hooks] read or replace activations, after those factors
   * @param {Cache} [options.cache] ids are then the tokens after those it holds, and it grows by T
   * @param {Run} [options.reuse] what an earlier call, without hooks, returned for the same ids:
   * the
   *   layers below the first changed factor are kept
   * @param {boolean} [options.lastOnly] work out logits for the last position alone: the head is a
   *   large part of a small model
   * @returns {Run}
   */
  forward(ids, { headScale, hooks, cache, reuse, lastOnly = false } = {}) {
    const { n_layer, n_head, n_embd, vocab_size } = this.config;
    const T = ids.length;
    const past = cache?.length ?? 0;
    this.checkIds(ids, past);
    const scale = headScale ?? Array.from({ length: n_layer }, () => Array(n_head).fill(1));
    const places = new Activations(n_layer, [scaleHeads(scale), ...(hooks ? [hooks] : [])]);
    /** @type {Run} */
    const run = {
      ids,
      T,
      past,
      cache,
      V: vocab_size,
      headScale: scale.map((row) => [...row]),
      logits: new Float32Array(0),
      attention: [],
      activations: places.kept,
    };
    const first = reuse && !cache && !hooks ? firstChange(reuse.headScale, scale) : 0;
    let x = reuse && first > 0 ? keepBelow(first, reuse, run) : this.embed(ids, past);
    for (let layer = first; layer < n_layer; layer++) {
      // In the first changed layer the attention is the same: only the factors on it differ.
      const known = reuse && !hooks && layer === first ? reuse : undefined;
      x = this.block(layer, x, run, places, known);
    }
    if (cache) cache.length += T;
    const rows = lastOnly ? 1 : T;
    const end = this.norm("norm", x.subarray((T - rows) * n_embd), rows);
    const head = this.weights["head.weight"] ?? this.weights["token_embedding.weight"];
    run.logits = linear(end, rows, head, null, n_embd, vocab_size);
    return run;
  }

  /**
   * Token vector plus, with learned positions, position vector: (T, C).
   * @param {number[]} ids
   * @param {number} past
   */
  embed(ids, past) {
    const C = this.config.n_embd;
    const x = new Float32Array(ids.length * C);
    const token = this.weights["token_embedding.weight"];
    const position = this.weights["position_embedding.weight"];
    ids.forEach((id, t) => {
      for (let i = 0; i < C; i++) {
        x[t * C + i] = token[id * C + i] + (position ? position[(past + t) * C + i] : 0);
      }
    });
    return x;
  }

  /**
   * One block: the stream x (T, C), plus what attention and the feed-forward layer add to it.
   * @param {number} layer
   * @param {Floats} before (T, C)
   * @param {Run} run
   * @param {Activations} places
   * @param {Run} [known] a run with the same attention in this layer
   */
  block(layer, before, run, places, known) {
    const name = `blocks.${layer}`;
    const shape = [run.T, this.config.n_embd];
    let x = places.pass(`${name}.residual_before`, before, shape);
    x = plus(x, this.attention(layer, this.norm(`${name}.norm_1`, x, run.T), run, places, known));
    x = plus(x, this.feedForward(layer, this.norm(`${name}.norm_2`, x, run.T), run, places));
    return places.pass(`${name}.residual_after`, x, shape);
  }

  /**
   * What attention adds to the stream (T, C): each head mixes values, and all are put side by side.
   * @param {number} layer
   * @param {Floats} x (T, C)
   * @param {Run} run
   * @param {Activations} places
   * @param {Run} [known] a run with the same attention in this layer
   */
  attention(layer, x, run, places, known) {
    const { n_head, n_kv_head, n_embd } = this.config;
    const name = `blocks.${layer}.attention`;
    const D = this.headSize;
    const { pattern, values } = known
      ? this.lookAgain(layer, known, run)
      : this.look(layer, x, run, places);
    const mixed = new Float32Array(run.T * n_embd);
    cut(mixed, n_head).forEach((output, head) => {
      const group = Math.floor(head / (n_head / n_kv_head)); // heads that share keys and values
      mixValues(pattern[head], values[group], D, output);
    });
    const outputs = places.pass(`${name}.head_outputs`, mixed, [n_head, run.T, D]);
    return this.linear(`${name}.out`, mergeHeads(outputs, run.T, n_head, D), run.T, n_embd);
  }

  /**
   * Where each head looks, (T, S), and the values that it finds there, (S, D) for each group.
   * @param {number} layer
   * @param {Floats} x (T, C)
   * @param {Run} run
   * @param {Activations} places
   */
  look(layer, x, run, places) {
    const { n_head, n_kv_head } = this.config;
    const { T, past, cache } = run;
    const D = this.headSize;
    const S = past + T;
    const name = `blocks.${layer}.attention`;
    const qkv = this.linear(`${name}.qkv`, x, T, (n_head + 2 * n_kv_head) * D);
    const heads = (
      /** @type {string} */ part,
      /** @type {number} */ first,
      /** @type {number} */ n,
    ) => {
      const cutOut = splitHeads(qkv, T, D, first, n); // (n, T, D)
      if (part !== "values") this.rotary?.turn(cutOut, T, past);
      return places.pass(`${name}.${part}`, cutOut, [n, T, D]);
    };
    const queries = cut(heads("queries", 0, n_head), n_head);
    const newKeys = cut(heads("keys", n_head, n_kv_head), n_kv_head);
    const newValues = cut(heads("values", n_head + n_kv_head, n_kv_head), n_kv_head);
    const keys = cache ? remember(cache.keys[layer], newKeys, past * D) : newKeys;
    const values = cache ? remember(cache.values[layer], newValues, past * D) : newValues;
    const weights = new Float32Array(n_head * T * S);
    cut(weights, n_head).forEach((pattern, head) => {
      fillPattern(queries[head], keys[Math.floor(head / (n_head / n_kv_head))], D, pattern);
    });
    const pattern = cut(places.pass(`${name}.pattern`, weights, [n_head, T, S]), n_head);
    run.attention[layer] = pattern;
    return { pattern, values };
  }

  /**
   * The same as in another run, which looked in the same way in this layer.
   * @param {number} layer
   * @param {Run} known
   * @param {Run} run
   */
  lookAgain(layer, known, run) {
    for (const part of ["queries", "keys", "values", "pattern"]) {
      const name = `blocks.${layer}.attention.${part}`;
      run.activations.set(name, known.activations.get(name));
    }
    const values = known.activations.get(`blocks.${layer}.attention.values`);
    run.attention[layer] = known.attention[layer];
    return { pattern: known.attention[layer], values: cut(values, this.config.n_kv_head) };
  }

  /**
   * What the feed-forward layer adds to the stream (T, C).
   * @param {number} layer
   * @param {Floats} x (T, C)
   * @param {Run} run
   * @param {Activations} places
   */
  feedForward(layer, x, run, places) {
    const { n_embd, n_hidden, mlp } = this.config;
    const name = `blocks.${layer}.feed_forward`;
    const { T } = run;
    let hidden = this.linear(`${name}.up`, x, T, n_hidden);
    if (mlp === "swiglu") {
      const gate = this.linear(`${name}.gate`, x, T, n_hidden);
      for (let i = 0; i < hidden.length; i++) hidden[i] *= silu(gate[i]);
    } else for (let i = 0; i < hidden.length; i++) hidden[i] = gelu(hidden[i]);
    hidden = places.pass(`${name}.hidden`, hidden, [T, n_hidden]);
    return this.linear(`${name}.down`, hidden, T, n_embd);
  }

  /**
   * A linear layer by its name: x (T, inputs) -> (T, outputs).
   * @param {string} name
   * @param {Floats} x
   * @param {number} T
   * @param {number} outputs
   */
  linear(name, x, T, outputs) {
    const { [`${name}.weight`]: weight, [`${name}.bias`]: bias } = this.weights;
    return linear(x, T, weight, bias, x.length / T, outputs);
  }

  /**
   * A normalisation by its name: x (T, C) -> (T, C).
   * @param {string} name
   * @param {Floats} x
   * @param {number} T
   */
  norm(name, x, T) {
    const { norm, n_embd, norm_eps } = this.config;
    const { [`${name}.weight`]: weight, [`${name}.bias`]: bias } = this.weights;
    if (norm === "rms") return rmsNorm(x, T, n_embd, weight, norm_eps);
    return layerNorm(x, T, n_embd, weight, bias, norm_eps);
  }

  /**
   * Refuse ids that the model can't read: throws an Error in words.
   * @param {number[]} ids
   * @param {number} past
   */
  checkIds(ids, past) {
    const { context_length, vocab_size } = this.config;
    const n = past + ids.length;
    if (ids.length === 0) throw new Error("The model needs at least one token.");
    if (n > context_length) {
      throw new Error(`${n} tokens are more than this model's context of ${context_length}.`);
    }
    const wrong = ids.find((id) => !(id >= 0 && id < vocab_size));
    if (wrong !== undefined) {
      throw new Error(`Token id ${wrong} is not between 0 and ${vocab_size - 1}.`);
    }
  }
}

/**
 * A config in which nothing is left out, as GPTConfig fills it in.
 * @param {Config} config
 * @returns {Required<Config>}
 */
function withDefaults(config) {
  const given = Object.entries(config).filter(([, value]) => value !== null);
  return {
    n_kv_head: config.n_head,
    n_hidden: 4 * config.n_embd,
    position: "learned",
    norm: "layer",
    mlp: "gelu",
    tie_weights: true,
    bias: true,
    norm_eps: 1e-5,
    rope_base: 10000,
    dropout: 0,
    init_std: null,
    ...config,
    ...Object.fromEntries(given),
  };
}

/**
 * Put new keys or values (T, D) of each head behind those in a cache; return all, (S, D) each.
 * @param {Floats} room (n_kv_head, context_length, D)
 * @param {Floats[]} heads
 * @param {number} end where in a head's room they go
 */
function remember(room, heads, end) {
  return cut(room, heads.length).map((rooms, i) => {
    rooms.set(heads[i], end);
    return rooms.subarray(0, end + heads[i].length);
  });
}

/**
 * Take the layers below `first` over from another run. Returns the stream above them: (T, C).
 * @param {number} first
 * @param {Run} known
 * @param {Run} run
 */
function keepBelow(first, known, run) {
  run.attention = known.attention.slice(0, first);
  for (const [name, activation] of known.activations) {
    if (Number(name.split(".")[1]) < first) run.activations.set(name, activation);
  }
  return run.activations.get(`blocks.${first - 1}.residual_after`);
}

/**
 * The first layer in which two head scales differ (the last layer when they do not).
 * @param {number[][]} before
 * @param {number[][]} after
 */
function firstChange(before, after) {
  const layer = after.findIndex((row, l) => row.some((v, head) => v !== before[l][head]));
  return layer < 0 ? after.length - 1 : layer;
}
