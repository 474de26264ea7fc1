// The heads of a model to choose from, and how strong the chosen one is.

import { button, slider } from "../shared/controls.js";
import { h } from "../shared/dom.js";
import { HeadGrid, headName } from "../shared/heads.js";
import { count } from "../shared/words.js";

/** @import { Run } from "../../engine/types.js" */
/** @import { OnHead } from "../shared/heads.js" */
/** @import { Colour } from "../shared/types.js" */

/** The grid, a switch and a slider for the chosen head, and how many heads are changed. */
export class HeadChoice {
  /**
   * @param {object} options
   * @param {number} options.n_layer
   * @param {number} options.n_head
   * @param {OnHead} options.pick
   * @param {OnHead} options.toggle
   * @param {(layer: number) => void} options.toggleLayer
   * @param {(layer: number, head: number, factor: number) => void} options.scaleHead
   */
  constructor({ n_layer, n_head, pick, toggle, toggleLayer, scaleHead }) {
    /** @type {[layer: number, head: number]} */
    this.chosen = [0, 0];
    this.grid = new HeadGrid({ n_layer, n_head, pick, toggle, toggleLayer });
    this.title = h("p", { class: "llm-label" });
    this.onOff = button("", () => toggle(...this.chosen), "llm-on-off");
    this.onOff.setAttribute("role", "switch");
    this.strength = slider({
      name: "Strength",
      min: 0,
      max: 2,
      step: 0.05,
      oninput: (factor) => scaleHead(...this.chosen, factor),
    });
    this.changed = h("p", { class: "llm-note" });
    this.element = h(
      "section",
      { "aria-label": "Choose a head" },
      h("div", { class: "llm-head-title" }, h("p", { class: "llm-label" }, "Heads"), this.changed),
      this.grid.element,
      h("div", { class: "llm-head-chosen" }, this.title, this.onOff),
      this.strength,
    );
  }

  /**
   * @param {object} shown
   * @param {Run} shown.run
   * @param {number[][]} shown.scale
   * @param {[layer: number, head: number]} shown.chosen
   * @param {Colour[]} shown.colours of the heads of a layer
   * @param {boolean} shown.repaint thumbnails too whose weights are the same
   */
  show(shown) {
    const { scale, chosen: [layer, head] } = shown;
    const name = `Head ${headName(layer, head)}`;
    const factor = scale[layer][head];
    const off = factor === 0;
    const changed = scale.flat().filter((each) => each !== 1).length;
    this.chosen = shown.chosen;
    this.grid.show(shown);
    this.title.textContent = name;
    this.onOff.setAttribute("aria-checked", String(!off));
    this.onOff.setAttribute("aria-label", name);
    this.onOff.textContent = off ? "off" : "on";
    this.strength.show(factor, off ? "0 (off)" : `×${factor.toFixed(2)}`);
    this.changed.textContent = changed
      ? `${changed} of ${count(scale.flat().length, "head")} changed`
      : "all normal";
  }
}
