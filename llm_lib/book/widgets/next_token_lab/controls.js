// What a reader of the next token's probabilities acts with: draw, write on, and how to draw.

import { button, seedField, slider, tickBox, topKSlider } from "../shared/controls.js";
import { h } from "../shared/dom.js";
import { more } from "../shared/layout.js";

/**
 * @typedef {object} Told what happens when the reader acts
 * @property {() => void} ondraw
 * @property {() => void} onwrite
 * @property {() => void} onundo
 * @property {(trait: string, value: number | boolean) => void} onset
 */
/**
 * @typedef {object} NextState how things stand
 * @property {number} temperature
 * @property {number} top_k
 * @property {number} top_p
 * @property {number} seed
 * @property {boolean} show_ids
 * @property {boolean} writing
 * @property {boolean} canWrite
 * @property {boolean} canUndo
 */

/** Buttons and sliders; the finer ones are folded. */
export class NextControls {
  /** @param {Told} told */
  constructor({ ondraw, onwrite, onundo, onset }) {
    this.onset = onset;
    this.draw = button("Draw one token", ondraw, "llm-main");
    this.write = button("Write on", onwrite);
    this.undo = button("Undo", onundo);
    this.temperature = this.knob("temperature", "Temperature", [0, 2], "Low: safe. High: daring.");
    this.topK = topKSlider({
      most: 50,
      note: "How many tokens may be chosen.",
      oninput: (k) => onset("top_k", k),
    });
    this.topP = this.knob("top_p", "Top-p", [0.05, 1], "The fewest tokens that hold this share.");
    this.seed = seedField((seed) => onset("seed", seed));
    this.ids = tickBox("Show ids", (isOn) => onset("show_ids", isOn));
    const seed = h("label", { class: "llm-check" }, "Seed", this.seed);
    const others = h("div", { class: "llm-row" }, seed, this.ids);
    this.more = more("More", this.topK, this.topP, others);
    /** @type {HTMLElement[]} */
    this.elements = [
      h("div", { class: "llm-row" }, this.draw, this.write, this.undo),
      this.temperature,
      this.more,
    ];
  }

  /**
   * A slider for a trait that is a fraction.
   * @param {string} trait
   * @param {string} name
   * @param {[min: number, max: number]} range
   * @param {string} note
   */
  knob(trait, name, [min, max], note) {
    const oninput = (/** @type {number} */ value) => this.onset(trait, value);
    return slider({ name, min, max, step: 0.05, oninput, note });
  }

  /** @param {NextState} state */
  show({ temperature, top_k, top_p, seed, show_ids, writing, canWrite, canUndo }) {
    this.temperature.show(temperature, temperature.toFixed(2));
    this.topK.showK(top_k);
    this.topP.show(top_p, top_p.toFixed(2));
    this.seed.value = String(seed);
    this.ids.show(show_ids);
    this.write.textContent = writing ? "Stop" : "Write on";
    this.write.disabled = !writing && !canWrite;
    this.draw.disabled = writing || !canWrite;
    this.undo.disabled = writing || !canUndo;
  }
}
