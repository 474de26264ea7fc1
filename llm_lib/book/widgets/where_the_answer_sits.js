// WhereTheAnswerSits: at which layer and position can the answer be read? The traits are described
// in where_the_answer_sits.py.

import { AnswerProbes } from "../engine/answer_features.js";
import { entryOf, present } from "../engine/present.js";
import { AnswerControls } from "./where_the_answer_sits/controls.js";
import { AnswerMap } from "./where_the_answer_sits/map.js";
import { AnswerQuestion, ConfusionTable } from "./where_the_answer_sits/question.js";
import { answerWords } from "./where_the_answer_sits/words.js";
import { barRow } from "./shared/bars.js";
import { h } from "./shared/dom.js";
import { fetchFile, takeFiles } from "./shared/files.js";
import { Finding, showWidget } from "./shared/frame.js";
import { more, split } from "./shared/layout.js";
import { View } from "./shared/view.js";
import { percent, round6 } from "./shared/words.js";

/** @import { At, FeatureFile, Verdict } from "../engine/answer_features.js" */
/** @import { Place, ViewParts } from "./shared/types.js" */
/**
 * @typedef {object} Traits
 * @property {number} layer
 * @property {string} position
 * @property {number} examples
 * @property {number} draw
 * @property {number} padding
 * @property {number} question
 * @property {number} accuracy
 * @property {number} guess
 * @property {number[][]} map
 * @property {number[][]} confusion
 * @property {Record<string, unknown>} verdict
 */

const SLICE = 12; // milliseconds of probes for the map before the page gets its turn

/** @extends {View<Traits>} */
class AnswerView extends View {
  bars = h("ul", {
    class: "llm-bars llm-answer-bars",
    "aria-label": "Accuracy on the test questions",
  });
  cost = h("p", { class: "llm-note" });
  finding = new Finding(this.model, this.signal);
  /** @type {AnswerMap} */ map;
  /** @type {AnswerControls} */ controls;
  /** @type {AnswerQuestion} */ question;
  /** @type {ConfusionTable} */ confusion;
  /** @type {{}} */ work;

  /** @param {ViewParts & { file: FeatureFile }} parts */
  constructor(parts) {
    super(parts);
    this.file = parts.file;
    this.probes = new AnswerProbes(this.file);
    /** @type {Map<string, Verdict>} by place, of the examples now */
    this.verdicts = new Map();
    this.drawn = "";
    this.build();
    this.follow(
      ["layer", "position", "examples", "draw", "padding", "question"],
      () => this.paint(),
    );
    this.paint();
  }

  // ---- what is on the page

  build() {
    this.offerReset();
    const { layers, positions, classes } = this.file;
    this.map = new AnswerMap(
      layers,
      positions,
      (layer, position) => this.setAll({ layer, position }),
    );
    this.controls = new AnswerControls(this.file, {
      onset: (values) => this.setAll(values),
      ondraw: () => this.set("draw", this.get("draw") + 1),
    });
    this.question = new AnswerQuestion(this.probes, (i) => this.set("question", i));
    this.confusion = new ConfusionTable(classes);
    const label = h(
      "p",
      { class: "llm-label" },
      "Test questions that a probe gets right, in percent",
    );
    this.body.append(
      split([label, this.map.element, this.cost, this.finding.element], [
        ...this.controls.elements,
        this.bars,
      ], { sticky: false }),
      h(
        "div",
        { class: "llm-answer-folded" },
        more("Look at test questions", this.question.element),
        more("Which kinds it mixes up", this.confusion.element),
      ),
    );
  }

  // ---- what is chosen

  /** @returns {At} */
  get at() {
    const position = this.get("position");
    return {
      layer: this.get("layer"),
      position,
      padding: position === "last" ? this.get("padding") : 0,
    };
  }

  /**
   * What the probe of a place says, worked out when it is first asked.
   * @param {At} at
   */
  verdict(at) {
    const key = nameOf(at);
    if (!this.verdicts.has(key)) this.verdicts.set(key, this.probes.judge(at));
    return entryOf(this.verdicts, key);
  }

  // ---- painting

