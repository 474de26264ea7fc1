// Plays the steps of a widget one after the other, as its trait "playing" says.

import { onTraits, setTrait } from "./dom.js";

// Model -> the player at work: two views of one widget must not both step
const PLAYERS = new WeakMap();

/**
 * trait: the one that counts the steps, from 0; last(): the last of them; paint(): shows how things
 * stand; pace, calmPace: milliseconds a step, and for readers who want less motion.
 */
export class Player {
  constructor({ model, signal, trait, last, paint, pace, calmPace }) {
    Object.assign(this, {
      model,
      signal,
      trait,
      last,
      paint,
      pace,
      calmPace,
      calm: matchMedia("(prefers-reduced-motion: reduce)"),
    });
    onTraits(model, ["playing"], signal, () => this.follow());
    signal.addEventListener("abort", () => this.stop());
  }

  get playing() {
    return this.model.get("playing");
  }
  get step() {
    return Math.min(this.model.get(this.trait), this.last());
  }

  toggle() {
    setTrait(this.model, "playing", !this.playing);
  }

  /** Go to a step, if there is one. What the reader does ends the playing. */
  go(k) {
    this.stop();
    if (k >= 0 && k <= this.last() && k !== this.model.get(this.trait)) {
      setTrait(this.model, this.trait, k);
    }
  }

  stop() {
    const isMine = PLAYERS.get(this.model) === this;
    if (this.playing && (isMine || !this.signal.aborted)) setTrait(this.model, "playing", false);
    this.halt();
  }

  halt() {
    clearTimeout(this.timer);
    if (PLAYERS.get(this.model) === this) PLAYERS.delete(this.model);
  }

  /** Follow the trait: step on by and by, from the start if all was shown. */
  follow() {
    if (!this.playing) {
      this.halt();
      this.paint();
      return;
    }
    if (PLAYERS.has(this.model)) {
      this.paint();
      return;
    }
    if (this.last() < 1) {
      this.stop();
      return;
    }
    PLAYERS.set(this.model, this);
    if (this.step === this.last()) setTrait(this.model, this.trait, 0);
    this.paint();
    this.wait();
  }

  wait() {
    this.timer = setTimeout(() => {
      if (this.step < this.last()) setTrait(this.model, this.trait, this.step + 1);
      if (this.step >= this.last()) this.stop();
      else this.wait();
    }, this.calm.matches ? this.calmPace : this.pace);
  }
}
