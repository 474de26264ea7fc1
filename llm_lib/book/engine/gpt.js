// A GPT: the same arithmetic as llm_lib.model.gpt.GPT, in the browser.
//
//   const gpt = new GPT(file);     // {config, tensors, data}: see
// llm_lib/book/widgets/model_file.py
//   const now = gpt.forward(ids);  // now.logits (T, V), now.attention[layer][head] (T, T)
//   const off = gpt.forward(ids, {headScale, reuse: now});  // from the first changed layer on
//   const cache = gpt.newCache();  // for writing: each call sees all ids so far
//   gpt.forward(prompt, {cache}); gpt.step(id, cache);
//
// Each activation has a name: now.activations.get("blocks.0.feed_forward.post") reads it, and
//   gpt.forward(ids, {hooks: {"blocks.0.feed_forward.post": (x) => x.fill(0)}}) replaces it.
//
// The weights lie in one flat memory, and behind them what a pass works out: one pass at a time, so
// a hook can't run its own model. A training runs the same blocks over a batch (runBatch), and goes
// back through them: see backward.js.

import { blockForward } from "./block.js";
import { completeConfig } from "./config.js";
import { linearForward } from "./linear.js";
import { Memory } from "./memory.js";
import { normForward } from "./norms.js";
import { Parameters } from "./parameters.js";
import { planPass } from "./pass.js";
import { Rotary } from "./rotary.js";
import { addNumbers } from "./rows.js";
import { Watch } from "./watch.js";
import { checkWeights, drawParameters, readWeights, refuseUnknown } from "./weights.js";

/** @import { Cache, Config, Floats, Hooks, ModelFile, Run, Weights } from "./types.js" */
/** @import { Dropout } from "./dropout.js" */
/** @import { Places } from "./pass.js" */
/** @typedef {{ float64?: boolean, wasm?: boolean }} MemoryOptions see memory.js */
/**
 * What is being worked out: B texts of T tokens, which follow on `past` others.
 * @typedef {object} Pass
 * @property {ArrayLike<number>} ids (B, T)
 * @property {number} B
 * @property {number} T
 * @property {number} past
 * @property {number} rows of logits
 * @property {Places} places
 * @property {Watch | null} watch of a pass that is shown
 * @property {Dropout | null} dropout
 * @property {((name: string, at: number) => void) | null} onPart sees what a part adds, (B · T, C)
 */

export class GPT {
  /**
   * Build the model from a model file. Throws an Error in words if the file is damaged.
   * @param {Pick<ModelFile, "config" | "tensors" | "data">} file
   * @param {MemoryOptions & { weights?: Weights }} [options] weights: in place of the file's
   */
  constructor(file, { weights = readWeights(file), ...memory } = {}) {
    this.config = completeConfig(file.config);
    checkWeights(this.config, weights, "The model file is damaged");
    const { position, context_length, rope_base, n_embd, n_head } = this.config;
    this.headSize = n_embd / n_head;
    this.causal = true; // false lets attention see the future, to break a training on purpose
    this.memory = new Memory(memory);
    this.parameters = new Parameters(this.config, this.memory);
    this.parameters.load(weights);
    this.rotary = position === "rotary"
      ? new Rotary(context_length, this.headSize, rope_base)
      : null;
  }

  /**
   * Build the model from weights by the names of Python's state_dict. Throws an Error in words if
   * they don't fit the config.
   * @param {Config} config
   * @param {Weights} weights
   * @param {MemoryOptions} [options]
   */
  static fromWeights(config, weights, options) {
    const complete = completeConfig(config);
    const complaint = "The weights do not fit this config";
    checkWeights(complete, weights, complaint);
    refuseUnknown(complete, weights, complaint);
    return new GPT({ config: complete, tensors: [], data: "" }, { ...options, weights });
  }

  /**
   * Build the model with fresh weights.
   * @param {Config} config
   * @param {() => number} random
   * @param {MemoryOptions} [options]
   */
  static fresh(config, random, options) {
    return GPT.fromWeights(config, drawParameters(completeConfig(config), random), options);
  }

