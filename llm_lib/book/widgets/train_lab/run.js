// One training in the page: what it is doing, and its curve.

import { present } from "../../engine/present.js";
import { TrainingClient } from "../../engine/training_client.js";
import { TrainCurve } from "./curve.js";
import { TRAIN_FAULTS } from "./faults.js";
import { TrainWatch } from "./watch.js";

/** @import { TrainingSettings, TrainingState } from "../../engine/training_types.js" */
/** @import { Config, Weights } from "../../engine/types.js" */
/** @import { CurveData, LossPoint } from "./curve.js" */
/** @import { Matter } from "./text.js" */
/** @import { Sample } from "./watch.js" */

/** @typedef {"new" | "running" | "paused" | "done"} Phase */
/**
 * What is trained on what.
 * @typedef {object} Plan
 * @property {string} key changes with anything that makes another training
 * @property {string} textKey changes with what it reads
 * @property {string} fault
 * @property {Matter} matter
 * @property {Config} config
 * @property {TrainingSettings} training
 * @property {Weights} [weights] those that it begins with
 */
/**
 * All that is needed to go on with a training later.
 * @typedef {object} Past
 * @property {string} key
 * @property {string} textKey
 * @property {string} fault
 * @property {CurveData} curve
 * @property {Sample[]} samples
 * @property {TrainingState} state
 */

export class TrainRun {
  /** @type {Plan | null} */ plan;
  /** @type {boolean} */ live;
  /** @type {number} */ speed;
  /** @type {TrainCurve} */ curve;

  /**
   * @param {{ changed: () => void, ended: () => void, failed: (words: string) => void }} listeners
   *   changed: something is to be painted; ended: it stands still
   */
  constructor(listeners) {
    this.listeners = listeners;
    this.client = new TrainingClient({
      progress: (event) => this.progress(event),
      evaluated: ({ step, heldOut }) => {
        if (!this.live) return;
        this.curve.evaluate(step, heldOut);
        this.step = Math.max(this.step, step);
        listeners.changed();
      },
      done: () => this.stand("done"),
      error: ({ message, lost }) => {
        if (!this.live) return;
        if (lost) this.lose();
        else this.stand("paused");
        listeners.failed(message);
      },
    });
    this.watch = new TrainWatch(this.client, listeners.changed);
    this.phase = /** @type {Phase} */ ("new");
    this.forget();
  }

  /** As before the first training. */
  forget() {
    /** @type {Plan | null} */
    this.plan = null;
    this.phase = "new";
    this.live = false; // whether the client has this training
    this.step = 0;
    this.speed = 0;
    this.curve = new TrainCurve();
    this.watch.forget();
  }

  /**
   * Get ready for a training that has not begun.
   * @param {Plan} plan
   */
  prepare(plan) {
    this.clear();
    this.plan = plan;
    this.begin({ weights: plan.weights }); // what it writes before the first step is seen at once
  }

  /** Let go of what runs. */
  clear() {
    if (this.phase === "running") this.client.pause();
    this.forget();
  }

  /** The client has nothing left to go on with: be ready to begin anew. */
  lose() {
    const { plan } = this;
    this.forget();
    this.plan = plan;
  }

  /** Begin, or go on. */
  async go() {
    const { plan } = this;
    if (!plan || this.phase === "running") return;
    if (this.phase === "done") await this.addSteps();
    else if (!this.live) this.begin({ weights: plan.weights });
    if (!this.live || plan !== this.plan) return; // it could not begin, or another one is there
    this.phase = "running";
    this.client.resume();
    this.listeners.changed();
  }

  /** The plan. Throws an Error if there is none. */
  get prepared() {
    return present(this.plan, "the plan of a training");
  }

