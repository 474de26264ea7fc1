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
 * @property {number} steps
 */

const STEPS = [500, 2000, 8000];
const TOLD = [8, 12]; // lengths of which the finding speaks

/** @extends {View<Traits>} */
class BottleneckView extends View {
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
    this.follow(["steps"], () => this.paint());
    this.paint();
  }

  build() {
    this.offerReset();
    this.chart = new LengthsChart(this.get("data").lengths);
    this.body.append(
      split([this.chart.element], [
        h("div", {}, h("p", { class: "llm-label" }, localize`Batches in training`), this.lengths),
        this.finding.element,
      ], { sticky: false }),
    );
  }

  paint() {
    const { lengths, runs } = this.get("data");
    const steps = this.get("steps");
    this.lengths.show(String(steps));
    const shown = runs.filter((run) => run.steps === steps);
    this.chart.show(shown);
    const sentences = TOLD.map((length) => {
      const at = lengths.indexOf(length);
      const share = (/** @type {SizedRun} */ run) =>
        sharePercent(run.right.reduce((sum, seed) => sum + seed[at], 0) / run.right.length);
      const alone = shown.filter(({ attention }) => !attention);
      const sizes = alone.map((run) => localize`${share(run)} with ${run.size} numbers`).join(", ");
      const [looking] = shown.filter(({ attention }) => attention);
      return localize`At ${length} words: ${sizes}; with attention ${share(looking)}.`;
    });
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
      localize`Three lines are translators with one state of so many numbers. Train them longer: do
        they reach attention?`,
    build: (parts) => new BottleneckView(parts),
  });
}

export default { render };
