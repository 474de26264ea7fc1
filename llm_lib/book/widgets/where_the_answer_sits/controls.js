// Where a probe reads, and what it learns from.

import { button, segments, slider } from "../shared/controls.js";
import { h } from "../shared/dom.js";

/** @import { At, FeatureFile } from "../../engine/answer_features.js" */

/** @typedef {{ layer: number, position: string, examples: number, padding: number }} Settings */

export class AnswerControls {
  /**
   * @param {FeatureFile} file
   * @param {object} options
   * @param {(values: Partial<Settings>) => void} options.onset
   * @param {() => void} options.ondraw wants other examples
   */
  constructor({ layers, positions, behind, words, train }, { onset, ondraw }) {
    this.layers = layers;
    this.paddings = [0, ...behind];
    this.counts = words.map(({ n }) => n);
    this.all = train.length;
    this.layer = slider({
      name: "Layer",
      min: 0,
      max: layers.length - 1,
      step: 1,
      oninput: (i) => onset({ layer: layers[i] }),
    });
    this.position = segments(
      "Position",
      positions.map((name) => [name, name]),
      (position) => onset({ position }),
    );
    this.examples = slider({
      name: "Examples to learn from",
      min: 0,
      max: this.counts.length - 1,
      step: 1,
      oninput: (i) => onset({ examples: this.counts[i] }),
    });
    this.others = button("Draw other examples", ondraw);
    this.padding = slider({
      name: "Padding behind the end",
      min: 0,
      max: behind.length,
      step: 1,
      oninput: (i) => onset({ padding: this.paddings[i], position: "last" }),
    });
    this.taken = h("p", { class: "llm-note" }, `All ${this.all} are taken.`);
    this.elements = [
      this.layer,
      h(
        "div",
        { class: "llm-answer-token" },
        h("span", { class: "llm-label", "aria-hidden": "true" }, "Token"),
        this.position,
      ),
      this.examples,
      h("div", { class: "llm-answer-draw" }, this.others, this.taken),
      this.padding,
    ];
  }

  /**
   * @param {At} at
   * @param {number} examples
   */
  show({ layer, position, padding }, examples) {
    this.layer.show(this.layers.indexOf(layer), layer ? `after ${layer} blocks` : "embedding");
    this.position.show(position);
    this.examples.show(this.counts.indexOf(examples), String(examples));
    const none = examples === this.all;
    this.others.hidden = none;
    this.taken.hidden = !none;
    const read = padding ? `column ${padding} is read` : "none";
    this.padding.show(this.paddings.indexOf(padding), read);
  }
}
