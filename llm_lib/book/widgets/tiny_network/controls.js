// What a reader sets the tiny network with: its points, and how it learns.

import { button, segments, slider } from "../shared/controls.js";
import { h } from "../shared/dom.js";

/** @type {[value: string, label: string][]} */
const DATA_SETS = [["groups", "two groups"], ["xor", "XOR corners"], ["ring", "ring inside"]];

/** One row: which points, Learn, one step, a new start, and how large a step is. */
export class TinyControls {
  /**
   * @param {object} options
   * @param {(data: string) => void} options.ondata
   * @param {() => void} options.onlearn learn, or stop
   * @param {() => void} options.onstep
   * @param {() => void} options.onshuffle
   * @param {(rate: number) => void} options.onrate
   */
  constructor({ ondata, onlearn, onstep, onshuffle, onrate }) {
    this.sets = segments("Points to tell apart", DATA_SETS, ondata);
    this.learn = button("Learn", onlearn, "llm-main");
    this.rate = slider({
      name: "Step size",
      min: -2,
      max: 0.7,
      step: 0.05,
      oninput: (v) => onrate(Math.min(5, Number((10 ** v).toPrecision(2)))),
    });
    this.element = h(
      "div",
      { class: "llm-tiny-learn" },
      this.sets,
      h(
        "div",
        { class: "llm-row" },
        this.learn,
        button("1 step", onstep),
        button("Shuffle", onshuffle),
      ),
      this.rate,
    );
  }

  /** @param {{ data: string, learning: boolean, rate: number }} shown */
  show({ data, learning, rate }) {
    this.sets.show(data);
    this.learn.textContent = learning ? "Stop" : "Learn";
    this.rate.show(Math.log10(rate), rate.toString());
  }
}
