// TinyNetwork: what is a neural network? The traits are described in tiny_network.py.

import { seededRandom } from "../engine/random.js";
import {
  forwardPass,
  LARGEST,
  lossAndSlopes,
  makePoints,
  N_HIDDEN,
  takeStep,
} from "../engine/small_network.js";
import { InputPlane } from "./parts/input_plane.js";
import { NetworkDrawing } from "./parts/network_drawing.js";
import { layerOf, namesInto, partName, rowOf, signed, UNITS } from "./parts/network_names.js";
import { TinyLoss } from "./parts/tiny_loss.js";
import { button, groupName, slider } from "./shared/controls.js";
import { eachFrame, h, onResize, onTheme, onTraits } from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";
import { View } from "./shared/view.js";
import { count, decimals, inBrackets } from "./shared/words.js";

/** @import { Place, ViewParts } from "./shared/types.js" */
/** @import { Biases, Pass, Point, Weights } from "../engine/small_network.js" */
/** @import { Colour } from "./shared/types.js" */

const DATA_SETS = [["groups", "two groups"], ["xor", "XOR corners"], ["ring", "ring inside"]];
// when learning rests: loss, slope, steps
const DONE = 0.02;
const FLAT = 2e-4;
const MOST_STEPS = 3000;
const PACE = 50;
const CALM_PACE = 1000;
const LEARNERS = new WeakSet(); // two views of one widget must not both learn

// ---- The network: all that computes. weights = [(3, 2), (1, 3)], biases = [(3,), (1,)], as torch
// has them.

// ---- The page.

