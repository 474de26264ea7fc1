// @ts-nocheck: on a first engine without types
// One training behind messages: it works in slices, and reads what the page says between them.

import { evaluateLoss, randomNumbers, TrainedGPT, Trainer } from "./first_training.js";

/** @import { FromTraining, StartMessage, ToTraining } from "./training_types.js" */

export class TrainingSession {
  /**
   * @param {(message: FromTraining, moved?: Transferable[]) => void} post
   * @param {{ sliceMs: number, worker?: boolean }} options how long a slice takes
   */
  constructor(post, { sliceMs, worker = false }) {
    this.post = post;
    this.sliceMs = sliceMs;
    this.worker = worker;
    this.running = false;
    this.left = Infinity;
  }

  /** @param {any} message */
  take(message) {
    try {
      /** @type {any} */ (this)[message.type](message);
    } catch (error) {
      if (message.request === undefined) this.fail(error);
      else this.post({ type: "answer", request: message.request, message: error.message });
    }
  }

  /** @param {any} error */
  fail(error) {
    this.running = false;
    this.post({ type: "error", message: error.message });
  }

  /** @param {any} message */
  start({ config, training, tokens, heldOut, weights, state, paused, wasm = true }) {
    this.running = false;
    if (state) ({ config, training, weights } = state);
    const settings = {
      steps: 1000,
      batch_size: 16,
      learning_rate: 1e-3,
      seed: 0,
      eval_interval: 100,
      eval_batches: 20,
      ...training,
    };
    settings.warmup_steps ??= Math.min(100, Math.floor(settings.steps / 10));
    settings.min_learning_rate ??= Math.min(1e-5, settings.learning_rate / 10);
    this.gpt = new TrainedGPT(config, { batchSize: Math.max(64, settings.batch_size), wasm });
    this.gpt.initialize(randomNumbers(settings.seed));
    if (weights) this.setWeights(weights);
    this.trainer = new Trainer(this.gpt, Int32Array.from(tokens), settings);
    this.heldOut = heldOut && Int32Array.from(heldOut);
    this.best = state?.best ?? null;
    if (state) {
      this.trainer.step = state.step;
      this.trainer.optimizer.steps = state.step;
      this.setWeights(state.means, this.trainer.optimizer.mean);
      this.setWeights(state.squares, this.trainer.optimizer.square);
    }
    this.post({
      type: "started",
      step: this.trainer.step,
      parameters: this.gpt.countParameters(),
      wasm: this.gpt.usesWasm,
      worker: this.worker,
    });
    if (!state) this.evaluate();
    if (!paused) this.resume();
  }

  resume() {
    this.go(Infinity);
  }

  pause() {
    this.running = false;
  }

  /** @param {any} message */
  step({ n }) {
    this.go(n);
  }

  /** @param {number} n */
  go(n) {
    if (!this.trainer) throw new Error("No training has begun: call start first.");
    this.left = n;
    if (!this.running) {
      this.running = true;
      this.work();
    }
  }

  work() {
    if (!this.running) return;
    const { trainer } = this;
    const { steps, eval_interval } = trainer.config;
    if (trainer.step >= steps) return this.finish();
    const begun = performance.now();
    /** @type {any[]} */
    const taken = [];
    try {
      do {
        taken.push(trainer.takeStep());
        this.left--;
        if (trainer.step % eval_interval === 0 || trainer.step === steps) break;
      } while (this.left > 0 && performance.now() - begun < this.sliceMs);
      const seconds = (performance.now() - begun) / 1000;
      const last = taken[taken.length - 1];
      this.post({
        type: "progress",
        step: trainer.step,
        losses: taken.map(({ loss }) => loss),
        rate: last.learning_rate,
        norm: last.norm,
        stepsPerSecond: taken.length / seconds,
      });
      if (trainer.step % eval_interval === 0 || trainer.step === steps) this.evaluate();
    } catch (error) {
      return this.fail(error);
    }
    if (trainer.step >= steps) this.finish();
    else if (this.left > 0) setTimeout(() => this.work());
    else this.running = false;
  }

  finish() {
    this.running = false;
    this.post({ type: "done", step: this.trainer.step, reason: "steps" });
  }

  evaluate() {
    if (!this.heldOut) return;
    const heldOut = evaluateLoss(this.gpt, this.heldOut);
    const { step } = this.trainer;
    if (!this.best || heldOut < this.best.heldOut) {
      this.best = { step, heldOut, weights: this.copy(this.gpt.f) };
    }
    const best = { step: this.best.step, heldOut: this.best.heldOut };
    this.post({ type: "evaluated", step, heldOut, best });
  }

  /** @param {any} message */
  change({ change }) {
    Object.assign(this.trainer.config, change);
    const { batch_size } = this.trainer.config;
    this.trainer.x = new Int32Array(batch_size * this.gpt.config.context_length);
    this.trainer.y = new Int32Array(this.trainer.x.length);
  }

  /** @param {any} message */
  sample({ request, of: { ids, n, temperature = 1, seed = 0 } }) {
    const random = randomNumbers(seed);
    const { context_length, vocab_size: V } = this.gpt.config;
    const all = [...ids];
    for (let i = 0; i < n; i++) {
      const seen = all.slice(-context_length);
      const row = this.gpt.forward(seen, 1, seen.length).subarray((seen.length - 1) * V);
      const scores = Array.from(row.subarray(0, V));
      const top = Math.max(...scores);
      const p = scores.map((v) => Math.exp((v - top) / (temperature || 1e-6)));
      let rest = random() * p.reduce((a, b) => a + b, 0);
      let id = 0;
      while (id < V - 1 && (rest -= p[id]) > 0) id++;
      all.push(id);
    }
    const answer = { step: this.trainer.step, ids: all.slice(ids.length) };
    this.post({ type: "answer", request, answer });
  }

  /** @param {any} message */
  attention({ request, of: { ids } }) {
    const { n_layer, n_head, context_length } = this.gpt.config;
    const T = ids.length;
    this.gpt.forward(ids, 1, T);
    const maps = Array.from(
      { length: n_layer },
      (_, layer) =>
        Array.from({ length: n_head }, (_, head) => {
          const at = this.gpt.at.attention[layer] + head * T * T;
          return this.gpt.f.slice(at, at + T * T);
        }),
    );
    if (T > context_length) throw new Error("too long");
    this.post({ type: "answer", request, answer: { step: this.trainer.step, maps } });
  }

  /** @param {any} message */
  weights({ request, of: { which = "current" } }) {
    const best = which === "best" ? this.best : null;
    const weights = best?.weights ?? this.copy(this.gpt.f);
    const answer = {
      step: best?.step ?? this.trainer.step,
      weights,
      heldOut: best?.heldOut ?? null,
    };
    this.post({ type: "answer", request, answer });
  }

  /** @param {any} message */
  state({ request }) {
    const { step, optimizer, config } = this.trainer;
    const answer = {
      config: this.gpt.config,
      training: config,
      step,
      batch: step,
      weights: this.copy(this.gpt.f),
      means: this.copy(optimizer.mean),
      squares: this.copy(optimizer.square),
      best: this.best,
    };
    this.post({ type: "answer", request, answer });
  }

  /** @param {any} from */
  copy(from) {
    return Object.fromEntries(
      [...this.gpt.parameters.values()].map((p) => [
        p.name,
        from.slice(p.offset, p.offset + p.length),
      ]),
    );
  }

  /**
   * @param {any} weights
   * @param {any} [to]
   */
  setWeights(weights, to = this.gpt.f) {
    for (const { name, offset } of this.gpt.parameters.values()) to.set(weights[name], offset);
  }
}
