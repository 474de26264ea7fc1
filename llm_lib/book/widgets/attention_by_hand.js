// AttentionByHand: how do queries, keys and values become an output? The traits are described in
// attention_by_hand.py.

import { attendByHand } from "../engine/hand_attention.js";
import { STEP } from "./attention_by_hand/arrow_plane.js";
import { REACH } from "./attention_by_hand/plane_labels.js";
import { MORE_TOKENS, PRESETS } from "./attention_by_hand/examples.js";
import { ARROW_NAMES, ByHandPlanes } from "./attention_by_hand/planes.js";
import { shortRows, stepRows, weightRows, writtenOut } from "./attention_by_hand/tables.js";
import { inWordsByHand } from "./attention_by_hand/words.js";
import { button, slider, tickBox } from "./shared/controls.js";
import { h } from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";
import { more } from "./shared/layout.js";
import { View } from "./shared/view.js";
import { decimals } from "./shared/words.js";

/** @import { Slider } from "./shared/controls.js" */
/** @import { Place, ViewParts } from "./shared/types.js" */
/** @import { Point } from "../engine/hand_attention.js" */
/** @import { ByHandState } from "./attention_by_hand/examples.js" */
/**
 * @typedef {object} Results
 * @property {number[][]} scores (T, T)
 * @property {number[][]} weights (T, T)
 * @property {Point[]} output
 * @property {ByHandState} initial
 */
/** @typedef {ByHandState & Results} Traits */

/** @type {(keyof ByHandState)[]} */
const SHOWN = ["tokens", "q", "k", "v", "focus", "scaling", "causal", "temperature", "arrow"];

