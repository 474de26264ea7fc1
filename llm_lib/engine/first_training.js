// @ts-nocheck
// deno-lint-ignore-file
// deno-fmt-ignore-file
const KERNEL_WASM = "AGFzbQEAAAABFgJgC39/f39/f39/f39/AGAEf39/fwACDwEDZW52Bm1lbW9yeQIAAQMEAwABAQchAwZtYXRtdWwAAARnZWx1AAENZ2VsdV9iYWNrd2FyZAACCsIXA54SAwp/C3sFfUEAIQwCQANAIAxBCGogCEsNAUEAIQsCQANAIAtBBGogB0sNASAAIAsgAWwgDEEEbGpqIQ8gAiALIANsaiERIBEgA2ohEiASIANqIRMgEyADaiEUIAUgDEEEbGohEEEAIQ0gCgRAIA8hDiAO/QAEACEYIA79AAQQIRkgDiABaiEOIA79AAQAIRogDv0ABBAhGyAOIAFqIQ4gDv0ABAAhHCAO/QAEECEdIA4gAWohDiAO/QAEACEeIA79AAQQIR8gDiABaiEOBSAPIQ79DAAAAAAAAAAAAAAAAAAAAAAhGP0MAAAAAAAAAAAAAAAAAAAAACEZIA4gAWohDv0MAAAAAAAAAAAAAAAAAAAAACEa/QwAAAAAAAAAAAAAAAAAAAAAIRsgDiABaiEO/QwAAAAAAAAAAAAAAAAAAAAAIRz9DAAAAAAAAAAAAAAAAAAAAAAhHSAOIAFqIQ79DAAAAAAAAAAAAAAAAAAAAAAhHv0MAAAAAAAAAAAAAAAAAAAAACEfIA4gAWohDgsCQANAIA1BAWogCUsNASAQ/QAEACEWIBD9AAQQIRcgEf0JAgAhFSAYIBUgFv3mAf3kASEYIBkgFSAX/eYB/eQBIRkgESAEaiERIBL9CQIAIRUgGiAVIBb95gH95AEhGiAbIBUgF/3mAf3kASEbIBIgBGohEiAT/QkCACEVIBwgFSAW/eYB/eQBIRwgHSAVIBf95gH95AEhHSATIARqIRMgFP0JAgAhFSAeIBUgFv3mAf3kASEeIB8gFSAX/eYB/eQBIR8gFCAEaiEUIBAgBmohECANQQFqIQ0MAAsLIA8hDiAOIBj9CwQAIA4gGf0LBBAgDiABaiEOIA4gGv0LBAAgDiAb/QsEECAOIAFqIQ4gDiAc/QsEACAOIB39CwQQIA4gAWohDiAOIB79CwQAIA4gH/0LBBAgDiABaiEOIAtBBGohCwwACwsCQANAIAtBAWogB0sNASAAIAsgAWwgDEEEbGpqIQ8gAiALIANsaiERIAUgDEEEbGohEEEAIQ0gCgRAIA8hDiAO/QAEACEYIA79AAQQIRkgDiABaiEOBSAPIQ79DAAAAAAAAAAAAAAAAAAAAAAhGP0MAAAAAAAAAAAAAAAAAAAAACEZIA4gAWohDgsCQANAIA1BAWogCUsNASAQ/QAEACEWIBD9AAQQIRcgEf0JAgAhFSAYIBUgFv3mAf3kASEYIBkgFSAX/eYB/eQBIRkgESAEaiERIBAgBmohECANQQFqIQ0MAAsLIA8hDiAOIBj9CwQAIA4gGf0LBBAgDiABaiEOIAtBAWohCwwACwsgDEEIaiEMDAALCwJAA0AgDEEEaiAISw0BQQAhCwJAA0AgC0EEaiAHSw0BIAAgCyABbCAMQQRsamohDyACIAsgA2xqIREgESADaiESIBIgA2ohEyATIANqIRQgBSAMQQRsaiEQQQAhDSAKBEAgDyEOIA79AAQAIRggDiABaiEOIA79AAQAIRogDiABaiEOIA79AAQAIRwgDiABaiEOIA79AAQAIR4gDiABaiEOBSAPIQ79DAAAAAAAAAAAAAAAAAAAAAAhGCAOIAFqIQ79DAAAAAAAAAAAAAAAAAAAAAAhGiAOIAFqIQ79DAAAAAAAAAAAAAAAAAAAAAAhHCAOIAFqIQ79DAAAAAAAAAAAAAAAAAAAAAAhHiAOIAFqIQ4LAkADQCANQQFqIAlLDQEgEP0ABAAhFiAR/QkCACEVIBggFSAW/eYB/eQBIRggESAEaiERIBL9CQIAIRUgGiAVIBb95gH95AEhGiASIARqIRIgE/0JAgAhFSAcIBUgFv3mAf3kASEcIBMgBGohEyAU/QkCACEVIB4gFSAW/eYB/eQBIR4gFCAEaiEUIBAgBmohECANQQFqIQ0MAAsLIA8hDiAOIBj9CwQAIA4gAWohDiAOIBr9CwQAIA4gAWohDiAOIBz9CwQAIA4gAWohDiAOIB79CwQAIA4gAWohDiALQQRqIQsMAAsLAkADQCALQQFqIAdLDQEgACALIAFsIAxBBGxqaiEPIAIgCyADbGohESAFIAxBBGxqIRBBACENIAoEQCAPIQ4gDv0ABAAhGCAOIAFqIQ4FIA8hDv0MAAAAAAAAAAAAAAAAAAAAACEYIA4gAWohDgsCQANAIA1BAWogCUsNASAQ/QAEACEWIBH9CQIAIRUgGCAVIBb95gH95AEhGCARIARqIREgECAGaiEQIA1BAWohDQwACwsgDyEOIA4gGP0LBAAgDiABaiEOIAtBAWohCwwACwsgDEEEaiEMDAALCwJAA0AgDEEBaiAISw0BQQAhCwJAA0AgC0EEaiAHSw0BIAAgCyABbCAMQQRsamohDyACIAsgA2xqIREgESADaiESIBIgA2ohEyATIANqIRQgBSAMQQRsaiEQQQAhDSAKBEAgDyEOIA4qAgAhISAOIAFqIQ4gDioCACEiIA4gAWohDiAOKgIAISMgDiABaiEOIA4qAgAhJCAOIAFqIQ4FIA8hDkMAAAAAISEgDiABaiEOQwAAAAAhIiAOIAFqIQ5DAAAAACEjIA4gAWohDkMAAAAAISQgDiABaiEOCwJAA0AgDUEBaiAJSw0BIBAqAgAhICAhICAgESoCAJSSISEgESAEaiERICIgICASKgIAlJIhIiASIARqIRIgIyAgIBMqAgCUkiEjIBMgBGohEyAkICAgFCoCAJSSISQgFCAEaiEUIBAgBmohECANQQFqIQ0MAAsLIA8hDiAOICE4AgAgDiABaiEOIA4gIjgCACAOIAFqIQ4gDiAjOAIAIA4gAWohDiAOICQ4AgAgDiABaiEOIAtBBGohCwwACwsCQANAIAtBAWogB0sNASAAIAsgAWwgDEEEbGpqIQ8gAiALIANsaiERIAUgDEEEbGohEEEAIQ0gCgRAIA8hDiAOKgIAISEgDiABaiEOBSAPIQ5DAAAAACEhIA4gAWohDgsCQANAIA1BAWogCUsNASAQKgIAISAgISAgIBEqAgCUkiEhIBEgBGohESAQIAZqIRAgDUEBaiENDAALCyAPIQ4gDiAhOAIAIA4gAWohDiALQQFqIQsMAAsLIAxBAWohDAwACwsL8AMCAX8FewJAA0AgBEEEaiADSw0BIAD9AAQAIQUgBf0MKkLMvypCzL8qQsy/KkLMv/0MeSKSvXkikr15IpK9eSKSvSAFIAX95gH95gH95AH95gEhBiAG/QwAAK7CAACuwgAArsIAAK7C/ekB/QwAAK5CAACuQgAArkIAAK5C/egB/Qw7qrg/O6q4PzuquD87qrg//eYBIQYgBv1qIQcgBiAH/eUB/QwYcjE/GHIxPxhyMT8YcjE//eYBIQggB/34Af0MfwAAAH8AAAB/AAAAfwAAAP2uAUEX/asBIQn9DAAAgD8AAIA/AACAPwAAgD/9DAAAgD8AAIA/AACAPwAAgD8gCf0MAACAPwAAgD8AAIA/AACAPyAI/QwAAIA/AACAPwAAgD8AAIA/IAj9DAAAAD8AAAA/AAAAPwAAAD8gCP0Mq6oqPquqKj6rqio+q6oqPiAI/Qyrqio9q6oqPauqKj2rqio9IAj9DImICDyJiAg8iYgIPImICDwgCP0MYQu2OmELtjphC7Y6YQu2Ov3mAf3kAf3mAf3kAf3mAf3kAf3mAf3kAf3mAf3kAf3mAf3kAf3mAf3kAf3nASEJIAEgCf0LBAAgAiAFIAn95gH9CwQAIABBEGohACABQRBqIQEgAkEQaiECIARBBGohBAwACwsLrQECAX8CewJAA0AgBEEEaiADSw0BIAH9AAQAIQUgAv0ABAAhBiAAIAD9AAQAIAYgBSAG/QwAAIA/AACAPwAAgD8AAIA/IAb95QH95gH95gH9DCpCzD8qQsw/KkLMPypCzD/9DLYzWz62M1s+tjNbPrYzWz4gBSAF/eYB/eYB/eQB/eYB/eQB/eYB/QsEACABQRBqIQEgAkEQaiECIABBEGohACAEQQRqIQQMAAsLCw==";
// Train a GPT in plain JavaScript: forward, backward, AdamW. The names and the arithmetic are those of llm_lib.gpt
// and llm_lib.training; runs in node and in a browser, best inside a Web Worker.
//
//   const model = new GPT({vocab_size: 30, context_length: 16, n_layer: 2, n_head: 2, n_embd: 32}, {batchSize: 32});
//   model.initialize(randomNumbers(0));
//   const trainer = new Trainer(model, tokens, {steps: 1000, batch_size: 32});
//   while (trainer.step < trainer.config.steps) console.log(trainer.takeStep());
//
// All numbers live in one flat array, model.f; a tensor is an offset into it. That array is the memory of a small
// WebAssembly kernel for matrix products and GELU (kernel_wasm.js); without it, or in float64, JavaScript loops do the same.

