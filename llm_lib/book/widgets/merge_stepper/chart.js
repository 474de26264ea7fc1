// How much shorter a text gets with each merge.

import { h } from "../shared/dom.js";
import { polyline, stretched } from "../shared/svg.js";
import { count } from "../shared/words.js";

/**
 * @param {number} part
 * @param {number} whole
 */
const share = (part, whole) => `${whole ? ((100 * part) / whole).toFixed(2) : 0}%`; // for a style

/**
 * How many tokens the text has after each merge: solid so far, dotted still to come, a dot for now.
 */
export class MergeChart {
  constructor() {
    this.done = polyline("llm-merge-done");
    this.ahead = polyline("llm-merge-ahead");
    const picture = stretched(this.ahead, this.done);
    this.dot = h("span", { class: "llm-merge-dot" });
    this.high = h("span", { class: "llm-merge-high" });
    this.right = h("span");
    this.element = h(
      "div",
      { class: "llm-merge-chart", role: "img" },
      h("div", { class: "llm-merge-y" }, this.high, h("span", {}, "0")),
      h("div", { class: "llm-merge-plot" }, picture, this.dot),
      h("div", { class: "llm-merge-x" }, h("span", {}, "0"), h("span", {}, "merges"), this.right),
    );
  }

  /**
   * sizes: tokens in the text after 0, 1, 2, ... merges; k: where we are.
   * @param {number[]} sizes
   * @param {number} k
   */
  show(sizes, k) {
    const last = sizes.length - 1;
    const top = sizes[0] || 1;
    const points = (/** @type {number} */ from, /** @type {number} */ to) =>
      sizes.slice(from, to + 1).map((n, i) =>
        `${(100 * (from + i)) / (last || 1)},${100 - (100 * n) / top}`
      ).join(" ");
    this.done.setAttribute("points", points(0, k));
    this.ahead.setAttribute("points", points(k, last));
    this.dot.style.left = share(k, last);
    this.dot.style.top = share(top - sizes[k], top);
    this.high.textContent = `${top.toLocaleString("en")} tokens`;
    this.right.textContent = String(last);
    this.element.setAttribute(
      "aria-label",
      `Tokens in the text after each merge: ${sizes[0]} at the start, ${sizes[k]} after ` +
        `${count(k, "merge")}${k < last ? `, ${sizes[last]} after ${last}` : ""}.`,
    );
  }
}
