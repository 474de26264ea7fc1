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
import {
  count,
  eachFrame,
  h,
  onTheme,
  onTraits,
  setTrait,
  slider,
  themeColour,
} from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";

const DATA_SETS = [["groups", "two groups"], ["xor", "XOR corners"], ["ring", "ring inside"]];
const INPUTS = ["x₁", "x₂"];
const UNITS = ["h₁", "h₂", "h₃", "output"];
// The plane reaches from -EDGE to EDGE; a weight from -LARGEST to LARGEST
const EDGE = 2;
const GRID = 64;
const PULL = 0.02; // how much a weight changes for each pixel that it is dragged
// when learning rests: loss, slope, steps
const DONE = 0.02;
const FLAT = 2e-4;
const MOST_STEPS = 3000;
const PACE = 50;
const CALM_PACE = 1000;
const LEARNERS = new WeakSet(); // two views of one widget must not both learn
let tinyViews = 0; // the radio buttons of each view need group names of their own

// ---- The network: all that computes. weights = [(3, 2), (1, 3)], biases = [(3,), (1,)], as torch
// has them.

// ---- The page.

const signed = (v) => (v < -0.004999 ? "−" : v > 0.004999 ? "+" : "") + Math.abs(v).toFixed(2);
const plain = (v) => signed(v).replace("+", "");
const inSum = (v) => (plain(v).startsWith("−") ? `(${plain(v)})` : plain(v));
const layerOf = (unit) => (unit < N_HIDDEN ? 0 : 1);
const rowOf = (unit) => (unit < N_HIDDEN ? unit : 0);
const namesInto = (unit) => (unit < N_HIDDEN ? INPUTS : UNITS.slice(0, N_HIDDEN));
const partName = (
  unit,
  input,
) => (input < 0 ? `bias of ${UNITS[unit]}` : `${namesInto(unit)[input]} → ${UNITS[unit]}`);