/** Fill in the defaults of GPTConfig (they are GPT-2's). */
export function completeConfig(config) {
  const given = Object.fromEntries(Object.entries(config).filter(([, v]) => v !== null && v !== undefined));
  const c = { bias: true, position: "learned", norm: "layer", mlp: "gelu", tie_weights: true, rope_base: 10000, norm_eps: 1e-5, init_std: null, ...given };
  return { n_kv_head: c.n_head, n_hidden: 4 * c.n_embd, ...c, head_size: c.n_embd / c.n_head };
}

/** Name and shape of every parameter, in the order of the Python model's state_dict. */
export function parameterShapes(config) {
  const c = completeConfig(config), C = c.n_embd, qkv = (c.n_head + 2 * c.n_kv_head) * c.head_size, shapes = [];
  const norm = (name) => shapes.push([name + ".weight", [C]], ...(c.bias && c.norm === "layer" ? [[name + ".bias", [C]]] : []));
  const linear = (name, nOut, nIn) => shapes.push([name + ".weight", [nOut, nIn]], ...(c.bias ? [[name + ".bias", [nOut]]] : []));
  shapes.push(["token_embedding.weight", [c.vocab_size, C]]);
  if (c.position === "learned") shapes.push(["position_embedding.weight", [c.context_length, C]]);
  for (let l = 0; l < c.n_layer; l++) {
    const b = `blocks.${l}.`;
    norm(b + "norm_1");
    linear(b + "attention.qkv", qkv, C);
    linear(b + "attention.out", C, C);
    norm(b + "norm_2");
    linear(b + "feed_forward.up", c.n_hidden, C);
    if (c.mlp === "swiglu") linear(b + "feed_forward.gate", c.n_hidden, C);
    linear(b + "feed_forward.down", C, c.n_hidden);
  }
  norm("norm");
  if (!c.tie_weights) shapes.push(["head.weight", [c.vocab_size, C]]);
  return shapes;
}

