// BottleneckLab: what widens the bottleneck of one vector for a whole sentence? The traits are
// described in bottleneck_lab.py.

import { LengthsChart, sharePercent } from "./bottleneck_lab/lengths_chart.js";
import { segments } from "./shared/controls.js";
import { h } from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";
import { split } from "./shared/layout.js";
import { localCount, localize } from "./shared/localize.js";
import { View } from "./shared/view.js";

/** @import { Place, ViewParts } from "./shared/types.js" */
/** @import { SizedRun } from "./bottleneck_lab/lengths_chart.js" */
/**
 * @typedef {object} Traits
 * @property {{ lengths: number[], runs: SizedRun[] }} data
 * @property {string} cell
 * @property {number} steps
 */

/** @type {[value: string, label: string][]} */
const CELLS = [["tanh", "tanh"], ["GRU", "GRU"]];
const STEPS = [500, 2000, 8000];
const LINES = 4; // of a cell that was trained in all sizes, and with attention
const TOLD = [8, 12]; // lengths of which the finding speaks

/** @extends {View<Traits>} */
class BottleneckView extends View {
  cells = segments(localize`Cell`, CELLS, (cell) => this.set("cell", cell));
  lengths = segments(
    localize`Batches in training`,
    STEPS.map((steps) => /** @type {[string, string]} */ ([String(steps), localCount(steps)])),
    (steps) => this.set("steps", Number(steps)),
  );
  finding = new Finding(this.model, this.signal);
  /** @type {LengthsChart} */ chart;

  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    this.build();
    this.follow(["cell", "steps"], () => this.paint());
    this.paint();
  }

  build() {
    this.offerReset();
    this.chart = new LengthsChart(this.get("data").lengths);
    const named = (/** @type {string} */ name, /** @type {HTMLElement} */ field) =>
      h("div", {}, h("p", { class: "llm-label" }, name), field);
    this.body.append(
      split([this.chart.element], [
        named(localize`Cell`, this.cells),
        named(localize`Batches in training`, this.lengths),
        this.finding.element,
      ], { sticky: false }),
    );
  }

  paint() {
    const { lengths, runs } = this.get("data");
    const [cell, steps] = [this.get("cell"), this.get("steps")];
    this.cells.show(cell);
    this.lengths.show(String(steps));
    const shown = runs.filter((run) => run.cell === cell && run.steps === steps);
    this.chart.show(shown);
    const sentences = TOLD.map((length) => {
      const at = lengths.indexOf(length);
      const share = (/** @type {SizedRun} */ run) =>
        sharePercent(run.right.reduce((sum, seed) => sum + seed[at], 0) / run.right.length);
      const alone = shown.filter(({ attention }) => !attention);
      const sizes = alone.map((run) => localize`${share(run)} with ${run.size} numbers`).join(", ");
      const looking = shown.find(({ attention }) => attention);
      return looking
        ? localize`At ${length} words: ${sizes}; with attention ${share(looking)}.`
        : localize`At ${length} words: ${sizes}.`;
    });
    if (shown.length < LINES) sentences.push(localize`The other lines were not trained as long.`);
    this.finding.say(sentences.join(" "));
  }
}

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-bottleneck",
    title: localize`What widens the bottleneck?`,
    tryThis:
      localize`Each line is a translator with one state of so many numbers. Train it longer, or
        take another cell: does it reach attention?`,
    build: (parts) => new BottleneckView(parts),
  });
}

export default { render };
