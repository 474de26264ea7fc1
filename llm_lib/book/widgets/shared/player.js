// Plays the steps of a widget one after the other, as its trait "playing" says.

import { onTraits, setTrait } from "./dom.js";

/** @import { Model } from "./types.js" */

/** @type {WeakMap<Model, Player>} the player at work: two views of one widget must not both step */
const PLAYERS = new WeakMap();

export class Player {
  /**
   * @param {object} options
   * @param {Model} options.model
   * @param {AbortSignal} options.signal
   * @param {string} options.trait the one that counts the steps, from 0
   * @param {() => number} options.last the last of them
   * @param {() => void} options.paint shows how things stand
   * @param {number | (() => number)} options.pace milliseconds a step
   * @param {number | (() => number)} [options.calmPace] the same for readers who want less motion
   */
  constructor({ model, signal, trait, last, paint, pace, calmPace = pace }) {
    this.model = model;
    this.signal = signal;
    this.trait = trait;
    this.last = last;
    this.paint = paint;
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.pace = () => {
      const wanted = this.calm.matches ? calmPace : pace;
      return typeof wanted === "function" ? wanted() : wanted;
    };
    this.timer = 0;
    onTraits(model, ["playing"], signal, () => this.follow());
    signal.addEventListener("abort", () => this.stop());
  }

  /** @returns {boolean} */
  get playing() {
    return this.model.get("playing");
  }

  /** @returns {number} the step that is shown */
  get step() {
    return Math.min(this.model.get(this.trait), this.last());
  }

  /** Play, or stop playing. */
  toggle() {
    setTrait(this.model, "playing", !this.playing);
  }

  /**
   * Go to a step, if there is one. What the reader does ends the playing.
   * @param {number} k
   */
  go(k) {
    this.stop();
    if (k >= 0 && k <= this.last() && k !== this.model.get(this.trait)) {
      setTrait(this.model, this.trait, k);
    }
  }

  /** End the playing, unless another view plays. */
  stop() {
    const isMine = PLAYERS.get(this.model) === this;
    if (this.playing && (isMine || !this.signal.aborted)) setTrait(this.model, "playing", false);
    this.halt();
  }

  /** Take no further step. */
  halt() {
    clearTimeout(this.timer);
    if (PLAYERS.get(this.model) === this) PLAYERS.delete(this.model);
  }

  /** Follow the trait: step on by and by, from the start if all was shown. */
  follow() {
    if (!this.playing) {
      this.halt();
      this.paint();
    } else if (PLAYERS.has(this.model)) this.paint();
    else if (this.last() < 1) this.stop();
    else {
      PLAYERS.set(this.model, this);
      if (this.step === this.last()) setTrait(this.model, this.trait, 0);
      this.paint();
      this.wait();
    }
  }

  /** Take the next step after a while, and so on to the last. */
  wait() {
    this.timer = setTimeout(() => {
      if (this.step < this.last()) setTrait(this.model, this.trait, this.step + 1);
      if (this.step >= this.last()) this.stop();
      else this.wait();
    }, this.pace());
  }
}