export class TrainedGPT {
  /** batchSize: the most rows of context_length tokens that one step will see (all buffers are made here, once). */
  constructor(config, { batchSize = 1, Float = Float32Array, wasm = true } = {}) {
    const c = (this.config = completeConfig(config)), C = c.n_embd, T = c.context_length, N = batchSize * T;
    this.batchSize = batchSize;
    this.qkvWidth = (c.n_head + 2 * c.n_kv_head) * c.head_size;
    let total = 0;
    const reserve = (length) => { const start = total; total += Math.ceil(length / 4) * 4; return start; }; // 16 bytes
    this.parameters = new Map();
    for (const [name, shape] of parameterShapes(c)) {
      const length = shape.reduce((a, b) => a * b, 1);
      this.parameters.set(name, { name, shape, length, offset: reserve(length) });
    }
    this.parameterEnd = total; // all parameters are [0, parameterEnd); their gradients follow in the same order
    this.gradientShift = reserve(total);
    const layers = (length) => Array.from({ length: c.n_layer }, () => reserve(length));
    const gated = c.mlp === "swiglu";
    this.at = { // activations that the way back needs, one of each for every layer
      x: [reserve(N * C), ...layers(N * C)], middle: layers(N * C), norm1: layers(N * C), norm2: layers(N * C),
      qkv: layers(N * this.qkvWidth), attention: layers(batchSize * c.n_head * T * T), heads: layers(N * C),
      up: layers(N * c.n_hidden), gate: gated ? layers(N * c.n_hidden) : [], sigmoid: layers(N * c.n_hidden), hidden: layers(N * c.n_hidden),
      normed: reserve(N * C), logits: reserve(N * c.vocab_size),
      scale1: layers(N), scale2: layers(N), scaleEnd: reserve(N), // 1 / standard deviation of each row
      // scratch, shared by all layers
      dx: reserve(N * C), dnorm: reserve(N * C), dqkv: reserve(N * this.qkvWidth), dhidden: reserve(N * c.n_hidden), dgate: gated ? reserve(N * c.n_hidden) : 0,
      dattention: reserve(T * T), flipped: reserve(Math.max(C * Math.max(this.qkvWidth, c.n_hidden, c.vocab_size), T * c.head_size)),
    };
    this.makeKernel(total, Float, wasm && Float === Float32Array && typeof WebAssembly !== "undefined");
    this.exp = Float === Float32Array ? quickExp : Math.exp;
    for (const p of this.parameters.values()) {
      p.data = this.f.subarray(p.offset, p.offset + p.length);
      p.grad = this.f.subarray(p.offset + this.gradientShift, p.offset + this.gradientShift + p.length);
      if (/norm(_\d)?\.weight$/.test(p.name)) p.data.fill(1);
    }
    if (c.position === "rotary") this.rotary = rotaryTable(c);
  }

  makeKernel(total, Float, wasm) {
    const compiled = wasm ? compileKernel() : null;
    if (compiled) {
      const memory = new WebAssembly.Memory({ initial: Math.ceil((total * 4) / 65536) });
      const { matmul, gelu, gelu_backward } = new WebAssembly.Instance(compiled, { env: { memory } }).exports;
      this.f = new Float32Array(memory.buffer, 0, total);
      this.matmul = (c, rc, a, ra, ca, b, rb, M, N, K, add) => matmul(c * 4, rc * 4, a * 4, ra * 4, ca * 4, b * 4, rb * 4, M, N, K, add);
      const whole = (length) => Math.ceil(length / 4) * 4; // every tensor has room for that
      this.gelu = (up, sigmoid, hidden, length) => gelu(up * 4, sigmoid * 4, hidden * 4, whole(length));
      this.geluBackward = (d, up, sigmoid, length) => gelu_backward(d * 4, up * 4, sigmoid * 4, whole(length));
    } else {
      const f = (this.f = new Float(total));
      this.matmul = (c, rc, a, ra, ca, b, rb, M, N, K, add) => matmulLoops(f, c, rc, a, ra, ca, b, rb, M, N, K, add);
      this.gelu = (up, sigmoid, hidden, length) => geluForward(f, up, sigmoid, hidden, length, this.exp);
      this.geluBackward = (d, up, sigmoid, length) => geluBackward(f, d, up, sigmoid, length);
    }
    this.usesWasm = compiled !== null;
  }

