// A curve over whole numbers, with a dot at one of them.

import { h } from "../shared/dom.js";
import { polyline, stretched, svg } from "../shared/svg.js";

/** A curve over whole numbers from 0, with a dot at one of them. */
export class Curve {
  constructor() {
    this.line = polyline("llm-position-line");
    this.zero = svg("line", {
      x1: 0,
      x2: 100,
      class: "llm-position-zero",
      "vector-effect": "non-scaling-stroke",
    });
    const picture = stretched(this.zero, this.line);
    this.dot = h("span", { class: "llm-position-dot" });
    this.plot = h("div", { class: "llm-position-plot" }, picture, this.dot);
    this.y = ["", "", ""].map(() => h("span"));
    this.x = ["", "", ""].map(() => h("span"));
    this.element = h(
      "div",
      { class: "llm-position-curve", role: "img" },
      h("div", { class: "llm-position-y" }, ...this.y),
      this.plot,
      h("div", { class: "llm-position-x" }, ...this.x),
    );
  }

  /**
   * values: the curve; at: where the dot is, or -1; limit: the largest size that y can show; from:
   * where y begins; words: for a screen reader.
   * @param {object} options
   * @param {number[]} options.values
   * @param {number} options.at
   * @param {number} options.limit
   * @param {number} [options.from]
   * @param {string} options.xName
   * @param {string} options.words
   */
  show({ values, at, limit, from = -limit, xName, words }) {
    const n = values.length;
    const x = (/** @type {number} */ i) => (100 * i) / Math.max(1, n - 1);
    const y = (/** @type {number} */ v) => 98 - (96 * (v - from)) / (limit - from);
    this.line.setAttribute(
      "points",
      values.map((v, i) => `${x(i).toFixed(3)},${y(v).toFixed(3)}`).join(" "),
    );
    this.zero.setAttribute("y1", String(y(0)));
    this.zero.setAttribute("y2", String(y(0)));
    this.dot.hidden = at < 0;
    if (at >= 0) {
      this.dot.style.left = `${x(at)}%`;
      this.dot.style.top = `${y(values[at])}%`;
    }
    const mark = (/** @type {number} */ v) =>
      (Number.isInteger(v) ? `${v}` : v.toFixed(1)).replace("-", "−");
    [limit, (limit + from) / 2, from].forEach((v, i) => {
      this.y[i].textContent = mark(v);
    });
    [0, (n - 1) / 2, n - 1].forEach((v, i) => {
      this.x[i].textContent = i === 1 ? xName : `${v}`;
    });
    this.element.setAttribute("aria-label", String(words));
  }
}
