// TinyNetwork: what is a neural network? The traits are described in tiny_network.py.

import {
  descend,
  forwardPass,
  LARGEST,
  lossAndSlopes,
  makePoints,
  randomNetwork,
} from "../engine/small_network.js";
import { InputPlane } from "./tiny_network/input_plane.js";
import { NetworkDrawing } from "./tiny_network/drawing.js";
import { partsInPlace } from "./tiny_network/places.js";
import { TinyControls } from "./tiny_network/controls.js";
import { TinyLearner } from "./tiny_network/learner.js";
import { TinyLoss } from "./tiny_network/loss.js";
import { changeInWords, restInWords, standingInWords } from "./tiny_network/words.js";
import { UnitPanel } from "./tiny_network/unit_panel.js";
import { numberInto, withNumber } from "./tiny_network/numbers.js";
import { eachFrame, h, onResize, onTheme, onTraits } from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";
import { View } from "./shared/view.js";
import { count } from "./shared/words.js";

/** @import { Place, ViewParts } from "./shared/types.js" */
/** @import { Biases, Point, Weights } from "../engine/small_network.js" */
/** @import { Change } from "./tiny_network/words.js" */
/**
 * @typedef {object} Traits
 * @property {string} data
 * @property {Weights} weights
 * @property {Biases} biases
 * @property {number[]} point the two inputs that flow through the network
 * @property {number} unit
 * @property {number} learning_rate
 * @property {number} seed
 * @property {boolean} learning
 * @property {number} steps
 * @property {Point[]} points
 */

