// Lets the tiny network learn by itself.

import { onTraits } from "../shared/dom.js";

/** @import { Model } from "../shared/types.js" */

const STEP_PAUSE = 50; // milliseconds between steps
const CALM_STEP_PAUSE = 1000; // the same for readers who want less motion
const LEARNERS = new WeakSet(); // two views of one widget must not both learn

/** Takes step after step while the trait "learning" is true: one at a time at first, then more. */
export class TinyLearner {
  /**
   * @param {object} options
   * @param {Model} options.model
   * @param {AbortSignal} options.signal
   * @param {() => void} options.begins
   * @param {(n: number) => void} options.descend takes n steps
   * @param {(n: number) => boolean} options.rests whether learning ends after n steps
   * @param {() => void} options.halted
   */
  constructor({ model, signal, begins, descend, rests, halted }) {
    this.model = model;
    this.begins = begins;
    this.descend = descend;
    this.rests = rests;
    this.halted = halted;
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.timer = 0;
    this.began = 0; // at which step
    this.isMine = false;
    onTraits(model, ["learning"], signal, () => this.follow());
    signal.addEventListener("abort", () => this.halt());
  }

  /** How many steps were taken since it began. */
  get done() {
    return this.model.get("steps") - this.began;
  }

  /** Follow the trait "learning". */
  follow() {
    if (!this.model.get("learning")) {
      this.halt();
      this.halted();
    } else if (!LEARNERS.has(this.model)) {
      LEARNERS.add(this.model);
      this.isMine = true;
      this.began = this.model.get("steps");
      this.begins();
      this.step();
    }
  }

  /** Take the next step or steps, and so on after a while. */
  step() {
    const { done } = this;
    const calm = this.calm.matches;
    this.descend(calm ? 20 : Math.min(20, 1 + Math.floor(done / 40)));
    if (this.rests(this.done)) return;
    if (done % 5 === 0) this.model.save_changes(); // not at each step: Python may be far away
    this.timer = setTimeout(() => this.step(), calm ? CALM_STEP_PAUSE : STEP_PAUSE);
  }

  /** Take no further step. */
  halt() {
    clearTimeout(this.timer);
    if (this.isMine) LEARNERS.delete(this.model);
    this.isMine = false;
  }
}