  /** A copy of the weights, by name: what fromWeights takes. */
  weights() {
    return this.parameters.copy();
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
   *   the layers below the first changed factor are kept
   * @param {boolean} [options.lastOnly] work out logits for the last position alone: the head is a
   *   large part of a small model
   * @returns {Run}
   */
  forward(ids, { headScale, hooks, cache, reuse, lastOnly = false } = {}) {
    const { n_layer, n_head, vocab_size } = this.config;
    const [T, past] = [ids.length, cache?.length ?? 0];
    const scale = headScale ?? Array.from({ length: n_layer }, () => Array(n_head).fill(1));
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
      activations: new Map(),
    };
    const pass = this.newPass(ids, { T, past, rows: lastOnly ? 1 : T });
    pass.watch = new Watch(this.memory, run, n_layer, hooks);
    const known = reuse && !cache && !hooks ? reuse : null;
    this.runBlocks(pass, known, known ? firstChange(known.headScale, scale) : 0);
    if (cache) cache.length += T;
    const { logits } = pass.places;
    run.logits = /** @type {Floats} */ (
      this.memory.f.slice(logits, logits + pass.rows * vocab_size)
    );
    return run;
  }

  /**
   * Run a batch of B texts of T ids through the model, as a training does. The logits (B, T, V) are
   * left in the memory.
   * @param {ArrayLike<number>} ids (B, T)
   * @param {object} sizes
   * @param {number} sizes.B
   * @param {number} sizes.T
   * @param {boolean} [sizes.tape] keep what the way back needs
   * @param {Dropout | null} [sizes.dropout]
   */
  runBatch(ids, { B, T, tape = false, dropout = null }) {
    const pass = this.newPass(ids, { B, T, tape, dropout });
    this.runBlocks(pass);
    return pass;
  }

  /**
   * Check the ids, and make room for a pass.
   * @param {ArrayLike<number>} ids
   * @param {{ B?: number, T: number, past?: number, rows?: number, tape?: boolean,
   *   dropout?: Dropout | null }} sizes
   * @returns {Pass}
   */
  newPass(ids, { B = 1, T, past = 0, rows = B * T, tape = false, dropout = null }) {
    this.checkIds(ids, past + T);
    const sizes = { B, T, S: past + T, rows, tape, dropout: dropout !== null };
    const places = planPass(this.config, sizes, this.parameters.end);
    this.memory.fit(places.end);
    return { ids, B, T, past, rows, places, watch: null, dropout, onPart: null };
  }

  /**
   * The whole way up: embeddings, blocks, logits.
   * @param {Pass} pass
   * @param {Run | null} [known] a run whose layers below `first` are kept
   * @param {number} [first]
   */
  runBlocks(pass, known = null, first = 0) {
    const { places, watch } = pass;
    if (watch) watch.known = known;
    if (watch && known && first > 0) watch.keepBelow(first, places.layers[first]);
    else this.embed(pass);
    for (let layer = first; layer < this.config.n_layer; layer++) {
      blockForward(this, layer, pass);
      // In the first changed layer the attention is the same: only the factors on it differ.
      if (watch) watch.known = null;
    }
    const last = places.x + (pass.B * pass.T - pass.rows) * this.config.n_embd;
    this.unembed(places, pass.rows, last, watch);
  }

  /**
   * Logits of some rows of the stream.
   * @param {Places} places
   * @param {number} rows
   * @param {number} [x] where the first one begins
   * @param {Watch | null} [watch]
   */
  unembed({ normed, scale, logits, turned, ...places }, rows, x = places.x, watch = null) {
    const { norm, head } = this.parameters.layers;
    normForward(this.memory, norm, normed, x, scale, rows);
    watch?.show("norm.normalized", normed, [rows, this.config.n_embd]);
    linearForward(this.memory, head, logits, normed, rows, turned);
  }

  /**
   * Token vector plus, with learned positions, position vector: (B · T, C).
   * @param {Pass} pass
   */
  embed({ ids, T, past, places, watch }) {
    const { n_embd: C } = this.config;
    const { f } = this.memory;
    const { tokens, positions } = this.parameters.layers;
    for (let n = 0; n < ids.length; n++) {
      const to = places.layers[0].x + n * C;
      f.copyWithin(to, tokens + ids[n] * C, tokens + (ids[n] + 1) * C);
      if (positions >= 0) addNumbers(f, to, positions + (past + (n % T)) * C, C);
    }
    watch?.show("embed", places.layers[0].x, [T, C]);
  }

  /**
   * Refuse ids that the model can't read: throws an Error in words.
   * @param {ArrayLike<number>} ids
   * @param {number} seen how many tokens the last one sees
   */
  checkIds(ids, seen) {
    const { context_length, vocab_size } = this.config;
    if (ids.length === 0) throw new Error("The model needs at least one token.");
    if (seen > context_length) {
      throw new Error(`${seen} tokens are more than this model's context of ${context_length}.`);
    }
    for (let i = 0; i < ids.length; i++) {
      if (!(ids[i] >= 0 && ids[i] < vocab_size)) {
        throw new Error(`Token id ${ids[i]} is not between 0 and ${vocab_size - 1}.`);
      }
    }
  }
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
