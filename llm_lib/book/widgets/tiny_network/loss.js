// The loss of the tiny network over its steps.

import { h } from "../shared/dom.js";
import { polyline, stretched, svg } from "../shared/svg.js";
import { count } from "../shared/words.js";

/** The loss after each step; dotted is what an output of 0.5 everywhere would give. */
export class TinyLoss {
  /** @type {[step: number, loss: number][]} */ history;

  constructor() {
    this.restart();
    this.line = polyline("llm-tiny-curve");
    this.guess = svg("line", {
      class: "llm-tiny-guess",
      x1: 0,
      x2: 100,
      "vector-effect": "non-scaling-stroke",
    });
    this.high = h("span");
    this.last = h("span");
    this.dot = h("span", { class: "llm-tiny-dot" });
    this.element = h(
      "div",
      { class: "llm-tiny-chart", role: "img" },
      h("div", { class: "llm-tiny-y" }, this.high, h("span", {}, "0")),
      h(
        "div",
        { class: "llm-tiny-plot" },
        stretched(this.guess, this.line),
        this.dot,
      ),
      h(
        "div",
        { class: "llm-tiny-x" },
        h("span", {}, "0"),
        h("span", {}, `dotted: ${Math.LN2.toFixed(2)}, always 0.5`),
        this.last,
      ),
    );
  }

  /** No step is taken yet: forget the curve. */
  restart() {
    /** @type {[step: number, loss: number][]} */
    this.history = [];
  }

  /**
   * Show the loss after a step, with those before; of a long curve every second value is kept.
   * @param {number} end the step
   * @param {number} loss
   */
  show(end, loss) {
    const before = this.history.at(-1);
    if (before?.[0] === end) before[1] = loss;
    else this.history.push([end, loss]);
    if (this.history.length > 400) this.history = this.history.filter((_, i) => i % 2 === 0);
    const { history } = this;
    const highest = Math.max(...history.map(([, v]) => v));
    const top = Math.max(0.8, Math.ceil(10 * highest) / 10); // what the axis says, rounded up
    const x = (/** @type {number} */ step) => (end ? (100 * step) / end : 0);
    const y = (/** @type {number} */ v) => 100 - (100 * v) / top;
    this.line.setAttribute(
      "points",
      history.map(([step, v]) => `${x(step).toFixed(2)},${y(v).toFixed(2)}`).join(" "),
    );
    for (const name of ["y1", "y2"]) this.guess.setAttribute(name, y(Math.LN2).toFixed(2));
    this.dot.style.left = `${x(end)}%`;
    this.dot.style.top = `${y(loss)}%`;
    this.high.textContent = top.toFixed(1);
    this.last.textContent = count(end, "step");
    this.element.setAttribute(
      "aria-label",
      `Loss: ${history[0][1].toFixed(3)} at the start, ${loss.toFixed(3)} after ` +
        `${count(end, "step")}.`,
    );
  }
}
