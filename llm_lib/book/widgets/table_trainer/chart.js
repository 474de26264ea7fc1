// The curves of three cosines over the steps of a training.

import { lastOf } from "../../engine/present.js";
import { h } from "../shared/dom.js";
import { localCount, localize } from "../shared/localize.js";
import { polyline, stretched } from "../shared/svg.js";
import { spread } from "../shared/spread_labels.js";
import { cosineText } from "./words.js";

/** @import { TablePoint } from "../table_trainer.js" */

const KINDS = ["llm-table-first", "llm-table-second", "llm-table-random"];
const LOWEST = -0.6; // where the chart begins, unless a cosine lies below

export class TableChart {
  constructor() {
    this.lines = KINDS.map((kind) => polyline(kind));
    this.zero = polyline("llm-table-zero");
    this.low = h("span");
    this.end = h("span");
    this.names = h("div", { class: "llm-table-names" });
    this.picture = h(
      "div",
      { class: "llm-table-chart", role: "img" },
      h("div", { class: "llm-table-y" }, h("span", {}, "1"), this.low),
      h("div", { class: "llm-table-plot" }, stretched(this.zero, ...this.lines)),
      this.names,
      h("div", { class: "llm-table-x" }, h("span", {}, "0"), this.end),
    );
    const label = h(
      "p",
      { class: "llm-label" },
      localize`Cosine, by step; random: the mean of 300 pairs`,
    );
    this.element = h("div", {}, label, this.picture);
  }

  /**
   * @param {TablePoint[]} points
   * @param {number} steps of the whole run
   * @param {string[]} words
   */
  show(points, steps, [a, b, c]) {
    const low = Math.min(LOWEST, ...points.flatMap(({ cosines }) => cosines.slice(0, 2)));
    const bottom = low < LOWEST ? -1 : LOWEST;
    const y = (/** @type {number} */ cosine) => 100 * (1 - cosine) / (1 - bottom);
    const draw = (/** @type {SVGElement} */ line, /** @type {number[][]} */ at) =>
      line.setAttribute("points", at.map((point) => point.map((v) => v.toFixed(2))).join(" "));
    draw(this.zero, [[0, y(0)], [100, y(0)]]);
    this.lines.forEach((line, i) =>
      draw(line, points.map(({ step, cosines }) => [100 * step / steps, y(cosines[i])]))
    );
    this.low.textContent = bottom === -1 ? "−1" : cosineText(bottom).slice(0, -1);
    this.end.textContent = localize`${localCount(steps)} steps`;
    const { cosines, step } = lastOf(points);
    const names = [`${a}–${b}`, `${a}–${c}`, localize`random`];
    const labels = names.map((name, i) => ({
      at: y(cosines[i]),
      text: `${name} ${cosineText(cosines[i])}`,
      kind: KINDS[i],
    }));
    const said = labels.map(({ text }) => text).join(", ");
    this.names.replaceChildren(
      ...spread(labels, 17).map(({ at, text, kind }) =>
        h("span", { class: kind, style: `top:${at.toFixed(1)}%` }, text)
      ),
    );
    this.picture.setAttribute(
      "aria-label",
      localize`Cosines after ${localCount(step)} steps: ${said}.`,
    );
  }
}