  /** Fresh weights as the Python model draws them: matrices normal around 0, biases 0, norm weights 1. */
  initialize(random) {
    const { tie_weights, init_std, n_layer } = this.config;
    for (const { name, shape, data } of this.parameters.values()) {
      if (shape.length < 2) { data.fill(name.endsWith("bias") ? 0 : 1); continue; }
      let std = init_std ?? 1 / Math.sqrt(name.includes("embedding") && !tie_weights ? 1 : shape[1]);
      if (/(out|down)\.weight$/.test(name)) std /= Math.sqrt(2 * n_layer);
      for (let i = 0; i < data.length; i++) data[i] = std * normalNumber(random);
    }
  }

  countParameters() { return [...this.parameters.values()].reduce((sum, p) => sum + p.length, 0); }

  zeroGradients() { this.f.fill(0, this.gradientShift, this.gradientShift + this.parameterEnd); }

  /** Logits of ids (B, T), row after row: a view of (B, T, V), good until the next call. */
  forward(ids, B, T) {
    const c = this.config, C = c.n_embd, N = B * T, { at, f } = this;
    this.checkIds(ids, B, T);
    const tokens = this.offset("token_embedding.weight"), positions = c.position === "learned" ? this.offset("position_embedding.weight") : -1;
    for (let n = 0; n < N; n++) {
      const to = at.x[0] + n * C, token = tokens + ids[n] * C;
      if (positions < 0) for (let i = 0; i < C; i++) f[to + i] = f[token + i];
      else for (let i = 0, p = positions + (n % T) * C; i < C; i++) f[to + i] = f[token + i] + f[p + i];
    }
    for (let l = 0; l < c.n_layer; l++) {
      const b = `blocks.${l}.`;
      this.norm(b + "norm_1", at.norm1[l], at.x[l], at.scale1[l], N);
      this.linear(b + "attention.qkv", at.qkv[l], at.norm1[l], N);
      if (this.rotary) this.rotate(at.qkv[l], N, T, 1);
      this.attend(l, B, T);
      this.linear(b + "attention.out", at.middle[l], at.heads[l], N, at.x[l]);
      this.norm(b + "norm_2", at.norm2[l], at.middle[l], at.scale2[l], N);
      this.linear(b + "feed_forward.up", at.up[l], at.norm2[l], N);
      if (c.mlp === "swiglu") {
        this.linear(b + "feed_forward.gate", at.gate[l], at.norm2[l], N);
        siluForward(f, at.gate[l], at.sigmoid[l], at.up[l], at.hidden[l], N * c.n_hidden, this.exp);
      } else this.gelu(at.up[l], at.sigmoid[l], at.hidden[l], N * c.n_hidden);
      this.linear(b + "feed_forward.down", at.x[l + 1], at.hidden[l], N, at.middle[l]);
    }
    this.norm("norm", at.normed, at.x[c.n_layer], at.scaleEnd, N);
    this.linear(this.headName, at.logits, at.normed, N);
    return f.subarray(at.logits, at.logits + N * c.vocab_size);
  }

  /** Mean cross-entropy of the last forward, nats per token; the logits become their own gradient. */
  lossOfLogits(targets, N, wantGradient = true) {
    return crossEntropy(this.f, this.at.logits, targets, N, this.config.vocab_size, wantGradient, this.exp);
  }

  /** Loss of inputs x and targets y (B, T) without a gradient. */
  computeLoss(x, y, B, T) {
    this.forward(x, B, T);
    return this.lossOfLogits(y, B * T, false);
  }

  /** Loss of inputs x and targets y (B, T); adds its gradient to the gradients of the parameters. */
  lossAndGradient(x, y, B, T) {
    this.forward(x, B, T);
    const loss = this.lossOfLogits(y, B * T);
    this.backward(x, B, T);
    return loss;
  }

  backward(ids, B, T) {
    const c = this.config, C = c.n_embd, N = B * T, { at, f } = this, shift = this.gradientShift;
    this.linearBackward(this.headName, at.logits, at.normed, at.dnorm, N);
    f.fill(0, at.dx, at.dx + N * C);
    this.normBackward("norm", at.dnorm, at.x[c.n_layer], at.scaleEnd, N);
    for (let l = c.n_layer - 1; l >= 0; l--) {
      const b = `blocks.${l}.`;
      this.linearBackward(b + "feed_forward.down", at.dx, at.hidden[l], at.dhidden, N);
      if (c.mlp === "swiglu") {
        siluBackward(f, at.dhidden, at.dgate, at.gate[l], at.sigmoid[l], at.up[l], N * c.n_hidden);
        this.linearBackward(b + "feed_forward.gate", at.dgate, at.norm2[l], at.dnorm, N);
        this.linearBackward(b + "feed_forward.up", at.dhidden, at.norm2[l], at.dnorm, N, 1);
      } else {
        this.geluBackward(at.dhidden, at.up[l], at.sigmoid[l], N * c.n_hidden);
        this.linearBackward(b + "feed_forward.up", at.dhidden, at.norm2[l], at.dnorm, N);
      }
      this.normBackward(b + "norm_2", at.dnorm, at.middle[l], at.scale2[l], N);
      this.linearBackward(b + "attention.out", at.dx, at.heads[l], at.dnorm, N);
      this.attendBackward(l, B, T);
      if (this.rotary) this.rotate(at.dqkv, N, T, -1);
      this.linearBackward(b + "attention.qkv", at.dqkv, at.norm1[l], at.dnorm, N);
      this.normBackward(b + "norm_1", at.dnorm, at.x[l], at.scale1[l], N);
    }
    const tokens = shift + this.offset("token_embedding.weight"), positions = c.position === "learned" ? shift + this.offset("position_embedding.weight") : -1;
    for (let n = 0; n < N; n++) {
      const from = at.dx + n * C, token = tokens + ids[n] * C;
      for (let i = 0; i < C; i++) f[token + i] += f[from + i];
      if (positions >= 0) for (let i = 0, p = positions + (n % T) * C; i < C; i++) f[p + i] += f[from + i];
    }
  }