/** @extends {View<Traits>} */
class ByHandView extends View {
  planes = new ByHandPlanes(
    (id, at) => this.place(id, at),
    (id) => this.set("arrow", id),
  );
  finding = new Finding(this.model, this.signal);
  looks = h("div", {
    class: "llm-segments",
    role: "group",
    "aria-label": "Which token looks?",
  });
  scaling = tickBox("divide by √D = √2", (on) => this.set("scaling", on));
  causal = tickBox("causal mask", (on) => this.set("causal", on));
  temperature = slider({
    name: "Temperature",
    min: -1,
    max: Math.log10(5),
    step: 0.01,
    oninput: (x) =>
      this.set("temperature", Math.min(5, Math.max(0.1, Number((10 ** x).toPrecision(2))))),
  });
  short = h("table", { class: "llm-byhand-short" });
  n = slider({ name: "Tokens", min: 3, max: 5, step: 1, oninput: (n) => this.resize(n) });
  steps = h("table", { class: "llm-byhand-steps" });
  map = h("table", { class: "llm-byhand-map" });
  /** @type {HTMLParagraphElement} */ linesTitle;
  /** @type {HTMLDivElement} */ lines;
  /** @type {HTMLSelectElement} */ which;
  /** @type {Slider} */ x;
  /** @type {Slider} */ y;
  /** @type {HTMLParagraphElement} */ stepsTitle;
  /** @type {string} */ options;

  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    this.build();
    this.follow(SHOWN, () => this.paint());
    this.paint();
  }

  /**
   * Set the settings; a preset stays as it is, whatever is done with its arrows.
   * @param {Partial<ByHandState>} values
   */
  take(values) {
    for (const [name, value] of Object.entries(values)) {
      this.model.set(name, structuredClone(value));
    }
    this.model.save_changes();
  }

  /**
   * The settings, with as many arrows as there are tokens: Python may change one after the other.
   * @returns {ByHandState}
   */
  state() {
    /** @type {any} */
    const state = Object.fromEntries(SHOWN.map((name) => [name, this.get(name)]));
    const n = Math.min(...["tokens", "q", "k", "v"].map((name) => state[name].length));
    for (const name of ["tokens", "q", "k", "v"]) state[name] = state[name].slice(0, n);
    state.focus = Math.min(state.focus, n - 1);
    if (Number(state.arrow.slice(1)) >= n) state.arrow = "q";
    return state;
  }

  build() {
    this.offerReset(() => this.take(this.get("initial")));
    const presets = PRESETS.map(([name, values]) => button(name, () => this.take(values)));
    this.body.append(
      h("div", { class: "llm-row", role: "group", "aria-label": "Examples" }, ...presets),
      h("div", { class: "llm-byhand-stage" }, ...this.planes.figures, this.buildSide()),
      this.finding.element,
      more(
        "More: sliders, more tokens, every number",
        this.buildArrows(),
        this.buildTables(),
        this.linesTitle = h("p", { class: "llm-label llm-byhand-title" }),
        this.lines = h("div", { class: "llm-byhand-lines" }),
      ),
    );
  }

  /** The scores and the weights that they become, and what is done to them on the way. */
  buildSide() {
    const table = h("div", { class: "llm-stage-sticky" }, this.short);
    return h(
      "div",
      { class: "llm-byhand-side" },
      table,
      h("div", {}, h("p", { class: "llm-label" }, "Which token looks?"), this.looks),
      h("div", { class: "llm-byhand-boxes" }, this.scaling, this.causal),
      this.temperature,
    );
  }

  /** Which arrow the sliders move, the sliders, and how many tokens there are. */
  buildArrows() {
    this.which = h("select", {
      "aria-label": "Arrow to move",
      onchange: () => this.set("arrow", this.which.value),
    });
    const axis = (/** @type {string} */ name, /** @type {(v: number) => void} */ oninput) =>
      slider({ name, min: -REACH, max: REACH, step: STEP, oninput });
    this.x = axis("x", (x) => this.place(this.state().arrow, [x, this.at(this.state().arrow)[1]]));
    this.y = axis("y", (y) => this.place(this.state().arrow, [this.at(this.state().arrow)[0], y]));
    return h(
      "div",
      { class: "llm-byhand-arrows" },
      this.n,
      h("label", {}, h("span", { class: "llm-label" }, "Move the"), this.which),
      this.x,
      this.y,
    );
  }

  buildTables() {
    const scrolls = (/** @type {HTMLElement} */ element, /** @type {string} */ name) =>
      h(
        "div",
        { class: "llm-byhand-scroll", tabindex: 0, role: "region", "aria-label": name },
        element,
      );
    return h(
      "div",
      { class: "llm-byhand-tables" },
      h(
        "section",
        {},
        this.stepsTitle = h("p", { class: "llm-label" }),
        scrolls(this.steps, "Step by step"),
      ),
      h(
        "section",
        {},
        h("p", { class: "llm-label" }, "The weights of all: a row for each token that looks"),
        scrolls(this.map, "All weights"),
      ),
    );
  }

  /**
   * The numbers of an arrow.
   * @param {string} id
   */
  at(id) {
    const { q, k, v, focus } = this.state();
    return id === "q" ? q[focus] : (id[0] === "k" ? k : v)[Number(id[1])];
  }

  /**
   * Move the tip of an arrow.
   * @param {string} id
   * @param {Point} at
   */
  place(id, at) {
    const state = this.state();
    const name = /** @type {"q" | "k" | "v"} */ (id[0]);
    const i = id === "q" ? state.focus : Number(id[1]);
    if (String(state[name][i]) === String(at)) return;
    this.set(name, state[name].map((old, j) => (j === i ? at : old)));
  }

  /**
   * Take more tokens, or leave the last ones out.
   * @param {number} n
   */
  resize(n) {
    const { tokens, q, k, v, focus, arrow } = this.state();
    while (tokens.length < n) {
      const [name, arrows] = MORE_TOKENS.find(([label]) => !tokens.includes(label)) ??
        MORE_TOKENS[0];
      tokens.push(name);
      q.push(arrows.q);
      k.push(arrows.k);
      v.push(arrows.v);
    }
    this.take({
      tokens: tokens.slice(0, n),
      q: q.slice(0, n),
      k: k.slice(0, n),
      v: v.slice(0, n),
      focus: Math.min(focus, n - 1),
      arrow: Number(arrow.slice(1)) < n ? arrow : "q",
    });
  }

  paint() {
    const state = this.state();
    const run = attendByHand(state);
    const { tokens, focus } = state;
    this.controls(state);
    this.planes.show(state, run);
    this.short.replaceChildren(...shortRows(state, run));
    this.steps.replaceChildren(...stepRows(state, run));
    this.map.replaceChildren(...weightRows(state, run, (t) => this.set("focus", t)));
    this.lines.replaceChildren(...writtenOut(state, run));
    this.setAll({ scores: run.scores, weights: run.weights, output: run.output });
    this.finding.say(inWordsByHand(state, run));
    this.stepsTitle.textContent = `Step by step, where “${tokens[focus]}” looks`;
    this.linesTitle.textContent = `Each number of “${tokens[focus]}” written out`;
  }

  /** @param {ByHandState} state */
  controls({ tokens, focus, scaling, causal, temperature, arrow }) {
    const T = tokens.length;
    const options = [
      ["q", `query of ${tokens[focus]}`],
      ...["k", "v"].flatMap((kind) =>
        tokens.map((token, i) => [`${kind}${i}`, `${ARROW_NAMES[kind]} of ${token}`])
      ),
    ];
    this.n.show(T, `${T}`);
    this.temperature.show(Math.log10(temperature), temperature.toFixed(2));
    this.scaling.show(scaling);
    this.causal.show(causal);
    if (this.looks.children.length !== T) {
      this.looks.replaceChildren(
        ...tokens.map((_, t) => button("", () => this.set("focus", t))),
      );
    }
    [...this.looks.children].forEach((look, t) => {
      look.textContent = tokens[t];
      look.setAttribute("aria-pressed", String(t === focus));
    });
    if (String(options) !== this.options) {
      this.which.replaceChildren(...options.map(([value, text]) => h("option", { value }, text)));
    }
    this.options = String(options);
    this.which.value = arrow;
    const [x, y] = this.at(arrow);
    this.x.show(x, decimals(x));
    this.y.show(y, decimals(y));
  }
}

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-byhand",
    title: "How do queries, keys and values become an output?",
    tryThis: "Drag the tip of an arrow, or Tab to it and use the arrow keys. Which weights change?",
    build: (parts) => new ByHandView(parts),
  });
}

export default { render };