  paint() {
    const [n, draw] = [this.get("examples"), this.get("draw")];
    if (this.drawn !== `${n} ${draw}`) {
      this.drawn = `${n} ${draw}`;
      this.probes.draw(n, draw);
      this.verdicts.clear();
    }
    const { at } = this;
    const verdict = this.verdict(at);
    this.controls.show(at, n);
    this.paintBars(verdict.accuracy);
    this.paintCost(at);
    this.paintMap();
    this.question.show(this.get("question"), verdict);
    const confusion = this.probes.confusion(verdict.said);
    this.confusion.show(confusion);
    this.say(at, verdict);
    this.publishAll(verdict, confusion);
    this.fillMap();
  }

  /** @param {number} accuracy */
  paintBars(accuracy) {
    const row = (/** @type {string} */ name, /** @type {number} */ p, kind = "") =>
      barRow({ name, fill: p, number: percent(p), kind });
    this.bars.replaceChildren(
      row("probe", accuracy, "llm-answer-probe"),
      row("TF-IDF", this.words, "llm-answer-words"),
      row("guessing", this.probes.guess, "llm-answer-guess"),
    );
  }

  /**
   * Say what it costs that the page has few numbers of each vector in place of all.
   * @param {At} at
   */
  paintCost(at) {
    const all = at.padding ? undefined : this.recorded(at.layer, at.position);
    const size = this.file.text.shape[3];
    this.cost.textContent = all === undefined
      ? ""
      : `To learn at once, the probe reads vectors shortened to ${size} numbers. With all their ` +
        `numbers, it gets ${percent(all)} here.`;
  }

  /**
   * The recorded accuracy of a probe with all channels, if there is one of so many examples.
   * @param {number} layer
   * @param {string} position
   * @param {number} [examples]
   */
  recorded(layer, position, examples = this.get("examples")) {
    return this.file.full.find((row) =>
      row.layer === layer && row.position === position && row.n === examples
    )?.mean;
  }

  /** The recorded accuracy of TF-IDF with as many examples. */
  get words() {
    const asked = this.get("examples");
    return present(this.file.words.find(({ n }) => n === asked), `${asked} examples`).mean;
  }

  paintMap() {
    const value = (/** @type {At} */ at) => this.verdicts.get(nameOf(at))?.accuracy;
    this.map.show({ value, at: this.at, guess: this.probes.guess });
  }

  /**
   * @param {At} at
   * @param {Verdict} verdict
   */
  say(at, { accuracy }) {
    const { train, test } = this.file;
    const there = this.recorded(at.layer, `+${at.padding}`, train.length);
    this.finding.say(answerWords({
      at,
      accuracy,
      unpadded: this.verdict({ ...at, padding: 0 }).accuracy,
      guess: this.probes.guess,
      words: this.words,
      tests: test.length,
      there: there ?? NaN,
    }));
  }

  /**
   * @param {Verdict} verdict
   * @param {number[][]} confusion
   */
  publishAll({ accuracy, probabilities }, confusion) {
    const question = this.get("question");
    const [text, label] = this.file.test[question];
    this.publish("accuracy", round6(accuracy));
    this.publish("guess", round6(this.probes.guess));
    this.publish("confusion", confusion);
    this.publish("verdict", { text, label, probabilities: probabilities[question].map(round6) });
  }

  /** Work out the other cells of the map, a slice at a time, so that the page stays alive. */
  async fillMap() {
    const mine = this.work = {};
    const { layers, positions } = this.file;
    const padding = this.get("padding");
    const rows = layers.map((layer) =>
      positions.map((position) => ({
        layer,
        position,
        padding: position === "last" ? padding : 0,
      }))
    );
    let began = performance.now();
    for (const at of rows.flat()) {
      if (this.verdicts.has(nameOf(at))) continue;
      this.verdict(at);
      if (performance.now() - began < SLICE) continue;
      this.paintMap();
      await new Promise((done) => setTimeout(done));
      if (this.signal.aborted || this.work !== mine) return;
      began = performance.now();
    }
    this.paintMap();
    this.publish("map", rows.map((row) => row.map((at) => round6(this.verdict(at).accuracy))));
  }
}

/** @param {At} at */
const nameOf = ({ layer, position, padding }) => `${layer} ${position} ${padding}`;

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-answer",
    title: "Where does the answer sit?",
    tryThis:
      "SmolLM2 has read the question, and is frozen. Choose where a probe reads: it learns " +
      "at once to say what kind of answer is asked for.",
    waiting: "Fetching the features …",
    load: (view) => fetchFile(view, view.model.get("ref"), (file) => ({ file })),
    build: (parts) => new AnswerView(parts),
  });
}

export default { initialize: takeFiles, render };
