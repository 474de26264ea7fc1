// A GPT forward pass in plain JavaScript: the same arithmetic as llm_lib.gpt.GPT, in the browser,
// with every activation kept so that a page can show it. Needs tensor.js before it.
//
//   const gpt = new GPT(file);     // {config, tensors, data}: see llm_lib/widgets/model_file.py
//   const now = gpt.forward(ids);  // now.logits (T, V), now.attention[layer][head] (T, T)
//   const off = gpt.forward(ids, {headScale, reuse: now});  // from the first changed layer on
//   const cache = gpt.newCache();  // for writing: each call sees all ids so far
//   gpt.forward(prompt, {cache}); gpt.step(id, cache);

import { gelu, logSoftmax, silu } from "./functions.js";
import { decodeFloat16, layerNorm, linear, plus, rmsNorm } from "./tensor.js";

export class GPT {
  /** Build the model from a model file. Throws an Error in words when the file is damaged. */
  constructor({ config, tensors, data }) {
    this.config = { n_kv_head: config.n_head, n_hidden: 4 * config.n_embd, ...dropNulls(config) };
    this.headSize = config.n_embd / config.n_head;
    this.weights = GPT.readTensors(tensors, decodeFloat16(data));
    GPT.checkShapes(this.config, this.weights);
    if (this.config.position === "rotary") this.rotary = rotaryTable(this.config, this.headSize);
  }

