// One training behind messages: it works in slices, and reads what the page says between them.

import { present } from "./present.js";
import { seededRandom } from "./random.js";
import { reshape, sample } from "./sampling.js";
import { Trainer } from "./trainer.js";

/**
 * @import { AttentionRequest, Change, FromTraining, SampleRequest, StartMessage, ToTraining,
 *   TrainingEvent, WeightsRequest } from "./training_types.js"
 */

export class TrainingSession {
  /**
   * @param {(message: FromTraining) => void} post
   * @param {{ sliceMs: number, worker?: boolean }} options how long a slice takes, and whether the
   *   session is off the page's thread
   */
  constructor(post, { sliceMs, worker = false }) {
    this.post = post;
    this.sliceMs = sliceMs;
    this.worker = worker;
    this.run = 0; // which start of the page's it works on
    this.left = 0; // steps until it stands still
    this.waiting = false; // for its next slice
    /** @type {Trainer | null} */
    this.trainer = null;
    this.speed = { steps: 0, seconds: 0 };
  }

  /**
   * Do what a message says. What goes wrong is posted, and never thrown.
   * @param {ToTraining} message
   */
  take(message) {
    try {
      if ("request" in message) {
        const answer = this.answer(message.type, message.of);
        this.post({ type: "answer", request: message.request, answer });
      } else this.follow(message);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      if ("request" in message) {
        this.post({ type: "answer", request: message.request, message: said });
      } else this.fail(said);
    }
  }

  /** @param {Exclude<ToTraining, { request: number }>} message */
  follow(message) {
    if (message.type === "start") this.start(message);
    else if (message.type === "pause") this.left = 0;
    else if (message.type === "resume") this.go(Infinity);
    else if (message.type === "step") this.go(message.n);
    else this.begun().change(/** @type {Change} */ (message.change));
  }

  /**
   * @param {string} type
   * @param {any} of
   */
  answer(type, of) {
    if (type === "sample") return this.sample(of);
    if (type === "attention") return this.attention(of);
    if (type === "weights") return this.weights(of);
    return this.begun().state();
  }

  /** The training. Throws an Error in words if there is none. */
  begun() {
    if (!this.trainer) throw new Error("No training has begun.");
    return this.trainer;
  }

  /** @param {TrainingEvent} event */
  tell(event) {
    this.post({ ...event, run: this.run });
  }

  /** @param {string} message */
  fail(message) {
    this.left = 0;
    this.tell({ type: "error", message, lost: !this.trainer });
  }

  /** @param {StartMessage} start */
  start(start) {
    this.run = start.run;
    this.left = 0;
    this.trainer = null; // what ran before is gone, even if this can't begin
    const trainer = this.trainer = new Trainer(start, { wasm: start.wasm ?? true });
    this.speed = { steps: 0, seconds: 0 };
    this.tell({
      type: "started",
      step: trainer.step,
      parameters: trainer.gpt.parameters.count,
      wasm: trainer.gpt.memory.kernel !== null,
      worker: this.worker,
    });
    if (!start.state) this.evaluate(trainer);
    if (!start.paused) this.go(Infinity);
  }

  /**
   * Take n steps from now on.
   * @param {number} n
   */
  go(n) {
    this.begun();
    this.left = n;
    this.wait();
  }

  /**
   * Go on with a slice once what the page has sent is read.
   * @returns {void}
   */
  wait() {
    if (this.waiting) return;
    this.waiting = true;
    const next = () => {
      this.waiting = false;
      if (this.left > 0) this.work();
    };
    if (!this.worker) {
      setTimeout(next); // which lets the page paint
      return;
    }
    const { port1, port2 } = new MessageChannel(); // a timer would wait four milliseconds
    port1.onmessage = () => {
      port1.close();
      next();
    };
    port2.postMessage(null);
  }

  /** One slice of steps, up to where the held-out loss is measured. */
  work() {
    const trainer = this.begun();
    if (trainer.reason) return this.finish(trainer);
    try {
      this.takeSteps(trainer);
    } catch (error) {
      return this.fail(/** @type {Error} */ (error).message);
    }
    if (trainer.reason) this.finish(trainer);
    else if (this.left > 0) this.wait();
  }

  /** @param {Trainer} trainer */
  takeSteps(trainer) {
    const { steps, eval_interval } = trainer.settings;
    const begun = performance.now();
    const losses = [];
    let last = { rate: 0, norm: 0 };
    let due = false;
    try {
      do {
        const { loss, ...more } = trainer.takeStep();
        losses.push(loss);
        last = more;
        this.left--;
        due = trainer.step % eval_interval === 0 || trainer.step === steps;
      } while (!due && this.left > 0 && performance.now() - begun < this.sliceMs);
    } finally {
      if (losses.length) {
        const stepsPerSecond = this.measure(losses.length, (performance.now() - begun) / 1000);
        this.tell({ type: "progress", step: trainer.step, losses, ...last, stepsPerSecond });
      }
    }
    if (due) this.evaluate(trainer);
  }

  /**
   * Steps a second over about the last second.
   * @param {number} steps
   * @param {number} seconds
   */
  measure(steps, seconds) {
    const keep = Math.max(0, 1 - seconds);
    this.speed.steps = keep * this.speed.steps + steps;
    this.speed.seconds = keep * this.speed.seconds + seconds;
    return this.speed.steps / this.speed.seconds;
  }

  /** @param {Trainer} trainer */
  evaluate(trainer) {
    const heldOut = trainer.evaluate();
    if (heldOut === null) return;
    const { step, heldOut: lowest } = present(trainer.best, "the best step");
    const best = { step, heldOut: lowest };
    this.tell({ type: "evaluated", step: trainer.step, heldOut, best });
  }

  /** @param {Trainer} trainer */
  finish(trainer) {
    this.left = 0;
    this.tell({
      type: "done",
      step: trainer.step,
      reason: present(trainer.reason, "the reason to end"),
    });
  }

  /** @param {SampleRequest} request */
  sample({ ids, n, temperature = 1, seed = 0 }) {
    const { gpt, step } = this.begun();
    const random = seededRandom(seed);
    const all = [...ids];
    for (let i = 0; i < n; i++) {
      const seen = all.slice(-gpt.config.context_length);
      const { logits } = gpt.forward(seen, { lastOnly: true });
      all.push(sample(reshape(logits, { temperature }).p, random));
    }
    return { step, ids: all.slice(ids.length) };
  }

  /** @param {AttentionRequest} request */
  attention({ ids }) {
    const { gpt, step } = this.begun();
    return { step, maps: gpt.forward(ids, { lastOnly: true }).attention };
  }

  /** @param {WeightsRequest} request */
  weights({ which = "current" }) {
    const { gpt, step, best } = this.begun();
    if (which !== "best" || !best) return { step, weights: gpt.weights(), heldOut: null };
    return best;
  }
}
