// TableTrainer: an embedding table is trained in this page. The traits are described in
// table_trainer.py.

import { entryOf, lastOf } from "../engine/present.js";
import { seededRandom } from "../engine/random.js";
import { TableTraining } from "../engine/table_training.js";
import { TableChart } from "./table_trainer/chart.js";
import { TablePlane } from "./table_trainer/plane.js";
import { nearestWords, tableWords } from "./table_trainer/words.js";
import { button, segments } from "./shared/controls.js";
import { h } from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";
import { split } from "./shared/layout.js";
import { localCount, localFixed, localize } from "./shared/localize.js";
import { View } from "./shared/view.js";

/** @import { Place, ViewParts } from "./shared/types.js" */
/**
 * @typedef {object} Traits
 * @property {{ words: string[], pairs: number[], groups: Record<string, string[]> }} data
 * @property {string[]} words
 * @property {number} size
 * @property {number} steps
 * @property {number} seed
 * @property {number} step
 * @property {number} loss
 * @property {number[]} cosines
 */
/** @typedef {{ step: number, loss: number, cosines: number[] }} TablePoint */

/** @type {[value: string, label: string][]} */
const SIZES = ["2", "4", "8", "16"].map((size) => [size, size]);
const MEASURED = 20; // steps from one measurement to the next
const SLICE = 11; // milliseconds of each frame for steps
const RANDOM_PAIRS = 300;
const NEAREST = 4;

/** @extends {View<Traits>} */
class TableTrainerView extends View {
  chart = new TableChart();
  sizes = segments(
    localize`Numbers per word`,
    SIZES,
    (size) => this.begin({ size: Number(size) }),
  );
  main = button("", () => this.runOrPause(), "llm-main llm-table-main");
  one = button(localize`One step`, () => this.takeOne());
  again = button(localize`Another start`, () => this.begin({ seed: this.get("seed") + 1 }));
  count = h("p", { class: "llm-note llm-table-count" });
  nearest = h("p", { class: "llm-table-nearest" });
  finding = new Finding(this.model, this.signal);
  /** @type {TablePlane} */ plane;
  /** @type {HTMLSelectElement[]} */ selects;
  /** @type {TableTraining} */ training;
  /** @type {TablePoint[]} */ points;

  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    const { words } = this.get("data");
    this.place = new Map(words.map((word, i) => [word, i]));
    this.chance = randomPairs(words.length);
    this.running = false;
    this.build();
    this.key = "";
    this.follow(["size", "steps", "seed"], () => {
      if (this.chosen !== this.key) this.begin(); // set by Python
    });
    this.follow(["words"], () => this.watch());
    this.begin();
  }

  build() {
    this.offerReset(() => {
      this.reset();
      this.begin();
    });
    const { words, groups } = this.get("data");
    this.plane = new TablePlane(groups);
    this.selects = [0, 1, 2].map((i) => wordSelect(i, words, groups, (word) => this.pick(i, word)));
    const named = (/** @type {string} */ name, /** @type {HTMLElement[]} */ ...fields) =>
      h("div", {}, h("p", { class: "llm-label" }, name), ...fields);
    this.body.append(
      split([
        this.plane.element,
        h("div", { class: "llm-row" }, this.main, this.one, this.again, this.count),
      ], [
        this.chart.element,
        named(localize`Three words`, h("div", { class: "llm-table-words" }, ...this.selects)),
        named(localize`Numbers per word`, this.sizes),
        this.finding.element,
        this.nearest,
      ], { sticky: false }),
    );
  }

  /** What is chosen, in one text. */
  get chosen() {
    return [this.get("size"), this.get("steps"), this.get("seed")].join(" ");
  }

  /**
   * Begin anew.
   * @param {Partial<Record<"size" | "seed", number>>} [values] to be set before
   */
  begin(values = {}) {
    this.setAll(values);
    this.key = this.chosen;
    this.running = false;
    const { words, pairs } = this.get("data");
    const [size, seed] = [this.get("size"), this.get("seed")];
    this.training = new TableTraining({ n: words.length, pairs, size, seed });
    this.sizes.show(String(size));
    this.plane.begin();
    this.watch();
  }

  /**
   * Choose another word; if it is one of the others, those two change places.
   * @param {number} i
   * @param {string} word
   */
  pick(i, word) {
    const words = [...this.get("words")];
    const other = words.indexOf(word);
    if (other >= 0) words[other] = words[i];
    words[i] = word;
    this.set("words", words);
    this.watch();
  }

  /** Watch the three words that are chosen; their curves begin here. */
  watch() {
    this.points = /** @type {TablePoint[]} */ ([]);
    this.measure();
    this.paint();
  }

  runOrPause() {
    if (this.training.step >= this.get("steps")) this.begin();
    this.running = !this.running;
    this.paint();
    if (this.running) this.goOn();
  }

  takeOne() {
    this.running = false;
    if (this.training.step < this.get("steps")) this.training.takeStep();
    this.measure();
    this.paint();
  }

  /** Some steps in each frame, until all are taken or the reader stops it. */
  goOn() {
    requestAnimationFrame(() => {
      if (!this.running || this.signal.aborted) return;
      const until = performance.now() + SLICE;
      const all = this.get("steps");
      do {
        this.training.takeStep();
        if (this.training.step % MEASURED === 0) this.measure();
      } while (this.training.step < all && performance.now() < until);
      if (this.training.step >= all) {
        this.running = false;
        this.measure();
      }
      this.paint();
      this.goOn();
    });
  }

  /** Keep how near the words are, and how good the table is, after this step. */
  measure() {
    const { training, chance } = this;
    const { step } = training;
    if (this.points.at(-1)?.step === step) return;
    const [a, b, c] = this.get("words").map((word) => entryOf(this.place, word));
    const mean = chance.reduce((sum, [i, j]) => sum + training.cosine(i, j), 0) / chance.length;
    const cosines = [training.cosine(a, b), training.cosine(a, c), mean];
    this.points.push({ step, loss: training.loss(), cosines });
  }

  paint() {
    const { training, running } = this;
    const [all, words] = [this.get("steps"), this.get("words")];
    const last = lastOf(this.points);
    const done = training.step >= all;
    this.main.textContent = running
      ? localize`Pause`
      : done
      ? localize`Train again`
      : training.step
      ? localize`Go on`
      : localize`Train`;
    this.one.disabled = done;
    this.selects.forEach((select, i) => {
      select.value = words[i];
    });
    const [step, loss] = [localCount(training.step), localFixed(last.loss, 2)];
    this.count.textContent = localize`${step} of ${localCount(all)} steps, loss ${loss} nats`;
    const row = (/** @type {string} */ word) => training.reads.row(entryOf(this.place, word));
    this.plane.show(row, words, training.size);
    this.chart.show(this.points, all, words);
    this.finding.say(tableWords({ words, point: last, size: training.size }), { quiet: running });
    if (running && last.step !== training.step) return;
    this.showNearest();
    this.setAll({ step: last.step, loss: last.loss, cosines: last.cosines });
  }

  showNearest() {
    const [word] = this.get("words");
    const me = entryOf(this.place, word);
    const near = this.get("data").words
      .map((
        /** @type {string} */ other,
        /** @type {number} */ i,
      ) => /** @type {[string, number]} */ ([other, i === me ? -2 : this.training.cosine(me, i)]))
      .sort((a, b) => b[1] - a[1]).slice(0, NEAREST);
    this.nearest.textContent = nearestWords(word, near);
  }
}

