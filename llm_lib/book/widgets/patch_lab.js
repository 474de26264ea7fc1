// PatchLab: which part carries what tells one text from another? The traits are described in
// patch_lab.py.

import { maximum, softmax } from "../engine/functions.js";
import { lensCells, mapShape, patchCells } from "../engine/patching.js";
import { PatchBars } from "./patch_lab/bars.js";
import { MapCells, mapTable } from "./patch_lab/cells.js";
import { PatchControls } from "./patch_lab/controls.js";
import { PatchMap } from "./patch_lab/map.js";
import { PatchPair } from "./patch_lab/pair.js";
import { PatchTexts } from "./patch_lab/texts.js";
import { cellWords, sumWords } from "./patch_lab/words.js";
import { eachFrame, find, h, onResize, onTheme } from "./shared/dom.js";
import { takeFiles } from "./shared/files.js";
import { Finding } from "./shared/frame.js";
import { more } from "./shared/layout.js";
import { showWithModel } from "./shared/model.js";
import { spoken } from "./shared/tokens.js";
import { ModelView } from "./shared/view.js";
import { round6 } from "./shared/words.js";

/** @import { Part } from "../engine/patching.js" */
/** @import { Floats } from "../engine/types.js" */
/** @import { Preset, Which } from "./patch_lab/texts.js" */
/** @import { Told } from "./patch_lab/words.js" */
/** @import { ModelViewParts, Place } from "./shared/types.js" */

/**
 * @typedef {object} Traits
 * @property {string} clean
 * @property {string} corrupted
 * @property {"patching" | "lens"} view
 * @property {Part} part
 * @property {Which} source
 * @property {"all" | "position"} at
 * @property {number} layer
 * @property {number} head
 * @property {number} position
 * @property {Preset[]} presets
 * @property {boolean} [one] whether the choices are folded
 * @property {string[]} answers
 * @property {number[][]} values
 * @property {number[]} scores
 * @property {string} finding
 */

const REST = 5; // slices after which the map is painted

/** @extends {ModelView<Traits>} */
class PatchView extends ModelView {
  controls = new PatchControls((name, value) => this.setAll({ [name]: value }));
  cells = new MapCells(this.signal);
  map = new PatchMap((row, column) => this.pick(row, column), this.get("one"));
  finding = new Finding(this.model, this.signal);
  message = h("p", { class: "llm-problem", role: "status" });
  sum = h("p", { class: "llm-note" });
  table = h("div", {
    class: "llm-patch-table",
    role: "group",
    "aria-label": "All numbers of the map",
    tabindex: 0, // it scrolls
  });
  /** @type {PatchTexts} */ texts;
  /** @type {PatchBars} */ bars;
  /** @type {HTMLDetailsElement} */ numbers;
  /** @type {HTMLDivElement} */ working;
  /** @type {number | null} */ computedAt;
  /** @type {PatchPair} */ pair;

  /** @param {ModelViewParts} parts */
  constructor(parts) {
    super(parts);
    this.build();
    const repaint = eachFrame(() => this.working.hidden || this.map.draw(), this.signal);
    this.follow(["clean", "corrupted"], () => this.read());
    this.follow(["view", "part", "source", "at"], () => this.compute());
    this.follow(["layer", "head", "position"], () => this.move());
    onTheme(this.signal, repaint);
    onResize([this.map.element], this.signal, repaint);
    this.read();
  }

  // ---- what is on the page

  build() {
    this.offerReset();
    find(this.root, ".llm-try").append(this.controls.guess);
    this.texts = new PatchTexts({
      presets: this.get("presets"),
      onpreset: ([, clean, corrupted, layer, position]) =>
        this.setAll({ clean, corrupted, layer, position }),
      ontext: (which, text) => this.set(which, text),
    });
    this.bars = new PatchBars(this.tokenizer);
    this.numbers = more("All numbers of the map", this.table);
    this.working = h(
      "div",
      { class: "llm-patch-working" },
      this.get("one") ? "" : this.controls.element,
      this.map.element,
      this.controls.legend,
      this.sum,
      this.bars.element,
      this.finding.element,
    );
    const folded = h("div", { class: "llm-patch-folded" }, this.texts.own, this.numbers);
    if (this.get("one")) {
      folded.prepend(more("Other pairs and parts", this.texts.group, this.controls.element));
    } else this.texts.element.prepend(this.texts.group);
    this.body.append(this.texts.element, this.message, this.working, folded);
  }

  // ---- what is chosen

  get source() {
    return this.get("source");
  }

  get isLens() {
    return this.get("view") === "lens";
  }

  /** What is patched: the lens reads the stream. */
  get part() {
    return this.isLens ? "residual" : this.get("part");
  }

  /** The chosen position; one that the texts don't have is the last. */
  get place() {
    const at = this.get("position");
    const { T } = this.pair;
    return at < 0 || at >= T ? T - 1 : at;
  }

  /** @returns {[row: number, column: number]} the chosen cell */
  get cell() {
    const [rows] = mapShape(this.gpt, this.part, 1);
    const row = Math.min(rows - 1, this.get("layer"));
    return [row, this.part === "heads" ? this.get("head") : this.place];
  }

  /** The position at which heads are patched, or null for all. */
  get headPlace() {
    return this.part === "heads" && this.get("at") === "position" ? this.place : null;
  }

