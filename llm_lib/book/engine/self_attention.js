// Self-attention of all heads of all texts of a pass, and its way back.

import {
  attentionBackward,
  mixForward,
  patternForward,
  scoresForward,
  softmaxOfAll,
} from "./attention.js";
import { linearForward } from "./linear.js";
import { headNormBackward, headNormForward } from "./norms.js";
import { entryOf, present } from "./present.js";
import { cut } from "./tensor.js";

/** @import { Head } from "./attention.js" */
/** @import { GPT, Pass } from "./gpt.js" */
/** @import { Numbers } from "./loops.js" */
/** @import { Heads } from "./watch.js" */

/**
 * What each head of a layer mixes, side by side in rows: from norm1 to heads, (B · T, C).
 * @param {GPT} gpt
 * @param {number} layer
 * @param {Pass} pass
 */
export function attendForward(gpt, layer, pass) {
  const { B, T, past, places, watch, dropout } = pass;
  const { memory: m, headSize: D } = gpt;
  const { n_head, n_embd } = gpt.config;
  const at = places.layers[layer];
  let causal = gpt.causal;
  if (watch?.known) watch.lookAgain(layer, at.pattern, headsIn(gpt, at.qkv).values);
  else causal = lookAround(gpt, layer, pass) && causal;
  if (watch) {
    const name = `blocks.${layer}.attention.pattern`;
    watch.run.attention[layer] = cut(entryOf(watch.run.activations, name), n_head);
  }
  const length = B * n_head * T * (past + T);
  if (dropout) dropout.drop(m, at.dropped, at.pattern, at.patternMask, length);
  const pattern = dropout ? at.dropped : at.pattern;
  for (const head of headsOf(gpt, pass, at.qkv, pattern, at.heads)) {
    mixForward(m, head, { T, S: past + T, D, causal });
  }
  const heads = { at: at.heads, width: n_embd, n: n_head, D };
  watch?.passHeads(`blocks.${layer}.attention.z`, heads);
}

/**
 * Where each head looks. Says whether nothing but the model had a hand in it.
 * @param {GPT} gpt
 * @param {number} layer
 * @param {Pass} pass
 */
function lookAround(gpt, layer, pass) {
  const { B, T, past, places, watch } = pass;
  const { memory: m, causal, headSize: D } = gpt;
  const { n_head, n_kv_head, qk_norm, norm_eps: eps } = gpt.config;
  const [at, N, S, name] = [places.layers[layer], B * T, past + T, `blocks.${layer}.attention`];
  const { qkv } = gpt.parameters.layers.blocks[layer];
  linearForward(m, qkv, at.qkv, at.norm1, N, places.turned);
  const turned = n_head + n_kv_head; // the heads that look and are looked at
  if (qk_norm) {
    headNormForward(m.f, at.qkv, qkv.outputs, { n: turned, N, D, eps }, at.scaleHeads);
  }
  gpt.rotary?.turn(m.f, at.qkv, qkv.outputs, { n: turned, N, T, past });
  const { queries, keys, values } = headsIn(gpt, at.qkv);
  watch?.passHeads(`${name}.q`, queries);
  watch?.passHeads(`${name}.k`, keys);
  watch?.passHeads(`${name}.v`, values);
  const cache = watch?.run.cache;
  if (cache) {
    remember(m.f, cache.keys[layer], keys, pass, places.seen);
    remember(m.f, cache.values[layer], values, pass, places.seen + n_kv_head * S * D);
  }
  const asked = watch?.activations.wants(`${name}.scores`);
  const look = { T, S, D, causal };
  const heads = headsOf(gpt, pass, at.qkv, at.pattern, at.heads);
  for (const head of heads) {
    if (asked) scoresForward(m, head, look, places.turned);
    else patternForward(m, head, look, places.turned);
  }
  if (watch && asked) {
    watch.pass(`${name}.scores`, at.pattern, [n_head, T, S]);
    for (const head of heads) softmaxOfAll(m, head.pattern, look);
    watch.pass(`${name}.pattern`, at.pattern, [n_head, T, S]);
    return false; // a hook may have let a token see what comes after it
  }
  return !watch?.pass(`${name}.pattern`, at.pattern, [n_head, T, S]);
}

