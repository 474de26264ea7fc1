// What a training is asked on its way: what its model writes, and where its heads look.

/** @import { TrainingClient } from "../../engine/training_client.js" */
/** @import { Plan } from "./run.js" */
/** @import { Matter } from "./text.js" */

/** @typedef {{ text: string, known: boolean }} Written known: training text holds it */
/** @typedef {{ step: number, texts: Written[] }} Sample */

/** Samples of these steps are kept. */
const KEPT = [0, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000];
const BETWEEN = 1200; // milliseconds from one sample, and one look at the heads, to the next

export class TrainWatch {
  /** @type {Sample[]} */ samples;
  /** @type {Float32Array[][] | null} */ maps;
  /** @type {{ sample: boolean, maps: boolean }} */ asking;
  /** @type {number} */ asked;

  /**
   * @param {TrainingClient} client
   * @param {() => void} changed told when an answer has come
   */
  constructor(client, changed) {
    this.client = client;
    this.changed = changed;
    this.wantsMaps = false;
    this.forget();
  }

  /** As before the first question; nobody waits any more for what was asked. */
  forget() {
    this.samples = [];
    this.maps = null;
    this.asking = { sample: false, maps: false };
    this.asked = 0;
  }

  /**
   * Leave out what came after a step.
   * @param {number} step
   */
  cutAfter(step) {
    this.samples = this.samples.filter((sample) => sample.step <= step);
    this.asking = { sample: false, maps: false };
  }

  /**
   * Let the model write a little, and see where its heads look; the answers come among the steps.
   * @param {Plan} plan
   * @param {number} step
   */
  ask(plan, step) {
    this.askSample(plan, step);
    this.askMaps(plan);
  }

  /**
   * The same after some more steps, where it is time.
   * @param {Plan} plan
   * @param {number} step
   */
  askAtTimes(plan, step) {
    const now = performance.now();
    const due = KEPT.find((k) => k > (this.samples.at(-1)?.step ?? -1)) ?? Infinity;
    if (now - this.asked <= BETWEEN && step < due) return;
    this.asked = now;
    this.ask(plan, step);
  }

  /**
   * @param {Plan} plan
   * @param {number} seed
   */
  async askSample({ matter, config }, seed) {
    const { asking } = this;
    if (asking.sample) return;
    asking.sample = true;
    try {
      const n = matter.isLines ? Math.max(45, 2 * config.context_length) : 100;
      const { step, ids } = await this.client.sample({
        ids: matter.begin,
        n,
        temperature: 0.8,
        seed,
      });
      if (asking === this.asking) {
        this.samples = [...thin(this.samples, step), { step, texts: textsOf(ids, matter) }];
        this.changed();
      }
    } catch { // another training began: nobody waits for this one's words
    } finally {
      asking.sample = false;
    }
  }

  /** @param {Plan} plan */
  async askMaps(plan) {
    const { asking } = this;
    if (!this.wantsMaps || asking.maps) return;
    asking.maps = true;
    try {
      const { maps } = await this.client.attention({ ids: lookedAt(plan) });
      if (asking === this.asking) {
        this.maps = maps;
        this.changed();
      }
    } catch { // another training began
    } finally {
      asking.maps = false;
    }
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

/**
 * What a model has written, line by line where its text has lines.
 * @param {number[]} ids
 * @param {Matter} matter
 * @returns {Written[]}
 */
function textsOf(ids, matter) {
  const text = matter.tokenizer.decode(ids);
  const lines = matter.isLines ? text.split("\n") : [text];
  const whole = lines.length > 2 ? lines.slice(0, -1) : lines; // the last one breaks off
  const texts = whole.filter(Boolean)
    .map((words) => ({ text: words, known: matter.knows(words) }));
  return texts.length ? texts : [{ text: "(nothing but line ends)", known: false }];
}

/**
 * The held-out text that the heads look at: a line, or the first tokens.
 * @param {Plan} plan
 */
export function lookedAt({ matter, config }) {
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
