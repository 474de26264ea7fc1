// What a reader steps and plays with.

import { button, slider } from "./controls.js";
import { find, h } from "./dom.js";

/**
 * What steps and plays, such as a Player: a step is a whole number from 0 to last().
 * @typedef {object} Playable
 * @property {number} step
 * @property {boolean} playing
 * @property {() => number} last
 * @property {(step: number) => void} go
 * @property {() => void} toggle
 */

/** One row, `element`: Back, Play, Next, and a time line over all steps. */
export class PlayerControls {
  /**
   * @param {Playable} player
   * @param {object} options
   * @param {string} [options.next] what a step on is called
   * @param {string} options.name of the time line
   * @param {0 | 1} [options.from] what the time line calls the first step
   */
  constructor(player, { next = "Next", name, from = 0 }) {
    this.player = player;
    this.from = from;
    this.back = button("Back", () => player.go(this.step - 1));
    this.play = button("Play", () => player.toggle(), "llm-main llm-player-play");
    this.next = button(next, () => player.go(this.step + 1));
    const oninput = (/** @type {number} */ k) => player.go(k - from);
    this.jump = slider({ name, min: from, max: from + 1, step: 1, oninput });
    this.element = h("div", { class: "llm-player" }, this.back, this.play, this.next, this.jump);
  }

  /** The step that is shown; 0 where there is none. */
  get step() {
    return Math.max(0, this.player.step);
  }

  /** @param {string} text what the time line shows */
  show(text) {
    const { step } = this;
    const last = this.player.last();
    this.back.setAttribute("aria-disabled", String(step === 0));
    this.next.setAttribute("aria-disabled", String(step >= last));
    this.play.textContent = this.player.playing ? "Pause" : "Play";
    this.play.disabled = last < 1;
    const range = find(this.jump, "input");
    range.max = String(this.from + Math.max(1, last));
    range.disabled = last < 1;
    this.jump.show(this.from + step, text);
  }
}
