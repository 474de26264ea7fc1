// One training in the page: what it is doing, its curve, and what it writes on the way.

import { present } from "../../engine/present.js";
import { TrainingClient } from "../../engine/training_client.js";
import { TrainCurve } from "./curve.js";
import { TRAIN_FAULTS } from "./faults.js";

/** @import { TrainingSettings, TrainingState } from "../../engine/training_types.js" */
/** @import { Config, Weights } from "../../engine/types.js" */
/** @import { CurveData, LossPoint } from "./curve.js" */
/** @import { Matter } from "./text.js" */

/** @typedef {{ text: string, known: boolean }} Written known: training text holds it */
/** @typedef {{ step: number, texts: Written[] }} Sample */
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

/** Samples of these steps are kept. */
const KEPT = [0, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000];
const BETWEEN = 1200; // milliseconds from one sample, and one look at the heads, to the next

export class TrainRun {
  /** @type {Plan | null} */ plan;
  /** @type {boolean} */ live;
  /** @type {number} */ speed;
  /** @type {TrainCurve} */ curve;
  /** @type {Sample[]} */ samples;
  /** @type {Float32Array<ArrayBufferLike>[][] | null} */ maps;
  /** @type {{ sample: boolean; maps: boolean; } | { sample: boolean; maps: boolean; }} */ asking;
  /** @type {number} */ asked;

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
    this.wantsMaps = false;
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
    /** @type {Sample[]} */
    this.samples = [];
    /** @type {Float32Array[][] | null} */
    this.maps = null;
    this.asking = { sample: false, maps: false };
    this.asked = 0;
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
    this.askSample();
    this.askMaps();
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
    this.askSample();
    this.askMaps();
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
    const now = performance.now();
    const due = KEPT.find((k) => k > (this.samples.at(-1)?.step ?? -1)) ?? Infinity;
    if (now - this.asked > BETWEEN || step >= due) {
      this.asked = now;
      this.askSample();
      this.askMaps();
    }
    this.listeners.changed();
  }

  /** Let the model write a little; the answer comes among the steps. */
  async askSample() {
    if (!this.live || this.asking.sample) return;
    const { prepared: { matter, config }, asking } = this;
    asking.sample = true;
    try {
      const n = matter.isLines ? Math.max(45, 2 * config.context_length) : 100;
      const seed = this.step;
      const answer = await this.client.sample({ ids: matter.begin, n, temperature: 0.8, seed });
      if (asking === this.asking) this.keepSample(answer);
    } catch { // another training began: nobody waits for this one's words
    } finally {
      asking.sample = false;
    }
  }

  /** @param {{ step: number, ids: number[] }} answer */
  keepSample({ step, ids }) {
    const { matter } = this.prepared;
    const text = matter.tokenizer.decode(ids);
    const lines = matter.isLines ? text.split("\n") : [text];
    const whole = lines.length > 2 ? lines.slice(0, -1) : lines; // the last one breaks off
    const texts = whole.filter(Boolean)
      .map((words) => ({ text: words, known: matter.knows(words) }));
    if (!texts.length) texts.push({ text: "(nothing but line ends)", known: false });
    this.samples = [...thin(this.samples, step), { step, texts }];
    this.listeners.changed();
  }

  /** See where each head looks in a piece of held-out text. */
  async askMaps() {
    if (!this.live || !this.wantsMaps || this.asking.maps) return;
    const { asking } = this;
    asking.maps = true;
    try {
      const { maps } = await this.client.attention({ ids: this.lookIds });
      if (asking === this.asking) {
        this.maps = maps;
        this.listeners.changed();
      }
    } catch { // another training began
    } finally {
      asking.maps = false;
    }
  }

  /** The held-out text that the heads look at: a line, or the first tokens. */
  get lookIds() {
    const { matter, config } = this.prepared;
    const most = Math.min(config.context_length, 24);
    const [stop] = matter.isLines ? matter.begin : [-1];
    const ids = Array.from(matter.heldOut);
    for (let t = 0; t < ids.length; t++) { // the first long line
      const end = ids.indexOf(stop, t + 1);
      if (ids[t] === stop && end - t >= Math.min(7, most)) {
        return ids.slice(t, Math.min(end, t + most));
      }
    }
    return ids.slice(0, most);
  }

  /**
   * What the client has. Null where another training began meanwhile, or this one broke off, of
   * which the listeners hear. Rejects with an Error in words.
   * @returns {Promise<TrainingState | null>}
   */
  async state() {
    const { asking, client, client: { run } } = this;
    const isSame = () => asking === this.asking && run === client.run;
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
    return state && { key, textKey, fault, curve: this.curve.data, samples: this.samples, state };
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
    this.samples = samples;
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
    this.samples = this.samples.filter((sample) => sample.step <= step);
    this.step = step;
    this.asking = { sample: false, maps: false };
    this.phase = "paused";
    this.begin({ state: { ...state, step, weights } });
    this.listeners.changed();
    this.listeners.ended();
  }

  end() {
    this.client.stop();
  }
}

/**
 * Samples without the last one where it is not the first at or after a step that is kept.
 * @param {Sample[]} samples
 * @param {number} step of the one that comes
 */
function thin(samples, step) {
  const last = samples.at(-1);
  if (!last) return samples;
  const before = samples.at(-2)?.step ?? -1;
  const isFirst = KEPT.some((k) => before < k && k <= last.step);
  return isFirst && last.step !== step ? samples : samples.slice(0, -1);
}