  offset(name) { return this.parameters.get(name).offset; }

  get headName() { return this.config.tie_weights ? "token_embedding" : "head"; }

  /** y (N, nOut) = x (N, nIn) @ W.T + b, or plus `start` (N, nOut), the residual stream. */
  linear(name, y, x, N, start = -1) {
    const { offset, shape: [nOut, nIn] } = this.parameters.get(name + ".weight"), bias = this.parameters.get(name + ".bias")?.offset ?? -1, { f, at } = this;
    transpose(f, at.flipped, offset, nIn, nOut, nIn);
    if (start >= 0) f.copyWithin(y, start, start + N * nOut);
    if (bias >= 0 && start >= 0) for (let n = 0, o = y; n < N; n++, o += nOut) for (let i = 0; i < nOut; i++) f[o + i] += f[bias + i];
    else if (bias >= 0) for (let n = 0; n < N; n++) f.copyWithin(y + n * nOut, bias, bias + nOut);
    this.matmul(y, nOut, x, nIn, 1, at.flipped, nOut, N, nOut, nIn, bias >= 0 || start >= 0 ? 1 : 0);
  }

  /** From dy: dx (+)= dy @ W, and onto the gradients of the parameters dW += dy.T @ x, db += sum of dy. */
  linearBackward(name, dy, x, dx, N, add = 0) {
    const { offset, shape: [nOut, nIn] } = this.parameters.get(name + ".weight"), bias = this.parameters.get(name + ".bias"), { f } = this;
    this.matmul(dx, nIn, dy, nOut, 1, offset, nIn, N, nIn, nOut, add);
    for (let n = 0; n < N; n += 256) { // in slices that stay in the cache
      this.matmul(offset + this.gradientShift, nIn, dy + n * nOut, 1, nOut, x + n * nIn, nIn, nOut, nIn, Math.min(256, N - n), 1);
    }
    if (bias) addRows(f, bias.offset + this.gradientShift, dy, N, nOut);
  }

  norm(name, y, x, scale, N) {
    const weight = this.offset(name + ".weight"), bias = this.parameters.get(name + ".bias")?.offset ?? -1;
    normForward(this.f, y, x, scale, weight, bias, N, this.config.n_embd, this.config.norm_eps, this.config.norm === "layer");
  }

  /** Adds to dx, the gradient of the residual stream, what comes back through a norm of x. */
  normBackward(name, dy, x, scale, N) {
    const weight = this.offset(name + ".weight"), bias = this.parameters.get(name + ".bias")?.offset ?? -1;
    normBackward(this.f, this.at.dx, dy, x, scale, weight, bias, this.gradientShift, N, this.config.n_embd, this.config.norm === "layer");
  }

  /** Attention of layer l. The rows go in blocks, and a block stops at the last position that it may see. */
  attend(l, B, T) {
    const { n_head: H, n_kv_head, head_size: D, n_embd: C } = this.config, { f, at, qkvWidth: W } = this, factor = 1 / Math.sqrt(D);
    const block = rowsPerBlock(T), sharing = H / n_kv_head;
    for (let row = 0; row < B; row++) for (let h = 0; h < H; h++) {
      const base = at.qkv[l] + row * T * W, q = base + h * D, k = base + (H + Math.floor(h / sharing)) * D, v = k + n_kv_head * D;
      const weights = at.attention[l] + (row * H + h) * T * T, heads = at.heads[l] + row * T * C + h * D;
      transpose(f, at.flipped, k, W, T, D);
      for (let t = 0; t < T; t += block) {
        const rows = Math.min(block, T - t), seen = t + rows, to = weights + t * T;
        this.matmul(to, T, q + t * W, W, 1, at.flipped, T, rows, seen, D, 0);
        causalSoftmax(f, to, t, rows, seen, T, factor, this.exp);
        this.matmul(heads + t * C, C, to, T, 1, v, W, rows, D, seen, 0);
      }
    }
  }

  /** From at.dnorm, the gradient of the heads' output, to at.dqkv. */
  attendBackward(l, B, T) {
    const { n_head: H, n_kv_head, head_size: D, n_embd: C } = this.config, { f, at, qkvWidth: W } = this, factor = 1 / Math.sqrt(D);
    const block = rowsPerBlock(T), sharing = H / n_kv_head;
    f.fill(0, at.dqkv, at.dqkv + B * T * W);
    for (let row = 0; row < B; row++) for (let h = 0; h < H; h++) {
      const query = row * T * W + h * D, key = row * T * W + (H + Math.floor(h / sharing)) * D, value = key + n_kv_head * D;
      const weights = at.attention[l] + (row * H + h) * T * T, dheads = at.dnorm + row * T * C + h * D, d = at.dattention, { qkv } = at;
      transpose(f, at.flipped, qkv[l] + value, W, T, D);
      for (let t = 0; t < T; t += block) {
        const rows = Math.min(block, T - t), seen = t + rows;
        this.matmul(at.dqkv + value, W, weights + t * T, 1, T, dheads + t * C, C, seen, D, rows, 1);
        this.matmul(d, T, dheads + t * C, C, 1, at.flipped, T, rows, seen, D, 0);
        softmaxBackward(f, d, weights + t * T, t, rows, seen, T, factor);
        this.matmul(at.dqkv + query + t * W, W, d, T, 1, qkv[l] + key, W, rows, D, seen, 0);
        this.matmul(at.dqkv + key, W, d, 1, T, qkv[l] + query + t * W, W, seen, D, rows, 1);
      }
    }
  }