/**
 * Pairs of different words by chance, the same ones each time.
 * @param {number} n
 */
function randomPairs(n) {
  const random = seededRandom(1);
  return Array.from({ length: RANDOM_PAIRS }, () => {
    const i = Math.floor(random() * n);
    return [i, (i + 1 + Math.floor(random() * (n - 1))) % n];
  });
}

/**
 * A menu of all words, by group.
 * @param {number} i
 * @param {string[]} words
 * @param {Record<string, string[]>} groups
 * @param {(word: string) => void} onpick
 */
function wordSelect(i, words, groups, onpick) {
  const grouped = new Set(Object.values(groups).flat());
  const rest = words.filter((word) => !grouped.has(word)).sort();
  const all = [...Object.entries(groups), [localize`other words`, rest]];
  const names = [localize`First word`, localize`Second word`, localize`Third word`];
  const select = h(
    "select",
    { "aria-label": names[i], onchange: () => onpick(select.value) },
    ...all.map(([label, some]) =>
      h(
        "optgroup",
        { label: localize(/** @type {string} */ (label)) },
        .../** @type {string[]} */ (some).map((word) => h("option", { value: word }, word)),
      )
    ),
  );
  return select;
}

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-table",
    title: localize`Does training bring a fox and a wolf together?`,
    tryThis:
      localize`A table of random numbers learns to predict the next word. Press Train, and watch
        where the rows go.`,
    build: (parts) => new TableTrainerView(parts),
  });
}

export default { render };