class TinyView extends View {
  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    const { model, signal } = parts;
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.change = /** @type {any} */ (null);
    /** @type {number[][]} */
    this.history = [];
    this.build();
    this.repaint = eachFrame(() => this.paint(), signal);
    this.follow(["data"], () => this.read());
    onTraits(model, ["weights", "biases", "point", "unit", "learning_rate"], signal, this.repaint);
    onTraits(model, ["learning"], signal, () => this.learn());
    onTheme(signal, this.repaint);
    signal.addEventListener("abort", () => this.halt());
    onResize([this.drawing.element, this.plane.element], signal, () => {
      this.drawing.layOut();
      this.plane.layOut();
      this.repaint();
    });
    this.drawing.layOut();
    this.plane.layOut();
    this.read();
    if (this.get("learning")) this.learn();
  }

  /**
   * @param {number} unit
   * @param {number} input
   */
  value(unit, input) {
    return input < 0
      ? this.get("biases")[layerOf(unit)][rowOf(unit)]
      : this.get("weights")[layerOf(unit)][rowOf(unit)][input];
  }

  build() {
    const name = groupName("llm-tiny");
    this.sets = DATA_SETS.map(([value]) =>
      h("input", {
        type: "radio",
        name: `${name}-data`,
        value,
        onchange: () => {
          this.stop();
          this.change = null;
          this.set("data", value);
        },
      })
    );
    this.drawing = new NetworkDrawing({
      pick: (unit) => this.set("unit", unit),
      grab: (unit) => {
        this.stop();
        this.set("unit", unit);
      },
      value: (unit, input) => this.value(unit, input),
      pull: (unit, input, v) => this.move(unit, input, v),
    });
    this.plane = new InputPlane({
      pick: (point) => this.set("point", point),
      point: () => this.get("point"),
      root: this.root,
    });
    this.score = h("p", { class: "llm-tiny-score" });
    this.learnButton = button(
      "Learn",
      () => this.set("learning", !this.get("learning")),
      "llm-main",
    );
    this.rate = slider({
      name: "Step size",
      min: -2,
      max: 0.7,
      step: 0.05,
      oninput: (v) => this.set("learning_rate", Math.min(5, Number((10 ** v).toPrecision(2)))),
    });
    this.finding = new Finding(this.model, this.signal);
    this.chart = new TinyLoss();
    this.body.append(
      h(
        "div",
        {
          class: "llm-row llm-tiny-data",
          role: "radiogroup",
          "aria-label": "Points to tell apart",
        },
        h("span", { class: "llm-label" }, "Points to tell apart"),
        ...this.sets.map((input, i) => h("label", { class: "llm-check" }, input, DATA_SETS[i][1])),
      ),
      h(
        "div",
        { class: "llm-tiny-columns" },
        h(
          "section",
          { class: "llm-tiny-part", "aria-label": "The network" },
          h("p", { class: "llm-label" }, "The network"),
          h(
            "p",
            { class: "llm-note" },
            "Thick: a large weight. Solid: positive. Dashed: negative. Drag a number up or down " +
              "to change it.",
          ),
          this.drawing.element,
        ),
        h(
          "section",
          { class: "llm-tiny-part", "aria-label": "What it answers" },
          h("p", { class: "llm-label" }, "What it answers, for each pair of inputs"),
          h(
            "p",
            { class: "llm-note" },
            "The line is where the output is 0.5. Click a place, or use arrow keys, and its two " +
              "numbers flow through the network.",
          ),
          this.plane.element,
          this.plane.legend,
        ),
      ),
      h(
        "div",
        { class: "llm-tiny-learn" },
        h(
          "div",
          { class: "llm-row" },
          this.learnButton,
          button("1 step", () => this.oneStep()),
          button("Shuffle", () => this.shuffle()),
          button("Reset", () => this.reset()),
        ),
        this.rate,
      ),
      this.score,
      this.finding.element,
      h(
        "div",
        { class: "llm-tiny-columns" },
        this.buildUnit(name),
        h(
          "section",
          { class: "llm-tiny-part", "aria-label": "Loss" },
          h("p", { class: "llm-label" }, "Loss, step by step"),
          this.chart.element,
        ),
      ),
    );
  }

  /**
   * The chosen unit: its sum written out, and a slider for each number that goes into it.
   * @param {string} name
   */
  buildUnit(name) {
    this.units = UNITS.map((_, unit) =>
      h("input", {
        type: "radio",
        name: `${name}-unit`,
        value: unit,
        onchange: () => this.set("unit", unit),
      })
    );
    this.sum = h("p", { class: "llm-tiny-sum" });
    this.groups = UNITS.map((title, unit) => {
      const inputs = [...namesInto(unit).keys(), -1];
      const sliders = inputs.map((input) =>
        slider({
          name: partName(unit, input),
          min: -LARGEST,
          max: LARGEST,
          step: 0.1,
          note: " ",
          oninput: (v) => {
            this.stop();
            this.move(unit, input, v);
          },
        })
      );
      return {
        element: h("div", {
          class: "llm-tiny-sliders",
          role: "group",
          "aria-label": `Numbers that go into ${title}`,
        }, ...sliders),
        inputs,
        sliders,
      };
    });
    return h(
      "section",
      { class: "llm-tiny-part", "aria-label": "One unit" },
      h(
        "div",
        { class: "llm-row", role: "radiogroup", "aria-label": "Unit" },
        h("span", { class: "llm-label" }, "One unit"),
        ...this.units.map((input, unit) => h("label", { class: "llm-check" }, input, UNITS[unit])),
      ),
      this.sum,
      this.group = h("div", {}),
    );
  }

  /** A data set: its points, and a new curve of the loss. */
  read() {
    this.points = makePoints(this.get("data"));
    this.set("points", this.points);
    this.plane.points = this.points;
    this.restart();
  }

  restart() {
    this.model.set("steps", 0);
    this.history = [];
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
    const name = input < 0 ? "biases" : "weights";
    const layers = this.get(name).map((/** @type {any[]} */ layer) =>
      layer.map((/** @type {any} */ row) => (Array.isArray(row) ? [...row] : row))
    );
    if (input < 0) layers[layerOf(unit)][rowOf(unit)] = v;
    else layers[layerOf(unit)][rowOf(unit)][input] = v;
    this.model.set("unit", unit);
    this.set(name, layers);
  }

  paint() {
    const weights = this.get("weights");
    const biases = this.get("biases");
    const point = this.get("point");
    const unit = this.get("unit");
    const learning = this.get("learning");
    this.now = lossAndSlopes(weights, biases, this.points);
    this.run = forwardPass(weights, biases, point);
    this.remember();
    this.sets.forEach((input) => {
      input.checked = input.value === this.get("data");
    });
    this.drawing.show({ weights, biases, point, unit, run: this.run });
    this.plane.show({ weights, biases, point, output: this.run.output });
    this.paintUnit(unit);
    this.learnButton.textContent = learning ? "Stop" : "Learn";
    this.rate.show(Math.log10(this.get("learning_rate")), this.get("learning_rate").toString());
    const item = (/** @type {string} */ value, /** @type {string} */ text) =>
      h("span", {}, h("b", {}, value), ` ${text}`);
    this.score.replaceChildren(
      item(`${this.now.right} of ${this.points.length}`, "points right"),
      item(this.now.loss.toFixed(3), "loss"),
      item(this.get("steps").toLocaleString("en"), this.get("steps") === 1 ? "step" : "steps"),
    );
    this.chart.show(this.history);
    this.publish();
    this.finding.say(this.words(), { quiet: learning });
  }

  /** Keep the loss for the curve; of a long one every second value. */
  remember() {
    const step = this.get("steps");
    const last = this.history.at(-1);
    if (last?.[0] === step) last[1] = this.now.loss;
    else this.history.push([step, this.now.loss]);
    if (this.history.length > 400) this.history = this.history.filter((_, i) => i % 2 === 0);
  }

  publish() {
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

  /** @param {number} unit */
  paintUnit(unit) {
    const values = unit < N_HIDDEN ? this.get("point") : this.run.hidden;
    const layer = layerOf(unit);
    const row = rowOf(unit);
    this.units.forEach((input, i) => {
      input.checked = i === unit;
    });
    const products = this.get("weights")[layer][row].map((
      /** @type {number} */ w,
      /** @type {number} */ i,
    ) => `${inBrackets(w)} · ${inBrackets(values[i])}`);
    const squash = unit < N_HIDDEN ? "tanh" : "sigmoid";
    const value = unit < N_HIDDEN ? this.run.hidden[unit] : this.run.output;
    this.sum.replaceChildren(
      h(
        "span",
        {},
        `${[...products, inBrackets(this.get("biases")[layer][row])].join(" + ")} = `,
        h("b", {}, decimals(this.run.z[unit])),
      ),
      h(
        "span",
        {},
        `${UNITS[unit]} = ${squash}(${decimals(this.run.z[unit])}) = `,
        h("b", {}, decimals(value)),
      ),
      h(
        "span",
        { class: "llm-note" },
        `Weight times value for each arrow, all added, plus the bias; ${squash} squeezes the ` +
          `sum between ${unit < N_HIDDEN ? "−1" : "0"} and 1.`,
      ),
    );
    const { element, inputs, sliders } = this.groups[unit];
    if (this.group.firstChild !== element) this.group.replaceChildren(element);
    inputs.forEach((input, k) => {
      const slope = input < 0
        ? this.now.slopes[1][layer][row]
        : this.now.slopes[0][layer][row][input];
      sliders[k].show(this.value(unit, input), signed(this.value(unit, input)));
      sliders[k].querySelector(".llm-note").textContent = Math.abs(slope) < 0.0005
        ? "slope 0.000: a little more or less changes nothing"
        : `slope ${slope < 0 ? "−" : "+"}${Math.abs(slope).toFixed(3)}: ` +
          `${slope < 0 ? "more" : "less"} lowers the loss`;
    });
  }

  /** The finding in words: what the last change did, and how things stand. */
  words() {
    const { right, loss } = this.now;
    const n = this.points.length;
    const change = this.changeWords();
    const points = `${right === n ? `All ${n}` : `${right} of ${n}`} points are right`;
    if (this.get("learning")) {
      return `Step ${this.get("steps").toLocaleString("en")}: ${points.replace("All", "all")}, ` +
        `and the loss is ${loss.toFixed(3)}.`;
    }
    return change ? `${change} ${points}.` : `${points}, and the loss is ${loss.toFixed(3)}.`;
  }

  changeWords() {
    const { change, now } = this;
    if (!change) return "";
    if (change.text) return change.text;
    const up = now.loss > change.loss;
    const points = now.right - change.right;
    const same = now.loss.toFixed(3) === change.loss.toFixed(3);
    const side = points
      ? `, and ${count(Math.abs(points), `${points > 0 ? "more" : "fewer"} point`)} ` +
        `${Math.abs(points) === 1 ? "is" : "are"} right`
      : "";
    return `${partName(change.unit, change.input)} went from ${decimals(change.from)} to ` +
      `${decimals(this.value(change.unit, change.input))}: the loss ` +
      (same
        ? `stayed at ${now.loss.toFixed(3)}`
        : `${up ? "rose" : "fell"} from ${change.loss.toFixed(3)} to ${now.loss.toFixed(3)}`) +
      `${side}.`;
  }

  // ---- Learning.

  /**
   * n steps of gradient descent at once.
   * @param {number} n
   */
  descend(n) {
    let weights = this.get("weights");
    let biases = this.get("biases");
    for (let i = 0; i < n; i++) {
      [weights, biases] = takeStep(
        weights,
        biases,
        lossAndSlopes(weights, biases, this.points).slopes,
        this.get("learning_rate"),
      );
    }
    this.model.set("steps", this.get("steps") + n);
    this.model.set("weights", weights);
    this.model.set("biases", biases);
    this.paint();
  }

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

  /** Why learning rests now, or nothing if it should go on. */
  restWords() {
    const steepest = Math.max(...this.now.slopes.flat(3).map(Math.abs));
    const n = this.get("steps") - this.began;
    if (this.now.loss < DONE) return "Learning rests: the loss is small.";
    if (steepest < FLAT) {
      return "Learning rests: all slopes are close to 0, so no step helps. Shuffle gives another " +
        "start.";
    }
    return n >= MOST_STEPS
      ? `Learning rests after ${n.toLocaleString("en")} steps. Learn goes on; Shuffle gives ` +
        "another start."
      : "";
  }

  /** Follow the trait "learning": take step after step, one at a time at first, then more. */
  learn() {
    if (!this.get("learning")) {
      this.halt();
      this.repaint();
      return;
    }
    if (LEARNERS.has(this.model)) return;
    LEARNERS.add(this.model);
    this.mine = true;
    this.began = this.get("steps");
    const first = this.now.loss;
    const tick = () => {
      const done = this.get("steps") - this.began;
      const calm = this.calm.matches;
      this.descend(calm ? 20 : Math.min(20, 1 + Math.floor(done / 40)));
      const rest = this.restWords();
      if (rest) {
        const n = this.get("steps") - this.began;
        this.change = {
          text: `${count(n, "step")} took the loss from ${first.toFixed(3)} to ` +
            `${this.now.loss.toFixed(3)}. ${rest}`,
        };
        this.set("learning", false);
      } else {
        if (done % 5 === 0) this.model.save_changes(); // not at each step: Python may be far away
        this.timer = setTimeout(tick, calm ? CALM_PACE : PACE);
      }
    };
    this.change = null;
    tick();
  }

  halt() {
    clearTimeout(this.timer);
    if (this.mine) LEARNERS.delete(this.model);
    this.mine = false;
  }

  stop() {
    if (this.get("learning")) this.set("learning", false);
  }

  shuffle() {
    this.stop();
    const seed = (this.get("seed") + 1) % 4294967296;
    const random = seededRandom(seed);
    const draw = () => Math.round(20 * random() - 10) / 10;
    this.model.set("seed", seed);
    this.model.set("weights", [[0, 1, 2].map(() => [draw(), draw()]), [[draw(), draw(), draw()]]]);
    this.set("biases", [[draw(), draw(), draw()], [draw()]]);
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
    tryThis: "Drag a number on a connection up or down and watch the plane change. Then press " +
      "Learn and watch the numbers move by themselves.",
    build: (parts) => new TinyView(parts),
  });
}

export default { render };