  /** Turn queries and keys by the angle of their position; sign -1 turns back, which is the way of the gradient. */
  rotate(qkv, N, T, sign) {
    const { n_head, n_kv_head, head_size: D } = this.config, { f, qkvWidth } = this, half = D / 2, { cos, sin } = this.rotary;
    for (let n = 0; n < N; n++) for (let h = 0; h < n_head + n_kv_head; h++) {
      for (let j = 0, i = qkv + n * qkvWidth + h * D, angle = (n % T) * half; j < half; j++, i++, angle++) {
        const a = f[i], b = f[i + half], co = cos[angle], si = sign * sin[angle];
        f[i] = a * co - b * si;
        f[i + half] = a * si + b * co;
      }
    }
  }

  checkIds(ids, B, T) {
    const { context_length, vocab_size } = this.config;
    if (B > this.batchSize || T > context_length || T < 1) throw new Error(`A batch of ${B} × ${T} does not fit: this model was made for at most ${this.batchSize} × ${context_length}.`);
    for (let n = 0; n < B * T; n++) if (!(ids[n] >= 0 && ids[n] < vocab_size)) throw new Error(`Token id ${ids[n]} is not between 0 and ${vocab_size - 1}.`);
  }
}

/** The kernel, or null where the browser has no WebAssembly SIMD or the site's policy forbids it. */
function compileKernel() {
  try {
    return new WebAssembly.Module(Uint8Array.from(atob(KERNEL_WASM), (letter) => letter.charCodeAt(0)));
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return null;
    throw error;
  }
}

const rowsPerBlock = (T) => (T <= 32 ? T : 32);

/** AdamW as torch computes it; only matrices decay, not biases and norms. */
export class AdamW {
  constructor(model, { betas = [0.9, 0.999], eps = 1e-8, weight_decay = 0.01 } = {}) {
    Object.assign(this, { model, betas, eps, weight_decay, steps: 0 });
    this.mean = new model.f.constructor(model.parameterEnd);
    this.square = new model.f.constructor(model.parameterEnd);
  }

  step(lr, gradientFactor = 1) {
    this.steps++;
    for (const { offset, length, shape } of this.model.parameters.values()) {
      adamwStep(this.model.f, this.mean, this.square, offset, length, this.model.gradientShift, gradientFactor, lr, this.betas[0], this.betas[1],
        1 - this.betas[0] ** this.steps, 1 - this.betas[1] ** this.steps, this.eps, shape.length >= 2 ? this.weight_decay : 0);
    }
  }
}

/** Length of all gradients together, as one long vector. */
export function gradientNorm(model) {
  const { f, gradientShift, parameterEnd } = model;
  let sum = 0;
  for (let i = gradientShift; i < gradientShift + parameterEnd; i++) sum += f[i] * f[i];
  return Math.sqrt(sum);
}

/** The rate of a step: linear warm-up, then half a cosine down. */
export function learningRateAt(step, c) {
  if (step < c.warmup_steps) return (c.learning_rate * (step + 1)) / c.warmup_steps;
  const done = Math.min(1, (step - c.warmup_steps) / Math.max(1, c.steps - c.warmup_steps));
  return c.min_learning_rate + ((c.learning_rate - c.min_learning_rate) * (1 + Math.cos(Math.PI * done))) / 2;
}

const TRAINING_DEFAULTS = { steps: 1000, batch_size: 16, learning_rate: 1e-3, min_learning_rate: 1e-5, warmup_steps: 100, weight_decay: 0.1, betas: [0.9, 0.99], grad_clip: 1, seed: 0 };

export class Trainer {
  constructor(model, tokens, config) {
    this.model = model;
    this.tokens = tokens;
    this.config = { ...TRAINING_DEFAULTS, ...config };
    this.optimizer = new AdamW(model, this.config);
    this.random = randomNumbers(this.config.seed);
    this.step = 0;
    this.x = new Int32Array(this.config.batch_size * model.config.context_length);
    this.y = new Int32Array(this.x.length);
  }

  /** Draw a batch, move the weights once; returns {step, loss, norm, learning_rate}. */
  takeStep() {
    const { batch_size: B } = this.config, T = this.model.config.context_length;
    for (let row = 0; row < B; row++) {
      const start = Math.floor(this.random() * (this.tokens.length - T));
      for (let t = 0; t < T; t++) { this.x[row * T + t] = this.tokens[start + t]; this.y[row * T + t] = this.tokens[start + t + 1]; }
    }
    return this.learn(this.x, this.y, B, T);
  }

  learn(x, y, B, T) {
    this.model.zeroGradients();
    const loss = this.model.lossAndGradient(x, y, B, T), norm = gradientNorm(this.model), learning_rate = learningRateAt(this.step, this.config);
    if (!Number.isFinite(loss) || !Number.isFinite(norm)) throw new Error(`The loss or its gradient is no number any more at step ${this.step}.`);
    this.optimizer.step(learning_rate, Math.min(1, this.config.grad_clip / (norm + 1e-6)));
    return { step: ++this.step, loss, norm, learning_rate };
  }
}

/** Mean loss over the first windows of `tokens`, always the same ones, in order. */
export function evaluateLoss(model, tokens, maxWindows = 320) {
  const T = model.config.context_length, n = Math.min(maxWindows, Math.floor((tokens.length - 1) / T));
  let total = 0;
  for (let w = 0; w < n; w += model.batchSize) {
    const B = Math.min(model.batchSize, n - w);
    total += B * model.computeLoss(tokens.subarray(w * T, (w + B) * T), tokens.subarray(w * T + 1, (w + B) * T + 1), B, T);
  }
  return total / n;
}