function drawn(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

class TinyView {
  constructor({ model, root, body, signal }) {
    Object.assign(this, {
      model,
      root,
      body,
      signal,
      calm: matchMedia("(prefers-reduced-motion: reduce)"),
      change: null,
      history: [],
    });
    this.build();
    this.repaint = eachFrame(() => this.paint(), signal);
    onTraits(model, ["data"], signal, eachFrame(() => this.read(), signal));
    onTraits(model, ["weights", "biases", "point", "unit", "learning_rate"], signal, this.repaint);
    onTraits(model, ["learning"], signal, () => this.learn());
    onTheme(signal, this.repaint);
    signal.addEventListener("abort", () => this.halt());
    const sizes = new ResizeObserver(() => {
      this.drawing.layOut();
      this.plane.layOut();
      this.repaint();
    });
    sizes.observe(this.drawing.element);
    sizes.observe(this.plane.element);
    signal.addEventListener("abort", () => sizes.disconnect());
    this.drawing.layOut();
    this.plane.layOut();
    this.read();
    if (this.get("learning")) this.learn();
  }

  get(name) {
    return this.model.get(name);
  }
  set(name, value) {
    setTrait(this.model, name, value);
  }
  value(unit, input) {
    return input < 0
      ? this.get("biases")[layerOf(unit)][rowOf(unit)]
      : this.get("weights")[layerOf(unit)][rowOf(unit)][input];
  }

  build() {
    const name = `llm-tiny-${tinyViews++}`;
    const button = (text, onclick, kind = null) =>
      h("button", { type: "button", class: kind, onclick }, text);
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
    this.plane = new Plane({
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

  /** The chosen unit: its sum written out, and a slider for each number that goes into it. */
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

  /** The reader moves one weight or bias: what that does is told from where the move began. */
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
    const layers = this.get(name).map((layer) =>
      layer.map((row) => (Array.isArray(row) ? [...row] : row))
    );
    if (input < 0) layers[layerOf(unit)][rowOf(unit)] = v;
    else layers[layerOf(unit)][rowOf(unit)][input] = v;
    this.model.set("unit", unit);
    this.set(name, layers);
  }

  paint() {
    const [weights, biases, point, unit] = ["weights", "biases", "point", "unit"].map((name) =>
      this.get(name)
    );
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
    const item = (value, text) => h("span", {}, h("b", {}, value), ` ${text}`);
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

  paintUnit(unit) {
    const values = unit < N_HIDDEN ? this.get("point") : this.run.hidden;
    const layer = layerOf(unit);
    const row = rowOf(unit);
    this.units.forEach((input, i) => {
      input.checked = i === unit;
    });
    const products = this.get("weights")[layer][row].map((w, i) =>
      `${inSum(w)} · ${inSum(values[i])}`
    );
    const squash = unit < N_HIDDEN ? "tanh" : "sigmoid";
    const value = unit < N_HIDDEN ? this.run.hidden[unit] : this.run.output;
    this.sum.replaceChildren(
      h(
        "span",
        {},
        `${[...products, inSum(this.get("biases")[layer][row])].join(" + ")} = `,
        h("b", {}, plain(this.run.z[unit])),
      ),
      h(
        "span",
        {},
        `${UNITS[unit]} = ${squash}(${plain(this.run.z[unit])}) = `,
        h("b", {}, plain(value)),
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
    return `${partName(change.unit, change.input)} went from ${plain(change.from)} to ` +
      `${plain(this.value(change.unit, change.input))}: the loss ` +
      (same
        ? `stayed at ${now.loss.toFixed(3)}`
        : `${up ? "rose" : "fell"} from ${change.loss.toFixed(3)} to ${now.loss.toFixed(3)}`) +
      `${side}.`;
  }

  // ---- Learning.

  /** n steps of gradient descent at once. */
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
    for (const [name, value] of Object.entries(this.get("initial"))) this.model.set(name, value);
    this.model.save_changes();
    this.change = null;
    this.read();
  }
}

/** The network as a picture, in pixels of the page. Numbers on it can be dragged up and down. */
class NetworkDrawing {
  constructor({ pick, grab, value, pull }) {
    Object.assign(this, { grab, value, pull });
    this.svg = drawn("svg", { role: "img" });
    this.element = h("div", { class: "llm-tiny-drawing" }, this.svg);
    this.links = [];
    const lines = drawn("g");
    const circles = drawn("g");
    const numbers = drawn("g");
    for (let unit = 0; unit <= N_HIDDEN; unit++) {
      for (let input = -1; input < namesInto(unit).length; input++) {
        const link = {
          unit,
          input,
          line: drawn("line", { class: "llm-tiny-link" }),
          hit: drawn("line", { class: "llm-tiny-hit" }),
          pill: drawn("rect", { rx: 4 }),
          text: drawn("text"),
        };
        link.handle = drawn("g", { class: "llm-tiny-number" }, link.pill, link.text);
        if (input >= 0) {
          lines.append(link.line, link.hit);
        }
        numbers.append(link.handle);
        this.draggable(link.handle, link);
        this.draggable(link.hit, link, true);
        this.links.push(link);
      }
    }
    this.circles = [...INPUTS, ...UNITS].map((name, i) => {
      const circle = {
        disc: drawn("circle", { r: 22 }),
        text: drawn("text"),
        name: drawn("text", { class: "llm-tiny-name" }),
      };
      circle.name.textContent = name;
      circle.element = drawn(
        "g",
        { class: i < 2 ? "llm-tiny-input" : "llm-tiny-unit" },
        circle.disc,
        circle.text,
        circle.name,
      );
      if (i >= 2) circle.element.addEventListener("click", () => pick(i - 2));
      circles.append(circle.element);
      return circle;
    });
    this.svg.append(lines, circles, numbers);
  }

  /**
   * Dragging changes the number. A finger drags the numbers only, so that it can still scroll on
   * the lines.
   */
  draggable(element, { unit, input }, mouseOnly = false) {
    let from = null;
    element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.grab(unit);
      if (mouseOnly && event.pointerType === "touch") return;
      event.preventDefault();
      from = { y: event.clientY, value: this.value(unit, input) };
      element.setPointerCapture(event.pointerId);
    });
    element.addEventListener("pointermove", (event) => {
      if (from) this.pull(unit, input, from.value + PULL * (from.y - event.clientY));
    });
    for (const end of ["pointerup", "pointercancel"]) {
      element.addEventListener(end, () => {
        from = null;
      });
    }
  }

  layOut() {
    const width = Math.max(260, Math.min(this.element.clientWidth || 320, 560));
    const height = 336;
    const middle = width / 2;
    const places = [[24, 112], [24, 222], [middle, 56], [middle, 167], [middle, 278], [
      width - 32,
      167,
    ]];
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.setAttribute("width", width);
    this.svg.setAttribute("height", height);
    const put = (element, attributes) => {
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    };
    this.circles.forEach(({ disc, text, name }, i) => {
      const [x, y] = places[i];
      put(disc, { cx: x, cy: y });
      put(text, { x, y });
      put(name, { x, y: y - 32 });
    });
    for (const { unit, input, line, hit, pill, text } of this.links) {
      const [x2, y2] = places[unit + 2];
      let [x, y] = [x2, y2 + 35];
      let wide = 56;
      if (input >= 0) {
        const [x1, y1] = places[unit < N_HIDDEN ? input : input + 2];
        const f = unit < N_HIDDEN ? 0.61 : 0.5;
        for (const l of [line, hit]) put(l, { x1, y1, x2, y2 });
        [x, y, wide] = [x1 + f * (x2 - x1), y1 + f * (y2 - y1), 44];
      }
      put(pill, { x: x - wide / 2, y: y - 11, width: wide, height: 22 });
      put(text, { x, y });
    }
  }

  show({ weights, biases, point, unit: chosen, run }) {
    const values = [...point, ...run.hidden, run.output];
    this.circles.forEach(({ disc, text, element }, i) => {
      const shade = i === UNITS.length + 1 ? 2 * values[i] - 1 : values[i];
      const strength = Math.min(1, Math.abs(shade)); // the output as in the plane
      text.textContent = plain(values[i]);
      disc.style.fill =
        `color-mix(in srgb, var(${shade < 0 ? "--llm-accent-2" : "--llm-accent"}) ` +
        `${(26 * strength).toFixed(1)}%, var(--llm-bg))`;
      element.classList.toggle("llm-tiny-chosen", i === chosen + 2);
    });
    for (const { unit, input, line, text, handle } of this.links) {
      const layer = layerOf(unit);
      const v = input < 0 ? biases[layer][rowOf(unit)] : weights[layer][rowOf(unit)][input];
      text.textContent = input < 0 ? `b ${signed(v)}` : signed(v);
      handle.classList.toggle("llm-tiny-into", unit === chosen);
      line.style.strokeWidth = (1 + 1.5 * Math.min(6, Math.abs(v))).toFixed(2);
      line.setAttribute(
        "class",
        `llm-tiny-link ${Math.abs(v) < 0.005 ? "" : v < 0 ? "llm-tiny-minus" : "llm-tiny-plus"}`,
      );
    }
    const hidden = run.hidden.map((v, j) => `${UNITS[j]} ${plain(v)}`).join(", ");
    this.svg.setAttribute(
      "aria-label",
      `Network of two inputs, three hidden units and an output. Inputs ${plain(point[0])} ` +
        `and ${plain(point[1])}; ${hidden}; output ${plain(run.output)}. Each weight has a ` +
        "slider below.",
    );
  }
}

/** All pairs of inputs: how the network answers each, and the points that it should tell apart. */
class Plane {
  constructor({ pick, point, root }) {
    Object.assign(this, { pick, point, root, points: [] });
    this.canvas = h("canvas", { "aria-hidden": "true" });
    this.control = h(
      "div",
      { class: "llm-tiny-plane", role: "application", tabindex: 0 },
      this.canvas,
    );
    this.element = h("div", { class: "llm-tiny-plane-box" }, this.control);
    const key = (kind, text) => h("span", { class: "llm-tiny-key" }, this.mark(kind), text);
    this.legend = h(
      "p",
      { class: "llm-note llm-tiny-legend" },
      key("circle", "should be 0"),
      key("triangle", "should be 1"),
      key("wrong", "on the wrong side"),
      key("point", "your inputs"),
    );
    this.control.addEventListener("pointerdown", (event) => {
      if (event.pointerType !== "touch") {
        this.control.setPointerCapture(event.pointerId);
        this.choose(event);
      }
    });
    this.control.addEventListener("pointermove", (event) => {
      if (event.pointerType !== "touch" && event.buttons & 1) this.choose(event);
    });
    this.control.addEventListener("click", (event) => this.choose(event));
    this.control.addEventListener("keydown", (event) => {
      const step = event.shiftKey ? 0.5 : 0.1;
      const [dx, dy] = {
        ArrowRight: [step, 0],
        ArrowLeft: [-step, 0],
        ArrowUp: [0, step],
        ArrowDown: [0, -step],
      }[event.key] ?? [0, 0];
      if (!(dx || dy) || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      this.go([this.point()[0] + dx, this.point()[1] + dy]);
    });
  }

  /** A small picture for the legend. */
  mark(kind) {
    const shapes = {
      circle: drawn("circle", { cx: 7, cy: 7, r: 4.5, class: "llm-tiny-zero" }),
      triangle: drawn("path", { d: "M7 1.5 L12.5 11.5 L1.5 11.5 Z", class: "llm-tiny-one" }),
      wrong: drawn("circle", { cx: 7, cy: 7, r: 5.8, class: "llm-tiny-wrong" }),
      point: drawn("path", { d: "M7 0 V14 M0 7 H14", class: "llm-tiny-wrong" }),
    };
    return drawn(
      "svg",
      { width: 14, height: 14, viewBox: "0 0 14 14", "aria-hidden": "true" },
      shapes[kind],
    );
  }

  go(point) {
    const next = point.map((v) => Math.max(-EDGE, Math.min(EDGE, Math.round(20 * v) / 20)));
    if (String(next) !== String(this.point())) this.pick(next);
  }

  choose(event) {
    const box = this.canvas.getBoundingClientRect();
    if (event.type === "click" && event.detail === 0) return; // from the keyboard: it has no place
    this.go([
      (2 * (event.clientX - box.left) / box.width - 1) * EDGE,
      (1 - 2 * (event.clientY - box.top) / box.height) * EDGE,
    ]);
  }

  layOut() {
    this.size = Math.max(200, Math.min(this.element.clientWidth || 300, 340));
    this.ratio = Math.min(3, globalThis.devicePixelRatio || 1);
    this.canvas.width = this.canvas.height = Math.round(this.size * this.ratio);
    this.canvas.style.width = this.canvas.style.height = `${this.size}px`;
  }

  show({ weights, biases, point, output }) {
    const colour = (name) => themeColour(this.root, name);
    const [zero, one, ground, ink] = ["--llm-accent-2", "--llm-accent", "--llm-bg", "--llm-fg"].map(
      colour,
    );
    const context = this.canvas.getContext("2d");
    const size = this.size;
    const at = ([x, y]) => [(x / EDGE + 1) * size / 2, (1 - y / EDGE) * size / 2];
    const side = GRID + 1;
    const grid = new Float32Array(side * side);
    for (let r = 0; r < side; r++) {
      for (let c = 0; c < side; c++) {
        grid[r * side + c] =
          forwardPass(weights, biases, [(2 * c / GRID - 1) * EDGE, (1 - 2 * r / GRID) * EDGE])
            .output;
      }
    }
    context.setTransform(1, 0, 0, 1, 0, 0);
    this.shade(context, grid, side, zero, one, ground);
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    const paint = (rgb, alpha = 1) => `rgb(${rgb.join(" ")} / ${alpha})`;
    context.lineWidth = 1;
    context.strokeStyle = paint(ink, 0.25);
    context.beginPath();
    for (const [a, b] of [[[-EDGE, 0], [EDGE, 0]], [[0, -EDGE], [0, EDGE]]]) {
      context.moveTo(...at(a));
      context.lineTo(...at(b));
    }
    context.stroke();
    context.fillStyle = paint(ink, 0.85);
    context.font = `12px ${getComputedStyle(this.root).fontFamily}`;
    context.textBaseline = "top";
    context.textAlign = "right";
    context.fillText("x₁", size - 5, size / 2 + 4);
    for (const v of [-1, 1]) {
      context.fillText(plain(v).replace(".00", ""), at([v, 0])[0] + 4, size / 2 + 4);
    }
    context.textAlign = "left";
    context.fillText("x₂", size / 2 + 6, 4);
    for (const v of [-1, 1]) {
      context.fillText(plain(v).replace(".00", ""), size / 2 + 6, at([0, v])[1] - 6);
    }
    context.strokeStyle = paint(ink);
    context.lineWidth = 2;
    context.stroke(contour(grid, side, 0.5, size));
    for (const [x1, x2, truth] of this.points) {
      const right = (forwardPass(weights, biases, [x1, x2]).output > 0.5) === (truth === 1);
      this.dot(
        context,
        at([x1, x2]),
        truth,
        right,
        paint(truth ? one : zero),
        paint(ground),
        paint(ink),
      );
    }
    const [px, py] = at(point);
    for (const [width, style] of [[5, paint(ground)], [2, paint(ink)]]) {
      context.lineWidth = width;
      context.strokeStyle = style;
      context.beginPath();
      for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
        context.moveTo(px + 4 * dx, py + 4 * dy);
        context.lineTo(px + 13 * dx, py + 13 * dy);
      }
      context.stroke();
    }
    this.control.setAttribute(
      "aria-label",
      `Plane of inputs. Arrow keys move the point. x₁ ${plain(point[0])}, x₂ ` +
        `${plain(point[1])}: output ${output.toFixed(2)}.`,
    );
  }

  /**
   * The ground: one colour where the output is near 0, the other where it is near 1, none at 0.5.
   */
  shade(context, grid, side, zero, one, ground) {
    const small = this.small ??= document.createElement("canvas");
    small.width = small.height = side;
    const image = new ImageData(side, side);
    grid.forEach((p, i) => {
      const far = 0.34 * Math.abs(2 * p - 1);
      const rgb = p > 0.5 ? one : zero;
      for (let c = 0; c < 3; c++) image.data[4 * i + c] = ground[c] + far * (rgb[c] - ground[c]);
      image.data[4 * i + 3] = 255;
    });
    small.getContext("2d").putImageData(image, 0, 0);
    context.imageSmoothingEnabled = true;
    context.drawImage(
      small,
      0.5,
      0.5,
      side - 1,
      side - 1,
      0,
      0,
      this.canvas.width,
      this.canvas.height,
    );
  }

  dot(context, [x, y], truth, right, fill, ground, ink) {
    const shape = new Path2D();
    if (truth) {
      shape.moveTo(x, y - 6);
      shape.lineTo(x + 6, y + 4.5);
      shape.lineTo(x - 6, y + 4.5);
      shape.closePath();
    } else shape.arc(x, y, 4.8, 0, 2 * Math.PI);
    context.lineWidth = 2.5;
    context.strokeStyle = ground;
    context.stroke(shape);
    context.fillStyle = fill;
    context.fill(shape);
    if (right) return;
    context.lineWidth = 1.5;
    context.strokeStyle = ink;
    context.beginPath();
    context.arc(x, y, 9, 0, 2 * Math.PI);
    context.stroke();
  }
}

/** The line along which a grid of values has one level, cell by cell (marching squares). */
function contour(grid, side, level, size) {
  const path = new Path2D();
  const cell = size / (side - 1);
  for (let r = 0; r + 1 < side; r++) {
    for (let c = 0; c + 1 < side; c++) {
      const corners = [[r, c], [r, c + 1], [r + 1, c + 1], [r + 1, c]];
      const v = corners.map(([i, j]) => grid[i * side + j] - level);
      const cuts = [];
      for (let k = 0; k < 4; k++) {
        const n = (k + 1) % 4;
        const t = v[k] / (v[k] - v[n]);
        if (v[k] < 0 !== v[n] < 0) {
          cuts.push([
            corners[k][1] + t * (corners[n][1] - corners[k][1]),
            corners[k][0] + t * (corners[n][0] - corners[k][0]),
          ]);
        }
      }
      for (let k = 0; k + 1 < cuts.length; k += 2) {
        path.moveTo(cuts[k][0] * cell, cuts[k][1] * cell);
        path.lineTo(cuts[k + 1][0] * cell, cuts[k + 1][1] * cell);
      }
    }
  }
  return path;
}

/** The loss after each step; dotted is what an output of 0.5 everywhere would give. */
class TinyLoss {
  constructor() {
    this.line = drawn("polyline", {
      class: "llm-tiny-curve",
      "vector-effect": "non-scaling-stroke",
    });
    this.guess = drawn("line", {
      class: "llm-tiny-guess",
      x1: 0,
      x2: 100,
      "vector-effect": "non-scaling-stroke",
    });
    this.high = h("span");
    this.last = h("span");
    this.dot = h("span", { class: "llm-tiny-dot" });
    this.element = h(
      "div",
      { class: "llm-tiny-chart", role: "img" },
      h("div", { class: "llm-tiny-y" }, this.high, h("span", {}, "0")),
      h(
        "div",
        { class: "llm-tiny-plot" },
        drawn(
          "svg",
          { viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" },
          this.guess,
          this.line,
        ),
        this.dot,
      ),
      h(
        "div",
        { class: "llm-tiny-x" },
        h("span", {}, "0"),
        h("span", {}, `dotted: ${Math.LN2.toFixed(2)}, always 0.5`),
        this.last,
      ),
    );
  }

  show(history) {
    const [end, loss] = history.at(-1);
    const top = Math.max(0.8, ...history.map(([, v]) => v));
    const x = (step) => (end ? (100 * step) / end : 0);
    const y = (v) => 100 - (100 * v) / top;
    this.line.setAttribute(
      "points",
      history.map(([step, v]) => `${x(step).toFixed(2)},${y(v).toFixed(2)}`).join(" "),
    );
    for (const name of ["y1", "y2"]) this.guess.setAttribute(name, y(Math.LN2).toFixed(2));
    this.dot.style.left = `${x(end)}%`;
    this.dot.style.top = `${y(loss)}%`;
    this.high.textContent = top.toFixed(1);
    this.last.textContent = count(end, "step");
    this.element.setAttribute(
      "aria-label",
      `Loss: ${history[0][1].toFixed(3)} at the start, ${loss.toFixed(3)} after ` +
        `${count(end, "step")}.`,
    );
  }
}

function render({ model, el }) {
  return showWidget({
    model,
    el,
    name: "llm-tiny",
    title: "What is a neural network?",
    tryThis: "Drag a number on a connection up or down and watch the plane change. Then press " +
      "Learn and watch the numbers move by themselves.",
    build: (parts) => new TinyView(parts),
  });
}

export default { render };
