// What a reader steps and plays with.

import { button, slider } from "./controls.js";

/** @import { Player } from "./player.js" */

/** Buttons for one step back and on, one to play, and a slider over all steps. */
export class PlayerControls {
  /**
   * @param {Player} player
   * @param {object} options
   * @param {string} options.next what a step on is called
   * @param {string} options.kind the class of the button that plays
   * @param {string} options.name of the slider
   * @param {0 | 1} options.from what the slider calls the first step
   */
  constructor(player, { next, kind, name, from }) {
    this.player = player;
    this.from = from;
    this.back = button("Back", () => player.go(this.step - 1));
    this.next = button(next, () => player.go(this.step + 1), "llm-main");
    this.play = button("Play", () => player.toggle(), kind);
    const oninput = (/** @type {number} */ k) => player.go(k - from);
    this.jump = slider({ name, min: from, max: from + 1, step: 1, oninput });
  }

  /** The step that is shown; 0 where there is none. */
  get step() {
    return Math.max(0, this.player.step);
  }

  /** @param {string} text what the slider shows */
  show(text) {
    const { step } = this;
    const last = this.player.last();
    this.back.setAttribute("aria-disabled", String(step === 0));
    this.next.setAttribute("aria-disabled", String(step >= last));
    this.play.textContent = this.player.playing ? "Pause" : "Play";
    this.play.disabled = last < 1;
    const range = this.jump.querySelector("input");
    range.max = String(this.from + Math.max(1, last));
    range.disabled = last < 1;
    this.jump.show(this.from + step, text);
  }
}
