// Two curves over the steps: what is paid, and what was wanted.

import { lastOf } from "../../engine/present.js";
import { h } from "../shared/dom.js";
import { localize } from "../shared/localize.js";
import { polyline, stretched } from "../shared/svg.js";
import { decimals } from "../shared/words.js";
import { share } from "./words.js";

/** @typedef {{ mark: number, wanted: number }} Round the means of the eight */

export class HackChart {
  constructor() {
    this.mark = polyline("llm-hack-mark");
    this.wanted = polyline("llm-hack-line");
    this.high = h("span");
    this.low = h("span");
    this.end = h("span");
    this.marked = h("span", { class: "llm-hack-name llm-hack-is-mark" });
    this.found = h("span", { class: "llm-hack-name llm-hack-is-wanted" });
    this.picture = h(
      "div",
      { class: "llm-hack-chart", role: "img" },
      h("div", { class: "llm-hack-y" }, this.high, this.low),
      h("div", { class: "llm-hack-plot" }, stretched(this.wanted, this.mark)),
      h("div", { class: "llm-hack-y llm-hack-right" }, h("span", {}, "100 %"), h("span", {}, "0")),
      h("div", { class: "llm-hack-x" }, h("span", {}, "0"), this.end),
    );
    this.element = h(
      "div",
      {},
      h("p", { class: "llm-hack-names" }, this.marked, this.found),
      this.picture,
    );
  }

  /**
   * @param {Round[]} rounds the first is before any step
   * @param {number} steps that the chart has room for
   */
  show(rounds, steps) {
    const marks = rounds.map(({ mark }) => mark);
    const [least, most] = [Math.min(0, ...marks), Math.max(topOf(marks), ...marks)];
    const x = (/** @type {number} */ i) => (100 * i) / steps;
    const y = (/** @type {number} */ v) => 100 - (100 * (v - least)) / (most - least || 1);
    draw(this.mark, marks.map((mark, i) => [x(i), y(mark)]));
    draw(this.wanted, rounds.map(({ wanted }, i) => [x(i), 100 - 100 * wanted]));
    this.high.textContent = decimals(most);
    this.low.textContent = decimals(least);
    this.end.textContent = localize`${steps} steps`;
    const last = rounds.at(-1);
    this.marked.textContent = localize`mean mark now ${last ? decimals(last.mark) : "–"}`;
    this.found.textContent = localize`what was wanted, now ${last ? share(last.wanted) : "–"}`;
    this.picture.setAttribute("aria-label", said(rounds));
  }
}

/** The top of a chart whose marks are all negative is 0. @param {number[]} marks */
const topOf = (marks) => (marks.some((mark) => mark > 0) ? 0.1 : 0);

/**
 * A line through points; a single one is a dot.
 * @param {SVGPolylineElement} line
 * @param {number[][]} points
 */
function draw(line, points) {
  const seen = points.length === 1 ? [...points, ...points] : points;
  line.setAttribute("points", seen.map((at) => at.map((v) => v.toFixed(2)).join(",")).join(" "));
}

/** @param {Round[]} rounds */
function said(rounds) {
  if (!rounds.length) return localize`Two curves over the steps: there are none yet.`;
  const [first, last, n] = [rounds[0], lastOf(rounds), rounds.length - 1];
  const [mark, now] = [decimals(first.mark), decimals(last.mark)];
  const [wanted, left] = [share(first.wanted), share(last.wanted)];
  return localize`After ${n} steps the mean mark went from ${mark} to ${now},
    and what was wanted from ${wanted} to ${left}.`;
}