/** @extends {View<Traits>} */
class TinyView extends View {
  controls = new TinyControls({
    ondata: (data) => {
      this.stop();
      this.change = null;
      this.set("data", data);
    },
    onlearn: () => this.set("learning", !this.get("learning")),
    onstep: () => this.oneStep(),
    onshuffle: () => this.shuffle(),
    onrate: (rate) => this.set("learning_rate", rate),
  });
  drawing = new NetworkDrawing({
    pick: (unit) => this.set("unit", unit),
    grab: (unit) => {
      this.stop();
      this.set("unit", unit);
    },
    value: (unit, input) => this.value(unit, input),
    pull: (unit, input, v) => this.move(unit, input, v),
  });
  plane = new InputPlane({
    pick: (point) => this.set("point", point),
    point: () => this.get("point"),
    root: this.root,
  });
  unit = new UnitPanel(
    (unit) => this.set("unit", unit),
    (unit, input, v) => {
      this.stop();
      this.move(unit, input, v);
    },
  );
  score = h("p", { class: "llm-tiny-score" });
  finding = new Finding(this.model, this.signal);
  chart = new TinyLoss();
  /** @type {Point[]} */ points;
  /** @type {{ loss: number; right: number; slopes: [Weights, Biases]; }} */ now;
  /** @type {{ z: number[]; hidden: number[]; output: number; }} */ run;

  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    const { model, signal } = parts;
    this.change = /** @type {Change | null} */ (null);
    this.first = 0; // the loss when learning began
    this.build();
    this.repaint = eachFrame(() => this.paint(), signal);
    this.follow(["data"], () => this.read());
    onTraits(model, ["weights", "biases", "point", "unit", "learning_rate"], signal, this.repaint);
    this.learner = new TinyLearner({
      model,
      signal,
      begins: () => {
        this.first = this.now.loss;
        this.change = null;
      },
      descend: (n) => this.descend(n),
      rests: (n) => this.rests(n),
      halted: this.repaint,
    });
    onTheme(signal, this.repaint);
    onResize([this.drawing.element, this.plane.element], signal, () => {
      this.drawing.layOut();
      this.plane.layOut();
      this.repaint();
    });
    this.drawing.layOut();
    this.plane.layOut();
    this.read();
    if (this.get("learning")) this.learner.follow();
  }

  /**
   * A number of the network.
   * @param {number} unit
   * @param {number} input -1 for the bias
   */
  value(unit, input) {
    return numberInto(this.get("weights"), this.get("biases"), unit, input);
  }

  build() {
    this.offerReset();
    this.body.append(...partsInPlace(this));
  }

  /** A data set: its points, and a new curve of the loss. */
  read() {
    this.points = makePoints(this.get("data"));
    this.set("points", this.points);
    this.plane.points = this.points;
    this.restart();
  }

  /** No step is taken yet: forget the curve. */
  restart() {
    this.model.set("steps", 0);
    this.chart.restart();
    this.paint();
  }

  /**
   * The reader moves one weight or bias: what that does is told from where the move began.
   * @param {number} unit
   * @param {number} input
   * @param {number} value
   */
  move(unit, input, value) {
    const key = `${unit},${input}`;
    const v = Math.max(-LARGEST, Math.min(LARGEST, Math.round(20 * value) / 20));
    if (v === this.value(unit, input)) return;
    if (this.change?.key !== key) {
      this.change = {
        key,
        unit,
        input,
        from: this.value(unit, input),
        loss: this.now.loss,
        right: this.now.right,
      };
    }
    const numbers = withNumber(this.get("weights"), this.get("biases"), unit, input, v);
    this.setAll({ unit, ...numbers });
  }

  paint() {
    const weights = this.get("weights");
    const biases = this.get("biases");
    const point = this.get("point");
    const unit = this.get("unit");
    const learning = this.get("learning");
    this.now = lossAndSlopes(weights, biases, this.points);
    this.run = forwardPass(weights, biases, point);
    this.controls.show({ data: this.get("data"), learning, rate: this.get("learning_rate") });
    const shown = { weights, biases, point, unit, run: this.run };
    this.drawing.show(shown);
    this.plane.show({ weights, biases, point, output: this.run.output });
    this.unit.show(shown, this.now.slopes);
    const item = (/** @type {string} */ value, /** @type {string} */ text) =>
      h("span", {}, h("b", {}, value), ` ${text}`);
    this.score.replaceChildren(
      item(`${this.now.right} of ${this.points.length}`, "points right"),
      item(this.now.loss.toFixed(3), "loss"),
      item(this.get("steps").toLocaleString("en"), this.get("steps") === 1 ? "step" : "steps"),
    );
    this.chart.show(this.get("steps"), this.now.loss);
    this.tell();
    this.finding.element.classList.toggle("llm-tiny-again", !this.change);
    this.finding.say(this.words(), { quiet: learning });
  }

  /** Let Python know, at each step only where it is not one of many. */
  tell() {
    const { loss, right, slopes } = this.now;
    const traits = {
      loss,
      accuracy: right / this.points.length,
      gradients: slopes,
      values: [...this.run.hidden, this.run.output],
    };
    for (const [name, value] of Object.entries(traits)) this.model.set(name, value);
    if (!this.get("learning")) this.model.save_changes();
  }

  /** The finding in words: what the last change did, and how things stand. */
  words() {
    const { change, now } = this;
    const value = change?.key ? this.value(change.unit ?? 0, change.input ?? 0) : 0;
    return standingInWords(now, {
      n: this.points.length,
      step: this.get("learning") ? this.get("steps") : null,
      change: changeInWords(change, now, value),
    });
  }

  // ---- Learning.

  /**
   * n steps of gradient descent at once.
   * @param {number} n
   */
  descend(n) {
    const rate = this.get("learning_rate");
    /** @type {[Weights, Biases]} */
    const now = [this.get("weights"), this.get("biases")];
    const [weights, biases] = descend(...now, this.points, rate, n);
    this.model.set("steps", this.get("steps") + n);
    this.model.set("weights", weights);
    this.model.set("biases", biases);
    this.paint();
  }

  /** One step, and what it did to the loss. */
  oneStep() {
    this.stop();
    const before = this.now.loss;
    this.descend(1);
    this.change = {
      text: "One step moved each weight and bias a little down its slope: the loss went from " +
        `${before.toFixed(3)} to ${this.now.loss.toFixed(3)}.`,
    };
    this.paint();
  }

  /**
   * Whether learning ends after n steps; then say why, and end it.
   * @param {number} n
   */
  rests(n) {
    const rest = restInWords(this.now, n);
    if (!rest) return false;
    this.change = {
      text: `${count(n, "step")} took the loss from ${this.first.toFixed(3)} to ` +
        `${this.now.loss.toFixed(3)}. ${rest}`,
    };
    this.set("learning", false);
    return true;
  }

  stop() {
    if (this.get("learning")) this.set("learning", false);
  }

  /** Another start: all weights and biases by chance. */
  shuffle() {
    this.stop();
    const seed = (this.get("seed") + 1) % 4294967296;
    const [weights, biases] = randomNetwork(seed);
    this.model.set("seed", seed);
    this.model.set("weights", weights);
    this.set("biases", biases);
    this.change = { text: "A new start: each weight and bias was drawn by chance." };
    this.restart();
  }

  reset() {
    this.stop();
    super.reset();
    this.change = null;
    this.read();
  }
}

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-tiny",
    title: "What is a neural network?",
    tryThis: "Drag a number on a connection up or down: what does the plane do? Then press Learn.",
    build: (parts) => new TinyView(parts),
  });
}

export default { render };
