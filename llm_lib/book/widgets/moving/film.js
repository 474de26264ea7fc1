// The moving part: which moment of a walkthrough is seen, and how it gets to the next.

import { lengthOf, mix, MOVE } from "./motion.js";
import { Stage } from "./stage.js";

/** @import { State } from "./types.js" */

/**
 * @typedef {object} Reel what a film shows
 * @property {(i: number) => State} state step i
 * @property {() => number} last the number of the last step
 * @property {(t: number) => void} onmove told of each moment t that is shown
 * @property {() => void} onrest told when all stands where it should
 */

export class Film {
  /**
   * @param {Reel} reel
   * @param {AbortSignal} signal
   */
  constructor(reel, signal) {
    this.reel = reel;
    this.stage = new Stage();
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.frame = 0;
    this.t = 0;
    this.isAway = false; // on its way straight to a step, and at no moment t
    /** @type {State} what is seen */
    this.now = new Map();
    signal.addEventListener("abort", () => this.halt());
  }

  /** Stay where it is. */
  halt() {
    cancelAnimationFrame(this.frame);
  }

  /**
   * Show the moment t: step i at i, and half-way to the next at i + 0.5. For readers who want no
   * motion there are steps alone.
   * @param {number} t
   */
  show(t) {
    this.t = Math.min(Math.max(t, 0), this.reel.last());
    const i = Math.floor(this.t);
    const part = this.calm.matches ? 0 : this.t - i;
    if (part) {
      const next = this.reel.state(i + 1);
      this.paint(mix(this.reel.state(i), next, part * lengthOf(next)));
    } else this.paint(this.reel.state(this.calm.matches ? Math.round(this.t) : i));
    this.isAway = false;
    this.reel.onmove(this.t);
  }

  /** @param {State} state */
  paint(state) {
    this.now = state;
    this.stage.paint(state);
  }

  /**
   * Show a moment at once, and stay there.
   * @param {number} t
   */
  cut(t) {
    this.halt();
    this.show(t);
    this.reel.onrest();
  }

  /**
   * Go to a step: along the line if it is the next, otherwise straight there.
   * @param {number} step
   */
  goTo(step) {
    if (this.calm.matches || step === this.t && !this.isAway) this.cut(step);
    else if (Math.abs(step - this.t) <= 1 && !this.isAway) this.glide(step);
    else this.morph(step);
  }

  /**
   * Go along the line to a step near by: as long as its slowest element needs, back a little
   * faster.
   * @param {number} to
   */
  glide(to) {
    const from = this.t;
    const way = Math.sign(to - from);
    const upper = Math.min(way > 0 ? Math.ceil(to) : Math.floor(to) + 1, this.reel.last());
    const pace = lengthOf(this.reel.state(upper)) * (way > 0 ? 1 : 0.75);
    this.run((ms) => {
      const t = from + (way * ms) / pace;
      const isThere = way > 0 ? t >= to : t <= to;
      this.show(isThere ? to : t);
      return isThere;
    });
  }

  /**
   * Go straight to a step, from where all is now.
   * @param {number} to
   * @param {number} [slowest] the longest delay of an element, in milliseconds
   */
  morph(to, slowest = 240) {
    const start = this.now;
    const end = this.reel.state(to);
    this.t = to;
    this.isAway = true;
    this.reel.onmove(to);
    this.run((ms) => {
      const isThere = ms > MOVE + slowest;
      this.paint(isThere ? end : mix(start, end, ms, slowest));
      this.isAway = !isThere;
      return isThere;
    });
  }

  /**
   * Call draw(milliseconds since now) in each frame until it returns true.
   * @param {(ms: number) => boolean} draw
   */
  run(draw) {
    this.halt();
    /** @type {number} */
    let start;
    const loop = (/** @type {number} */ now) => {
      start ??= now;
      if (draw(now - start)) this.reel.onrest();
      else this.frame = requestAnimationFrame(loop);
    };
    this.frame = requestAnimationFrame(loop);
  }
}