  /**
   * Hand the training to the client, standing still, and let it write.
   * @param {{ state?: TrainingState, weights?: Weights }} from
   */
  begin(from) {
    const { config, matter, fault, training } = this.prepared;
    const tokens = fault === "order" ? matter.sorted : matter.train;
    const change = TRAIN_FAULTS[fault]?.change(training);
    this.live = true;
    this.client.start({
      config,
      training: { ...training, ...change },
      tokens,
      heldOut: matter.heldOut,
      paused: true,
      ...from,
    });
    this.look();
  }

  /** Let the model write, and see where its heads look. */
  look() {
    if (this.live) this.watch.ask(this.prepared, this.step);
  }

  /**
   * See where the heads look from now on, or no longer.
   * @param {boolean} isOn
   */
  lookAtHeads(isOn) {
    this.watch.wantsMaps = isOn;
    if (this.live) this.watch.askMaps(this.prepared);
  }

  /** As many steps more as it was to take. */
  async addSteps() {
    const state = await this.state();
    if (!state) return;
    state.training.steps = state.step + (this.prepared.training.steps ?? 0);
    this.begin({ state });
  }

  pause() {
    if (this.phase !== "running") return;
    this.client.pause();
    this.stand("paused");
  }

  /** @param {Phase} phase */
  stand(phase) {
    if (this.phase === "new") return;
    this.phase = phase;
    this.speed = 0;
    this.look();
    this.listeners.changed();
    this.listeners.ended();
  }

  /**
   * Go on with another learning rate or batch size.
   * @param {{ learning_rate: number, batch_size: number }} training
   */
  change({ learning_rate, batch_size }) {
    if (!this.plan) return;
    Object.assign(this.plan.training, { learning_rate, batch_size });
    const change = TRAIN_FAULTS[this.plan.fault]?.change(this.plan.training);
    if (this.live) this.client.change({ learning_rate, batch_size, ...change });
  }

  /** @param {{ step: number, losses: number[], stepsPerSecond: number }} event */
  progress({ step, losses, stepsPerSecond }) {
    if (!this.live) return;
    this.curve.add(step, losses);
    this.step = step;
    if (this.phase === "running") {
      this.speed = this.speed ? 0.9 * this.speed + 0.1 * stepsPerSecond : stepsPerSecond;
    }
    this.watch.askAtTimes(this.prepared, step);
    this.listeners.changed();
  }

  /**
   * What the client has. Null where another training began meanwhile, or this one broke off, of
   * which the listeners hear. Rejects with an Error in words.
   * @returns {Promise<TrainingState | null>}
   */
  async state() {
    const { watch: { asking }, client, client: { run } } = this;
    const isSame = () => asking === this.watch.asking && run === client.run;
    try {
      const state = await client.state();
      return isSame() ? state : null;
    } catch (error) {
      if (isSame()) throw error;
      return null;
    }
  }

  /** All that is needed to go on later; null before the first step. */
  async past() {
    if (!this.live || !this.step) return null;
    const { key, textKey, fault } = this.prepared;
    const state = await this.state();
    const { curve: { data: curve }, watch: { samples } } = this;
    return state && { key, textKey, fault, curve, samples, state };
  }

  /**
   * Stand where another training stood.
   * @param {Plan} plan
   * @param {Past} past
   */
  goBack(plan, { curve, samples, state }) {
    this.clear();
    this.plan = plan;
    this.curve = new TrainCurve(curve);
    this.curve.cutAfter(state.step);
    this.watch.samples = samples;
    this.step = state.step;
    this.phase = state.step >= state.training.steps ? "done" : "paused";
    this.begin({ state });
    this.listeners.changed();
  }

  /** Put the weights with the lowest held-out loss back, and stand still there. */
  async toBest() {
    this.client.pause();
    const state = await this.state();
    if (!state?.best) return;
    const { step, weights } = state.best;
    this.curve.cutAfter(step);
    this.watch.cutAfter(step);
    this.step = step;
    this.phase = "paused";
    this.begin({ state: { ...state, step, weights } });
    this.listeners.changed();
    this.listeners.ended();
  }

  end() {
    this.client.stop();
  }
}
