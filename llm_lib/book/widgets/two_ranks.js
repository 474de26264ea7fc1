// TwoRanks: two copies of a model train in this page. The traits are described in two_ranks.py.

import { madeNames } from "../engine/made_names.js";
import { lastOf, present } from "../engine/present.js";
import { TwoRankTraining } from "../engine/two_ranks.js";
import { RanksCharts } from "./two_ranks/charts.js";
import { RanksGradients } from "./two_ranks/gradients.js";
import { ranksWords } from "./two_ranks/words.js";
import { button, segments } from "./shared/controls.js";
import { h } from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";
import { split } from "./shared/layout.js";
import { View } from "./shared/view.js";

/** @import { RanksPoint } from "./two_ranks/charts.js" */
/** @import { Place, ViewParts } from "./shared/types.js" */
/** @import { RankFault, RankOptimizer } from "../engine/two_ranks.js" */
/**
 * @typedef {object} Traits
 * @property {RankFault} fault
 * @property {RankOptimizer} optimizer
 * @property {number} steps
 * @property {number} seed
 * @property {number} step
 * @property {Record<string, number>} losses
 * @property {number} distance
 * @property {number} from_one
 * @property {Record<string, number[][]>} gradients
 * @property {object} initial
 */

const TRAINED = 1300; // names; the rest is held out
const NAMES = 1500;
const SIZES = { context_length: 16, n_layer: 1, n_head: 2, n_embd: 16 };
const BATCH = 8; // windows, half of them for each rank
const RATES = { sgd: 1, adam: 0.01 };
const MEASURED = 5; // steps from one held-out loss to the next
const SLICE = 9; // milliseconds of each frame for steps
const LOOKED_AT = 6; // gradients that are shown
const OPENING = 60; // steps that are taken at once, so that no chart is empty

/** @type {[value: RankFault, label: string][]} */
const RANK_FAULTS = [
  ["healthy", "healthy"],
  ["no_all_reduce", "no all-reduce"],
  ["sum", "sum, not mean"],
  ["same_shard", "same windows for both"],
  ["different_start", "different first weights"],
];