/**
 * The way back of a layer, from the gradient of the heads, in back.norm, to that of qkv.
 * @param {GPT} gpt
 * @param {number} layer
 * @param {Pass} pass
 */
export function attendBackward(gpt, layer, pass) {
  const { B, T, places } = pass;
  const { memory: m, causal, headSize: D } = gpt;
  const { n_head, n_kv_head, qk_norm } = gpt.config;
  const { layers, turned } = places;
  const back = present(places.back, "the tape of a pass");
  const at = layers[layer];
  const { outputs: width } = gpt.parameters.layers.blocks[layer].qkv;
  m.f.fill(0, back.qkv, back.qkv + B * T * width);
  const heads = headsOf(gpt, pass, at.qkv, at.pattern, at.heads);
  headsOf(gpt, pass, back.qkv, 0, back.norm).forEach((gradient, i) => {
    const shift = heads[i].pattern - at.pattern;
    const dropout = pass.dropout &&
      { mask: at.patternMask + shift, dropped: at.dropped + shift };
    gradient.pattern = back.pattern;
    attentionBackward(m, heads[i], gradient, { T, S: T, D, causal }, turned, dropout);
  });
  const what = { n: n_head + n_kv_head, N: B * T, D };
  if (qk_norm) headNormBackward(m.f, back.qkv, at.qkv, width, what, at.scaleHeads);
  gpt.rotary?.turn(m.f, back.qkv, width, { ...what, T, sign: -1 });
}

/**
 * Queries, keys and values, as they stand side by side in rows.
 * @param {GPT} gpt
 * @param {number} qkv
 * @returns {Record<"queries" | "keys" | "values", Heads>}
 */
function headsIn({ config, headSize: D }, qkv) {
  const { n_head, n_kv_head } = config;
  const width = (n_head + 2 * n_kv_head) * D;
  const from = (/** @type {number} */ first, /** @type {number} */ n) => ({
    at: qkv + first * D,
    width,
    n,
    D,
  });
  return {
    queries: from(0, n_head),
    keys: from(n_head, n_kv_head),
    values: from(n_head + n_kv_head, n_kv_head),
  };
}

/**
 * All heads of all texts: where each one's rows lie. Several share keys and values, if there are
 * fewer of those, and with a cache those of all tokens lie in a place of their own.
 * @param {GPT} gpt
 * @param {Pass} pass
 * @param {number} qkv
 * @param {number} patterns
 * @param {number} heads
 * @returns {Head[]}
 */
function headsOf(gpt, { B, T, past, places }, qkv, patterns, heads) {
  const { config: { n_head, n_kv_head, n_embd: C }, headSize: D } = gpt;
  const [S, width] = [past + T, (n_head + 2 * n_kv_head) * D];
  return Array.from({ length: B * n_head }, (_, i) => {
    const [b, h] = [Math.floor(i / n_head), i % n_head];
    const group = Math.floor((h * n_kv_head) / n_head);
    const first = qkv + b * T * width;
    const [k, v] = [n_head + group, n_head + n_kv_head + group];
    return {
      q: first + h * D,
      qRow: width,
      k: past > 0 ? places.seen + group * S * D : first + k * D,
      v: past > 0 ? places.seen + (n_kv_head + group) * S * D : first + v * D,
      kRow: past > 0 ? D : width,
      pattern: patterns + i * T * S,
      output: heads + b * T * C + h * D,
      outputRow: C,
    };
  });
}

/**
 * Put the new keys or values into a cache, and all that it holds then into the memory.
 * @param {Numbers} f
 * @param {Float32Array} room (n_kv_head, context_length, D)
 * @param {Heads} heads
 * @param {Pass} pass
 * @param {number} to (n_kv_head, S, D)
 */
function remember(f, room, { at, width, n, D }, { T, past }, to) {
  cut(/** @type {Float32Array<ArrayBuffer>} */ (room), n).forEach((own, head) => {
    for (let t = 0; t < T; t++) {
      const from = at + t * width + head * D;
      own.set(f.subarray(from, from + D), (past + t) * D);
    }
    const S = past + T;
    if (past > 0) f.set(own.subarray(0, S * D), to + head * S * D);
  });
}