/** mulberry32: a small repeatable source of numbers in [0, 1). */
export function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const normalNumber = (random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

function rotaryTable({ context_length, rope_base, head_size: D }) {
  const half = D / 2, cos = new Float64Array(context_length * half), sin = new Float64Array(context_length * half);
  for (let t = 0; t < context_length; t++) for (let j = 0; j < half; j++) {
    cos[t * half + j] = Math.cos(t * rope_base ** ((-2 * j) / D));
    sin[t * half + j] = Math.sin(t * rope_base ** ((-2 * j) / D));
  }
  return { cos, sin };
}

// ---- Loops over the flat array f. Letters in front are offsets; nothing below knows what a GPT is. ----

/** C (M, N) (+)= A (M, K) · B (K, N). rc, rb: from row to row; ra, ca: A's steps down and to the right. 4 × 4 tiles in registers. */
function matmulLoops(f, c, rc, a, ra, ca, b, rb, M, N, K, add) {
  const wholeM = M - (M % 4), wholeN = N - (N % 4);
  for (let j = 0; j < wholeN; j += 4) for (let i = 0; i < wholeM; i += 4) {
    let s00 = 0, s01 = 0, s02 = 0, s03 = 0, s10 = 0, s11 = 0, s12 = 0, s13 = 0, s20 = 0, s21 = 0, s22 = 0, s23 = 0, s30 = 0, s31 = 0, s32 = 0, s33 = 0;
    let p0 = a + i * ra, p1 = p0 + ra, p2 = p1 + ra, p3 = p2 + ra, q = b + j;
    for (let k = 0; k < K; k++) {
      const w0 = f[q], w1 = f[q + 1], w2 = f[q + 2], w3 = f[q + 3];
      const x0 = f[p0]; s00 += x0 * w0; s01 += x0 * w1; s02 += x0 * w2; s03 += x0 * w3;
      const x1 = f[p1]; s10 += x1 * w0; s11 += x1 * w1; s12 += x1 * w2; s13 += x1 * w3;
      const x2 = f[p2]; s20 += x2 * w0; s21 += x2 * w1; s22 += x2 * w2; s23 += x2 * w3;
      const x3 = f[p3]; s30 += x3 * w0; s31 += x3 * w1; s32 += x3 * w2; s33 += x3 * w3;
      p0 += ca; p1 += ca; p2 += ca; p3 += ca; q += rb;
    }
    const o0 = c + i * rc + j, o1 = o0 + rc, o2 = o1 + rc, o3 = o2 + rc;
    if (add) {
      f[o0] += s00; f[o0 + 1] += s01; f[o0 + 2] += s02; f[o0 + 3] += s03; f[o1] += s10; f[o1 + 1] += s11; f[o1 + 2] += s12; f[o1 + 3] += s13;
      f[o2] += s20; f[o2 + 1] += s21; f[o2 + 2] += s22; f[o2 + 3] += s23; f[o3] += s30; f[o3 + 1] += s31; f[o3 + 2] += s32; f[o3 + 3] += s33;
    } else {
      f[o0] = s00; f[o0 + 1] = s01; f[o0 + 2] = s02; f[o0 + 3] = s03; f[o1] = s10; f[o1 + 1] = s11; f[o1 + 2] = s12; f[o1 + 3] = s13;
      f[o2] = s20; f[o2 + 1] = s21; f[o2 + 2] = s22; f[o2 + 3] = s23; f[o3] = s30; f[o3 + 1] = s31; f[o3 + 2] = s32; f[o3 + 3] = s33;
    }
  }
  if (wholeN < N) matmulEdge(f, c, rc, a, ra, ca, b, rb, 0, wholeM, wholeN, N, K, add);
  if (wholeM < M) matmulEdge(f, c, rc, a, ra, ca, b, rb, wholeM, M, 0, N, K, add);
}

/** The rows and columns that do not fill a tile. */
function matmulEdge(f, c, rc, a, ra, ca, b, rb, fromM, toM, fromN, toN, K, add) {
  for (let i = fromM; i < toM; i++) for (let j = fromN; j < toN; j++) {
    let sum = 0;
    for (let k = 0, p = a + i * ra, q = b + j; k < K; k++, p += ca, q += rb) sum += f[p] * f[q];
    f[c + i * rc + j] = add ? f[c + i * rc + j] + sum : sum;
  }
}

/** to (columns, rows) = from (rows, columns).T, where a row of `from` begins every `stride` numbers. */
function transpose(f, to, from, stride, rows, columns) {
  for (let r = 0; r < rows; r++) for (let c = 0, a = from + r * stride, b = to + r; c < columns; c++, b += rows) f[b] = f[a + c];
}

/** sum (C) += every row of x (N, C), four rows at a time. */
function addRows(f, sum, x, N, C) {
  let n = 0;
  for (; n + 4 <= N; n += 4, x += 4 * C) for (let i = 0, a = x, b = a + C, c = b + C, d = c + C; i < C; i++) f[sum + i] += f[a + i] + f[b + i] + f[c + i] + f[d + i];
  for (; n < N; n++, x += C) for (let i = 0; i < C; i++) f[sum + i] += f[x + i];
}

function normForward(f, y, x, scale, weight, bias, N, C, eps, centred) {
  for (let n = 0; n < N; n++, x += C, y += C) {
    let mean = 0, variance = 0;
    if (centred) { for (let i = 0; i < C; i++) mean += f[x + i]; mean /= C; }
    for (let i = 0; i < C; i++) { const d = f[x + i] - mean; variance += d * d; }
    const s = 1 / Math.sqrt(variance / C + eps);
    f[scale + n] = s;
    if (bias >= 0) for (let i = 0; i < C; i++) f[y + i] = (f[x + i] - mean) * s * f[weight + i] + f[bias + i];
    else for (let i = 0; i < C; i++) f[y + i] = (f[x + i] - mean) * s * f[weight + i];
  }
}

/** With z = (x - mean) · s and g = dy · weight:  dx += s · (g - mean(g) - z · mean(g · z)), dweight += dy · z, dbias += dy. */
function normBackward(f, dx, dy, x, scale, weight, bias, shift, N, C, centred) {
  const dweight = weight + shift, dbias = bias + shift;
  for (let n = 0; n < N; n++, x += C, dx += C, dy += C) {
    const s = f[scale + n];
    let mean = 0, sumG = 0, sumGZ = 0;
    if (centred) { for (let i = 0; i < C; i++) mean += f[x + i]; mean /= C; }
    for (let i = 0; i < C; i++) {
      const z = (f[x + i] - mean) * s, d = f[dy + i], g = d * f[weight + i];
      sumG += g; sumGZ += g * z;
      f[dweight + i] += d * z;
    }
    if (bias >= 0) for (let i = 0; i < C; i++) f[dbias + i] += f[dy + i];
    const meanG = centred ? sumG / C : 0, meanGZ = sumGZ / C;
    for (let i = 0; i < C; i++) f[dx + i] += s * (f[dy + i] * f[weight + i] - meanG - (f[x + i] - mean) * s * meanGZ);
  }
}

const GELU_A = 2 * Math.sqrt(2 / Math.PI), GELU_B = 0.044715 * GELU_A;

/** GELU in its tanh form is v · sigmoid(A v + B v³); the sigmoid is kept for the way back. */
function geluForward(f, up, sigmoid, hidden, length, exp) {
  for (let i = 0; i < length; i++) {
    const v = f[up + i], s = 1 / (1 + exp(-v * (GELU_A + GELU_B * v * v)));
    f[sigmoid + i] = s;
    f[hidden + i] = v * s;
  }
}

function geluBackward(f, d, up, sigmoid, length) {
  for (let i = 0; i < length; i++) {
    const v = f[up + i], s = f[sigmoid + i];
    f[d + i] *= s + v * s * (1 - s) * (GELU_A + 3 * GELU_B * v * v);
  }
}

/** SwiGLU: hidden = silu(gate) · up. */
function siluForward(f, gate, sigmoid, up, hidden, length, exp) {
  for (let i = 0; i < length; i++) {
    const v = f[gate + i], s = 1 / (1 + exp(-v));
    f[sigmoid + i] = s;
    f[hidden + i] = v * s * f[up + i];
  }
}

function siluBackward(f, d, dgate, gate, sigmoid, up, length) {
  for (let i = 0; i < length; i++) {
    const v = f[gate + i], s = f[sigmoid + i], g = f[d + i];
    f[dgate + i] = g * f[up + i] * (s + v * s * (1 - s));
    f[d + i] = g * v * s;
  }
}

/** Softmax of factor · scores over the positions up to its own, for rows first … first + rows; later ones become 0. */
function causalSoftmax(f, scores, first, rows, seen, stride, factor, exp) {
  for (let r = 0; r < rows; r++, scores += stride) {
    const own = first + r;
    let top = -Infinity, sum = 0;
    for (let s = 0; s <= own; s++) if (f[scores + s] > top) top = f[scores + s];
    for (let s = 0; s <= own; s++) { const e = exp((f[scores + s] - top) * factor); sum += e; f[scores + s] = e; }
    sum = 1 / sum;
    for (let s = 0; s <= own; s++) f[scores + s] *= sum;
    for (let s = own + 1; s < seen; s++) f[scores + s] = 0;
  }
}

function softmaxBackward(f, d, weights, first, rows, seen, stride, factor) {
  for (let r = 0; r < rows; r++, d += stride, weights += stride) {
    let dot = 0;
    for (let s = 0; s <= first + r; s++) dot += f[d + s] * f[weights + s];
    for (let s = 0; s < seen; s++) f[d + s] = (f[d + s] - dot) * f[weights + s] * factor;
  }
}

/** Mean -log p(target); with wantGradient the logits become (p - one_hot(target)) / N. */
function crossEntropy(f, logits, targets, N, V, wantGradient, exp) {
  let total = 0;
  for (let n = 0, row = logits; n < N; n++, row += V) {
    let top = -Infinity, sum = 0;
    for (let i = 0; i < V; i++) if (f[row + i] > top) top = f[row + i];
    const target = f[row + targets[n]];
    if (wantGradient) {
      for (let i = 0; i < V; i++) { const e = exp(f[row + i] - top); sum += e; f[row + i] = e; }
      const factor = 1 / (sum * N);
      for (let i = 0; i < V; i++) f[row + i] *= factor;
      f[row + targets[n]] -= 1 / N;
    } else for (let i = 0; i < V; i++) sum += exp(f[row + i] - top);
    total += Math.log(sum) + top - target;
  }
  return total / N;
}

function adamwStep(f, mean, square, offset, length, shift, factor, lr, beta1, beta2, correction1, correction2, eps, decay) {
  const keep = 1 - lr * decay, rate = lr / correction1, root = 1 / Math.sqrt(correction2);
  for (let i = offset; i < offset + length; i++) {
    const g = f[i + shift] * factor, m = beta1 * mean[i] + (1 - beta1) * g, v = beta2 * square[i] + (1 - beta2) * g * g;
    mean[i] = m;
    square[i] = v;
    f[i] = f[i] * keep - (rate * m) / (Math.sqrt(v) * root + eps);
  }
}

const POWERS = Float64Array.from({ length: 2098 }, (_, i) => 2 ** (i - 1074));

/** exp to about float32's precision (relative error 2e-7), a few times as quick as Math.exp: 2^n · a polynomial. */
function quickExp(x) {
  if (x < -700) return 0;
  const y = x * Math.LOG2E, n = Math.floor(y + 0.5), r = (y - n) * Math.LN2;
  return POWERS[(n + 1074) | 0] * (1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720)))))));
}