/** @extends {View<Traits>} */
class TwoRanksView extends View {
  faults = segments("What the ranks do", RANK_FAULTS, (fault) => this.choose({ fault }));
  optimizers = segments(
    "Optimiser",
    [["sgd", "gradient descent"], ["adam", "Adam"]],
    (optimizer) => this.choose({ optimizer }),
  );
  main = button("Run", () => this.runOrPause(), "llm-main llm-ranks-main");
  one = button("One step", () => this.takeOne());
  again = button("Start over", () => this.begin());
  count = h("span", { class: "llm-note" });
  charts = new RanksCharts();
  gradients = new RanksGradients(LOOKED_AT);
  finding = new Finding(this.model, this.signal);
  /** @type {TwoRankTraining} */ training;
  /** @type {any[]} */ places;
  /** @type {RanksPoint[]} */ points;

  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    this.text = readNames();
    this.running = false;
    this.end = 0; // the step at which a run pauses
    this.build();
    this.key = "";
    this.follow(["fault", "optimizer", "steps", "seed"], () => {
      if (this.chosen !== this.key) this.begin(); // set by Python
    });
    this.open();
  }

  build() {
    this.offerReset(() => {
      this.reset();
      this.open();
    });
    const named = (/** @type {string} */ name, /** @type {HTMLElement} */ field) =>
      h("div", {}, h("p", { class: "llm-label" }, name), field);
    this.body.append(
      split([this.charts.element, this.gradients.element], [
        named("What the two ranks do", this.faults),
        named("Optimiser", this.optimizers),
        h("div", { class: "llm-row" }, this.main, this.one, this.again),
        this.count,
        this.finding.element,
      ], { sticky: false }),
    );
  }

  /** Begin anew, with the first steps. */
  open() {
    this.begin();
    this.run(Math.min(OPENING, this.get("steps") / 5));
  }

  /** @param {Partial<Record<"fault" | "optimizer", string>>} values */
  choose(values) {
    this.setAll(values);
    this.begin();
    this.run(this.get("steps"));
  }

  /** What is chosen, in one text. */
  get chosen() {
    const chosen = [this.get("fault"), this.get("optimizer"), this.get("steps"), this.get("seed")];
    return chosen.join(" ");
  }

  /** Begin anew with what is chosen now. */
  begin() {
    this.key = this.chosen;
    const [fault, optimizer, seed] = [this.get("fault"), this.get("optimizer"), this.get("seed")];
    this.running = false;
    const { vocab_size, tokens, heldOut } = this.text;
    this.training = new TwoRankTraining({
      config: { vocab_size, ...SIZES },
      tokens,
      heldOut,
      batch_size: BATCH,
      fault,
      optimizer,
      learning_rate: RATES[optimizer],
      seed,
    });
    const { parameters } = this.training.ranks[0].gpt;
    const norm = parameters.all.find(({ name }) => name === "norm.weight");
    const { at } = present(norm, "norm.weight");
    this.places = Array.from({ length: LOOKED_AT }, (_, i) => at + i);
    this.points = /** @type {import("./two_ranks/charts.js").RanksPoint[]} */ ([]);
    this.measure();
    this.faults.show(fault);
    this.optimizers.show(optimizer);
    this.paint();
  }

  runOrPause() {
    if (this.training.step >= this.get("steps")) this.begin();
    if (!this.running) return this.run(this.get("steps"));
    this.running = false;
    this.paint();
  }

  /**
   * Go on until so many steps are taken, or the reader stops it.
   * @param {number} end
   */
  run(end) {
    this.end = end;
    this.running = true;
    this.paint();
    this.goOn(this.training);
  }

  takeOne() {
    this.running = false;
    if (this.training.step < this.get("steps")) this.take();
    this.measure();
    this.paint();
  }

  /**
   * Some steps in each frame, unless the reader has paused or begun another training.
   * @param {TwoRankTraining} training
   */
  goOn(training) {
    requestAnimationFrame(() => {
      if (!this.running || this.training !== training || this.signal.aborted) return;
      const until = performance.now() + SLICE;
      do this.take(); while (training.step < this.end && performance.now() < until);
      if (training.step >= this.end) {
        this.running = false;
        this.measure();
      }
      this.paint();
      this.goOn(training);
    });
  }

  take() {
    this.training.takeStep();
    if (this.training.step % MEASURED === 0) this.measure();
  }

  /** Keep how far apart they are, and how good, after this step. */
  measure() {
    const { training } = this;
    const { step, distance, fromAlone } = training;
    if (this.points.at(-1)?.step === step) return;
    this.points.push({ step, losses: training.evaluate(), distance, fromAlone });
  }

  paint() {
    const { training, running } = this;
    const all = this.get("steps");
    const [fault, optimizer] = [this.get("fault"), this.get("optimizer")];
    const done = training.step >= all;
    this.main.textContent = running
      ? "Pause"
      : done
      ? "Run again"
      : training.step
      ? "Go on"
      : "Run";
    this.one.disabled = done;
    this.count.textContent = `${training.step} of ${all} steps; each rank reads ${
      BATCH / 2
    } windows per step`;
    this.charts.show(this.points, all, this.text.vocab_size);
    const look = training.look(this.places);
    this.gradients.show(training.step ? look : null, fault);
    const last = lastOf(this.points);
    this.finding.say(ranksWords({ fault, optimizer, point: last }), { quiet: running });
    if (running && last.step !== training.step) return;
    const [a, b, one] = last.losses;
    this.setAll({
      step: last.step,
      losses: { "rank 0": a, "rank 1": b, "one process": one },
      distance: last.distance,
      from_one: last.fromAlone,
      gradients: training.step ? look : {},
    });
  }
}

/** Made names, letter by letter: the ids to train on and those held out. */
function readNames() {
  const names = madeNames(NAMES);
  const join = (/** @type {string[]} */ some) => `\n${some.join("\n")}\n`;
  const letters = [...new Set(join(names))].sort();
  const ids = (/** @type {string[]} */ some) => Array.from(join(some), (c) => letters.indexOf(c));
  return {
    vocab_size: letters.length,
    tokens: ids(names.slice(0, TRAINED)),
    heldOut: ids(names.slice(TRAINED)),
  };
}

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-ranks",
    title: "Two processes train one model: what must they exchange?",
    tryThis: "Run it healthy, then choose a fault: do the lines move apart, or only the loss?",
    build: (parts) => new TwoRanksView(parts),
  });
}

export default { render };
