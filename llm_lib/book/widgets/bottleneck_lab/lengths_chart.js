// Shares of right words over the length of a sentence, with the spread of the seeds.

import { lastOf } from "../../engine/present.js";
import { h } from "../shared/dom.js";
import { localize } from "../shared/localize.js";
import { polyline, stretched } from "../shared/svg.js";
import { spread } from "../shared/spread_labels.js";

/**
 * @typedef {object} SizedRun
 * @property {number} size numbers of a state
 * @property {boolean} attention
 * @property {number} steps
 * @property {number[][]} right for each seed, the share right at each length
 */

const LONGEST_TRAINED = 8;

/** A share as whole percent. @param {number} share */
export const sharePercent = (share) => `${Math.round(100 * share)} %`;

/** @param {SizedRun} run */
const kindOf = ({ attention, size }) => `llm-lengths-${attention ? "attention" : size}`;

export class LengthsChart {
  /** @param {number[]} lengths */
  constructor(lengths) {
    this.lengths = lengths;
    this.picture = h("div", { class: "llm-lengths-plot" });
    this.names = h("div", { class: "llm-lengths-names" });
    this.chart = h(
      "div",
      { class: "llm-lengths-chart", role: "img" },
      h("div", { class: "llm-lengths-y" }, ...["100 %", "50 %", "0"].map((s) => h("span", {}, s))),
      this.picture,
      this.names,
      h(
        "div",
        { class: "llm-lengths-x" },
        ...lengths.map((n) => h("span", { style: `left:${this.x(n)}%` }, String(n))),
      ),
      h("p", { class: "llm-lengths-note" }, localize`words in the sentence; trained on 2 to 8`),
    );
    this.element = h(
      "div",
      {},
      h(
        "p",
        { class: "llm-label" },
        localize`Words translated right; bars: lowest to highest of three seeds`,
      ),
      this.chart,
    );
  }

  /** Where a length lies, in percent. @param {number} n */
  x(n) {
    const [first, last] = [this.lengths[0], lastOf(this.lengths)];
    return 2 + 96 * (n - first) / (last - first);
  }

  /** @param {SizedRun[]} runs */
  show(runs) {
    const y = (/** @type {number} */ share) => 2 + 96 * (1 - share);
    const edge = polyline(
      "llm-lengths-edge",
      [LONGEST_TRAINED, LONGEST_TRAINED].map((n, i) => [
        this.x(n + 0.5),
        100 * i,
      ]),
    );
    const drawn = runs.map((run) => {
      const columns = this.lengths.map((_, i) => run.right.map((seed) => seed[i]));
      const means = columns.map((all) => all.reduce((a, b) => a + b) / all.length);
      const kind = kindOf(run);
      const bars = columns.map((all, i) => {
        const x = this.x(this.lengths[i]);
        const bar = [[x, y(Math.min(...all))], [x, y(Math.max(...all))]];
        return polyline(`llm-lengths-bar ${kind}`, bar);
      });
      const line = polyline(kind, means.map((mean, i) => [this.x(this.lengths[i]), y(mean)]));
      const name = run.attention ? localize`attention, ${run.size}` : localize`${run.size} numbers`;
      return { shapes: [line, ...bars], name, kind, end: lastOf(means) };
    });
    this.picture.replaceChildren(stretched(edge, ...drawn.flatMap(({ shapes }) => shapes)));
    const labels = drawn.map(({ name, kind, end }) => ({ at: y(end), text: name, kind }));
    this.names.replaceChildren(
      ...spread(labels, 8).map(({ at, text, kind }) =>
        h("span", { class: kind, style: `top:${at.toFixed(1)}%` }, text)
      ),
    );
    const said = drawn.map(({ name, end }) => `${name} ${sharePercent(end)}`).join(", ");
    this.chart.setAttribute(
      "aria-label",
      localize`Words translated right, by length of the sentence. At twelve words: ${said}.`,
    );
  }
}