  /** Cut the one long array of numbers into named pieces. */
  static readTensors(tensors, numbers) {
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

  /** Refuse a file in which a tensor is missing or has the wrong length. */
  static checkShapes(c, weights) {
    const D = c.n_embd / c.n_head;
    const qkv = (c.n_head + 2 * c.n_kv_head) * D;
    const need = { "token_embedding.weight": c.vocab_size * c.n_embd, "norm.weight": c.n_embd };
    if (c.position === "learned") need["position_embedding.weight"] = c.context_length * c.n_embd;
    if (!c.tie_weights) need["head.weight"] = c.vocab_size * c.n_embd;
    for (let l = 0; l < c.n_layer; l++) {
      need[`blocks.${l}.attention.qkv.weight`] = qkv * c.n_embd;
      need[`blocks.${l}.attention.out.weight`] = c.n_embd * c.n_embd;
      need[`blocks.${l}.feed_forward.up.weight`] = c.n_hidden * c.n_embd;
      need[`blocks.${l}.feed_forward.down.weight`] = c.n_hidden * c.n_embd;
      if (c.mlp === "swiglu") need[`blocks.${l}.feed_forward.gate.weight`] = c.n_hidden * c.n_embd;
      for (const n of ["norm_1", "norm_2"]) need[`blocks.${l}.${n}.weight`] = c.n_embd;
    }
    for (const [name, length] of Object.entries(need)) {
      if (weights[name]?.length !== length) {
        throw new Error(
          `The model file is damaged: "${name}" should hold ${length} numbers and holds ` +
            `${weights[name]?.length ?? 0}.`,
        );
      }
    }
  }

  /** An empty store for keys and values, so that earlier tokens need not be worked out again. */
  newCache() {
    const { n_layer, n_kv_head, context_length } = this.config;
    const size = context_length * n_kv_head * this.headSize;
    const rooms = () => Array.from({ length: n_layer }, () => new Float32Array(size));
    return { length: 0, keys: rooms(), values: rooms() };
  }

  /**
   * One more token after those in the cache. Returns the logits (V,) for the token that follows.
   */
  step(id, cache, headScale) {
    return this.forward([id], { cache, headScale }).logits;
  }

  /**
   * Run T ids through the model.
   * headScale[layer][head]: factor on a head's output (1 = as trained, 0 = off); left out means all
   * 1.
   * cache: from newCache(); ids are then the tokens after those it holds, and it grows by T.
   * reuse: what an earlier call returned for the same ids; layers below the first changed factor
   * are kept.
   * lastOnly: work out logits for the last position alone (the head is a large part of a small
   * model). Returns {T, V, logits, attention, headOutput, residual, residualNorm, headScale}:
   *   logits (T, V), or (V,) with lastOnly;  attention[layer][head] (T, past + T);
   *   headOutput[layer] (T, C), before the factor;
   *   residual[layer] (T, C), layer 0 = the embeddings;
   *   residualNorm[layer][t] = length of that vector.
   */
  forward(ids, { headScale, cache, reuse, lastOnly = false } = {}) {
    const { n_layer, n_head, n_embd, vocab_size } = this.config;
    const T = ids.length;
    const past = cache?.length ?? 0;
    this.checkIds(ids, past);
    const scale = headScale ?? Array.from({ length: n_layer }, () => Array(n_head).fill(1));
    const first = reuse && !cache ? firstChange(reuse.headScale, scale) : 0;
    const run = { ids, T, past, cache, V: vocab_size, headScale: scale.map((row) => [...row]) };
    run.attention = reuse ? reuse.attention.slice(0, first) : [];
    run.headOutput = reuse ? reuse.headOutput.slice(0, first) : [];
    run.residual = reuse ? reuse.residual.slice(0, first + 1) : [this.embed(ids, past)];
    for (let layer = first; layer < n_layer; layer++) {
      // In the first changed layer the attention itself is the same: only the factors on its output
      // differ.
      if (reuse && layer === first) {
        run.attention.push(reuse.attention[layer]);
        run.headOutput.push(reuse.headOutput[layer]);
      } else this.attend(layer, run);
      run.residual.push(this.finishBlock(layer, run));
    }
    if (cache) cache.length += T;
    run.residualNorm = run.residual.map((x) => rowLengths(x, T, n_embd));
    const end = run.residual[n_layer];
    const rows = lastOnly ? 1 : T;
    const x = this.norm("norm", end.subarray((T - rows) * n_embd), rows);
    run.logits = linear(
      x,
      rows,
      this.weights["head.weight"] ?? this.weights["token_embedding.weight"],
      null,
      n_embd,
      vocab_size,
    );
    return run;
  }

  /** Token vector plus, with learned positions, position vector: (T, C). */
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

  /** Attention of one layer: fills run.attention[layer] and run.headOutput[layer]. */
  attend(layer, run) {
    const { n_head, n_kv_head, n_embd } = this.config;
    const D = this.headSize;
    const { T, past } = run;
    const name = `blocks.${layer}.attention.qkv`;
    const kvWidth = n_kv_head * D;
    const width = n_head * D + 2 * kvWidth;
    const x = this.norm(`blocks.${layer}.norm_1`, run.residual[layer], T);
    const qkv = linear(
      x,
      T,
      this.weights[name + ".weight"],
      this.weights[name + ".bias"],
      n_embd,
      width,
    );
    if (this.rotary) this.rotate(qkv, T, past, width);
    const keys = run.cache?.keys[layer] ?? new Float32Array(T * kvWidth);
    const values = run.cache?.values[layer] ?? new Float32Array(T * kvWidth);
    for (let t = 0; t < T; t++) {
      const k = t * width + n_head * D;
      keys.set(qkv.subarray(k, k + kvWidth), (past + t) * kvWidth);
      values.set(qkv.subarray(k + kvWidth, k + 2 * kvWidth), (past + t) * kvWidth);
    }
    const output = new Float32Array(T * n_head * D);
    run.attention[layer] = Array.from({ length: n_head }, (_, head) => {
      // Several query heads may share one key/value head
      const group = Math.floor(head / (n_head / n_kv_head));
      return attendHead({
        qkv,
        width,
        keys,
        values,
        kvWidth,
        D,
        T,
        past,
        query: head * D,
        kv: group * D,
        output,
        outWidth: n_head * D,
      });
    });
    run.headOutput[layer] = output;
  }

  /**
   * The rest of a block: head factors, the out projection, and the feed-forward layer. Returns x
   * (T, C).
   */
  finishBlock(layer, run) {
    const { n_embd, n_hidden, mlp } = this.config;
    const { T } = run;
    const D = this.headSize;
    const w = this.weights;
    const b = `blocks.${layer}.`;
    const heads = run.headOutput[layer].slice();
    run.headScale[layer].forEach((factor, head) => {
      if (factor !== 1) {
        for (let t = 0; t < T; t++) {
          for (let d = 0; d < D; d++) heads[t * n_embd + head * D + d] *= factor;
        }
      }
    });
    const x = plus(
      run.residual[layer],
      linear(heads, T, w[b + "attention.out.weight"], w[b + "attention.out.bias"], n_embd, n_embd),
    );
    const y = this.norm(b + "norm_2", x, T);
    const f = b + "feed_forward.";
    const hidden = linear(y, T, w[f + "up.weight"], w[f + "up.bias"], n_embd, n_hidden);
    if (mlp === "swiglu") {
      const gate = linear(y, T, w[f + "gate.weight"], w[f + "gate.bias"], n_embd, n_hidden);
      for (let i = 0; i < hidden.length; i++) hidden[i] *= silu(gate[i]);
    } else for (let i = 0; i < hidden.length; i++) hidden[i] = gelu(hidden[i]);
    return plus(x, linear(hidden, T, w[f + "down.weight"], w[f + "down.bias"], n_hidden, n_embd));
  }

  norm(name, x, T) {
    const { norm, n_embd, norm_eps } = this.config;
    const weight = this.weights[name + ".weight"];
    if (norm === "rms") return rmsNorm(x, T, n_embd, weight, norm_eps);
    return layerNorm(x, T, n_embd, weight, this.weights[name + ".bias"], norm_eps);
  }

  /**
   * Turn queries and keys by an angle that grows with the position (rotary positions), in place.
   */
  rotate(qkv, T, past, width) {
    const { n_head, n_kv_head } = this.config;
    const D = this.headSize;
    const half = D / 2;
    const { cos, sin } = this.rotary;
    for (let t = 0; t < T; t++) {
      for (let head = 0; head < n_head + n_kv_head; head++) {
        for (let j = 0; j < half; j++) {
          const i = t * width + head * D + j;
          const angle = (past + t) * half + j;
          const a = qkv[i];
          const b = qkv[i + half];
          qkv[i] = a * cos[angle] - b * sin[angle];
          qkv[i + half] = a * sin[angle] + b * cos[angle];
        }
      }
    }
  }

  checkIds(ids, past) {
    const { context_length, vocab_size } = this.config;
    if (ids.length === 0) throw new Error("The model needs at least one token.");
    if (past + ids.length > context_length) {
      throw new Error(
        `${past + ids.length} tokens are more than this model's context of ${context_length}.`,
      );
    }
    const wrong = ids.find((id) => !(id >= 0 && id < vocab_size));
    if (wrong !== undefined) {
      throw new Error(`Token id ${wrong} is not between 0 and ${vocab_size - 1}.`);
    }
  }
}

/**
 * Scaled dot-product attention of one head. Returns its weights (T, past + T); adds to output in
 * place.
 */
function attendHead(
  { qkv, width, keys, values, kvWidth, D, T, past, query, kv, output, outWidth },
) {
  const S = past + T;
  const weights = new Float32Array(T * S);
  const scale = 1 / Math.sqrt(D);
  for (let t = 0; t < T; t++) {
    // No position sees a later one
    const q = t * width + query;
    const row = t * S;
    const out = t * outWidth + query;
    const seen = past + t;
    let top = -Infinity;
    let sum = 0;
    for (let s = 0; s <= seen; s++) {
      const k = s * kvWidth + kv;
      let dot = 0;
      for (let d = 0; d < D; d++) dot += qkv[q + d] * keys[k + d];
      weights[row + s] = dot * scale;
      if (dot * scale > top) top = dot * scale;
    }
    for (let s = 0; s <= seen; s++) sum += weights[row + s] = Math.exp(weights[row + s] - top);
    for (let s = 0; s <= seen; s++) {
      const weight = (weights[row + s] /= sum);
      const v = s * kvWidth + kv;
      for (let d = 0; d < D; d++) output[out + d] += weight * values[v + d];
    }
  }
  return weights;
}

/** cos and sin of every position's angles: (context_length, D / 2) each. */
function rotaryTable({ context_length, rope_base = 10000 }, D) {
  const half = D / 2;
  const cos = new Float32Array(context_length * half);
  const sin = new Float32Array(context_length * half);
  for (let t = 0; t < context_length; t++) {
    for (let j = 0; j < half; j++) {
      const angle = t * rope_base ** ((-2 * j) / D);
      cos[t * half + j] = Math.cos(angle);
      sin[t * half + j] = Math.sin(angle);
    }
  }
  return { cos, sin };
}

/** The first layer in which two head scales differ (the last layer when they do not). */
function firstChange(before, after) {
  const layer = after.findIndex((row, l) => row.some((v, h) => v !== before[l][h]));
  return layer < 0 ? after.length - 1 : layer;
}

function rowLengths(x, T, C) {
  return Float32Array.from(
    { length: T },
    (_, t) => Math.sqrt(x.subarray(t * C, (t + 1) * C).reduce((sum, v) => sum + v * v, 0)),
  );
}

function dropNulls(object) {
  return Object.fromEntries(
    Object.entries(object).filter(([, v]) => v !== null && v !== undefined),
  );
}

/** The row of logits after position t: (V,). */
export const logitsAt = (run, t) => run.logits.subarray(t * run.V, (t + 1) * run.V);

/** For each position but the last, -log p(the token that really follows), in nats. */
function tokenLosses(run) {
  return Array.from({ length: run.T - 1 }, (_, t) => -logSoftmax(logitsAt(run, t))[run.ids[t + 1]]);
}

/**
 * Mean loss of a text, in nats a token; NaN for a text of one token, which has nothing to predict.
 */
export function textLoss(run) {
  const losses = tokenLosses(run);
  return losses.reduce((sum, v) => sum + v, 0) / losses.length;
}