  /**
   * @param {number} row
   * @param {number} column
   */
  pick(row, column) {
    const { T } = this.pair;
    const position = column === T - 1 ? -1 : column;
    this.setAll({ layer: row, ...(this.part === "heads" ? { head: column } : { position }) });
  }

  /** Another cell was chosen; of heads at one position, perhaps another map. */
  move() {
    if (this.headPlace !== null && this.headPlace !== this.computedAt) this.compute();
    else this.paint();
  }

  // ---- running the model

  /** New texts: run both, and all patches. */
  read() {
    const texts = { clean: this.get("clean"), corrupted: this.get("corrupted") };
    this.pair = new PatchPair(this.gpt, this.tokenizer, texts);
    const { labels, differing, problem } = this.pair;
    const answers = this.pair.said();
    this.texts.show({ texts, labels, differing: new Set(differing), answers });
    this.refuse(problem);
    if (!problem) this.compute();
  }

  /**
   * Say why there is nothing to show; "" where there is.
   * @param {string} words
   */
  refuse(words) {
    this.message.textContent = words;
    this.message.hidden = !words;
    this.working.hidden = this.numbers.hidden = Boolean(words);
    this.cells.stop();
    this.finding.wait();
    this.publish("answers", words ? [] : this.pair.names);
    if (!words) return;
    this.texts.own.open = true;
    for (const name of /** @type {const} */ (["values", "scores"])) this.publish(name, []);
    this.set("finding", words);
  }

  /** Work out all cells, a slice at a time, so that the page stays alive. */
  async compute() {
    if (this.working.hidden) return;
    const cells = this.isLens
      ? lensCells(this.gpt, this.pair.both[this.source])
      : patchCells(this.gpt, this.pair.from(this.source), this.part, this.headPlace);
    this.computedAt = this.headPlace;
    this.cells.begin(mapShape(this.gpt, this.part, this.pair.T));
    this.publish("values", []);
    this.paint();
    let slices = 0;
    const isWhole = await this.cells.fill(cells, () => {
      this.controls.showProgress(this.cells.done, this.cells.all);
      if (slices++ % REST === 0) this.paintMap();
    });
    if (!isWhole) return;
    this.controls.showProgress(this.cells.all, this.cells.all);
    this.publish("values", this.valuesNow().map((row) => row.map(round6)));
    this.paint();
    this.table.replaceChildren(mapTable(this.map.shown, this.part !== "heads"));
  }

  /** What each cell is worth, as far as it is worked out. */
  valuesNow() {
    const value = this.isLens
      ? (/** @type {Floats} */ logits) => maximum(softmax(logits))
      : this.pair.share(this.source);
    return this.cells.logits.map((row) => row.map(value));
  }

  // ---- painting

  paint() {
    if (this.working.hidden) return;
    this.paintControls();
    const [row, column] = this.cell;
    const logits = this.cells.logits[row][column];
    const words = logits ? cellWords(this.told, this.pair, logits, this.isLens) : "";
    this.paintMap(words);
    this.bars.show(this.pair, { source: this.source, isLens: this.isLens, logits });
    if (!logits) return;
    this.finding.say(words);
    const scores = this.isLens ? this.pair.scores() : this.pair.scores(logits);
    this.publish("scores", scores.map(round6));
    const names = this.pair.names.map(spoken);
    this.sum.textContent = this.isLens ? "" : sumWords(scores, names, this.source === "clean");
  }

  paintControls() {
    const { source } = this;
    const [to, from] = this.pair.ordered(source).map((id) => spoken(this.tokenizer.label(id)));
    this.controls.show({
      view: this.get("view"),
      part: this.get("part"),
      source,
      at: this.get("at"),
      isLens: this.isLens,
      isHeads: this.part === "heads",
      place: this.place,
      labels: this.pair.labels[source],
      answers: [to, from],
    });
  }

  /** @param {string} [words] what the chosen cell says */
  paintMap(words = "") {
    const [rows] = mapShape(this.gpt, this.part, 1);
    const { n_layer } = this.gpt.config;
    const isHeads = this.part === "heads";
    const name = (/** @type {number} */ row) =>
      this.part !== "residual" ? `layer ${row}` : row < n_layer ? `before ${row}` : "at the end";
    const source = this.pair.labels[this.source];
    this.map.show({
      values: this.valuesNow(),
      rows: Array.from({ length: rows }, (_, row) => name(row)),
      columns: isHeads
        ? Array.from({ length: this.gpt.config.n_head }, (_, head) => `head\u00a0${head}`)
        : source,
      marked: new Set(isHeads ? [] : this.pair.differing),
      alike: isHeads || this.isLens ? 0 : this.pair.differing[0],
      isStream: this.part === "residual" && !this.isLens,
      ...{ cell: this.cell, words },
    });
  }

  /** @returns {Told} */
  get told() {
    const [row, column] = this.cell;
    const { part, source } = this;
    const { differing, labels } = this.pair;
    const nLayer = this.gpt.config.n_layer;
    const place = { position: this.headPlace, labels: labels[source], differing, nLayer };
    return { part, source, row, column, ...place };
  }
}

/** @param {Place} place */
function render(place) {
  return showWithModel({
    ...place,
    name: "llm-patch",
    title: "Which part carries the difference?",
    tryThis: "Choose a cell, to put it into the other run.",
    build: (parts) => new PatchView(parts),
  });
}

export default { initialize: takeFiles, render };
