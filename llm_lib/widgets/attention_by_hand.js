// AttentionByHand: how do queries, keys and values become an output? The traits are described in
// attention_by_hand.py.

import { attendByHand } from "../engine/hand_attention.js";
import { ArrowPlane, REACH, STEP } from "./parts/arrow_plane.js";
import { slider } from "./shared/controls.js";
import { h } from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";
import { View } from "./shared/view.js";
import { decimals, inBrackets, superscript } from "./shared/words.js";

/** @import { Place, ViewParts } from "./shared/types.js" */
/** @import { Point, Setting, Steps } from "../engine/hand_attention.js" */
/** @typedef {Setting & { tokens: string[], focus: number, arrow: string }} State */
/** @import { Tip } from "./parts/arrow_plane.js" */

/** @type {[token: string, arrows: Record<string, Point>][]} */
const MORE_TOKENS = [["owl", { q: [0, 1], k: [-1, 0], v: [-2, 0] }], ["hen", {
  q: [1, -1],
  k: [1, 1],
  v: [1, -2],
}]];
/** @type {Record<string, string>} */
const NAMES = { q: "query", k: "key", v: "value" };
const SHOWN = ["tokens", "q", "k", "v", "focus", "scaling", "causal", "temperature", "arrow"];

const START = { scaling: true, causal: true, temperature: 1, arrow: "q" };
const EXAMPLE = {
  tokens: ["fox", "bear", "bear?"],
  q: [[1, 0], [1, 1], [0, 2]],
  k: [[1, 0], [0, 1], [0, -1]],
  v: [[2, 0], [0, 2], [0, 0]],
  focus: 2,
};
/**
 * Each preset answers a question of the text.
 * @type {[name: string, values: Record<string, any>][]}
 */
const PRESETS = [
  ["A lookup", { ...START, ...EXAMPLE }],
  ["All keys alike", {
    ...START,
    ...EXAMPLE,
    k: [[1, 1], [1, 1], [1, 1]],
    v: [[2, 0], [0, 2], [1, -2]],
    arrow: "k0",
  }],
  ["A query along one key", {
    ...START,
    tokens: ["fox", "bear", "owl", "fox?"],
    q: [[1, 0], [0, 1], [-1, 0], [3, 0]],
    k: [[1.5, 0], [0, 1.5], [-1.5, 0], [0, -1.5]],
    v: [[2, 1], [-1, 2], [-2, -1], [1, -2]],
    focus: 3,
  }],
  ["Large scores", {
    ...START,
    ...EXAMPLE,
    q: [[1, 0], [1, 1], [1, 4]],
    k: [[2, 1], [1, 4], [0, -4]],
    v: [[2, 0], [0, 2], [1, -2]],
    scaling: false,
  }],
  ["The best match lies ahead", {
    ...START,
    tokens: ["bear?", "fox", "owl", "bear"],
    q: [[0, 3], [1, 0], [-1, 0], [1, 1]],
    k: [[0, -1], [1, 0], [-1, 0.5], [0, 2]],
    v: [[1, -2], [2, 1], [-2, 0], [0, 2]],
    focus: 0,
  }],
];

// ---- Attention: all that computes.

// ---- Numbers as text.

/** @param {Point} point */
const pairText = ([x, y]) => `(${decimals(x)}, ${decimals(y)})`;

/**
 * e to a score: 4.11, or 8.9·10⁶ where that is shorter.
 * @param {number} e
 */
function exponentText(e) {
  if (e === 0 || (e >= 0.01 && e < 1000)) return e.toFixed(2);
  const power = Math.floor(Math.log10(e));
  return `${(e / 10 ** power).toFixed(1)}·10${superscript(power)}`;
}

/**
 * A weight: never a bare 1 or 0 for what is only close to it.
 * @param {number} w
 */
const weightText = (w) =>
  w > 0.995 && w < 1 - 1e-12 ? ">0.99" : w > 0 && w < 0.005 ? "<0.01" : w.toFixed(2);

class ByHandView extends View {
  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    this.build();
    this.follow(SHOWN, () => this.paint());
    this.paint();
  }

  /** @param {Record<string, unknown>} values */
  take(values) {
    for (const [name, value] of Object.entries(values)) {
      this.model.set(name, structuredClone(value));
    }
    this.model.save_changes();
  }

  /**
   * The settings, with as many arrows as there are tokens: Python may change one after the other.
   * @returns {State}
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
    const presets = PRESETS.map(([name, values]) =>
      h("button", { type: "button", onclick: () => this.take(values) }, name)
    );
    const reset = h(
      "button",
      { type: "button", onclick: () => this.take(this.get("initial")) },
      "Reset",
    );
    this.n = slider({ name: "Tokens", min: 3, max: 5, step: 1, oninput: (n) => this.resize(n) });
    this.temperature = slider({
      name: "Temperature",
      min: -1,
      max: Math.log10(5),
      step: 0.01,
      oninput: (x) =>
        this.set("temperature", Math.min(5, Math.max(0.1, Number((10 ** x).toPrecision(2))))),
    });
    const box = (/** @type {string} */ name, /** @type {string} */ text) => {
      const input = h("input", { type: "checkbox", onchange: () => this.set(name, input.checked) });
      return { input, element: h("label", { class: "llm-check" }, input, text) };
    };
    this.scaling = box("scaling", "divide by √D = √2");
    this.causal = box("causal", "causal mask");
    this.looks = h("div", { class: "llm-row", role: "group", "aria-label": "Which token looks?" });
    this.planes = {
      match: new ArrowPlane({
        title: "ArrowPlane of the query and the keys",
        onmove: (id, at) => this.place(id, at),
        onpick: (id) => this.set("arrow", id),
      }),
      mix: new ArrowPlane({
        title: "ArrowPlane of the values and the output",
        onmove: (id, at) => this.place(id, at),
        onpick: (id) => this.set("arrow", id),
      }),
    };
    this.which = h("select", {
      "aria-label": "Arrow to move",
      onchange: () => this.set("arrow", this.which.value),
    });
    this.x = slider({
      name: "x",
      min: -REACH,
      max: REACH,
      step: STEP,
      oninput: (x) => this.place(this.state().arrow, [x, this.at(this.state().arrow)[1]]),
    });
    this.y = slider({
      name: "y",
      min: -REACH,
      max: REACH,
      step: STEP,
      oninput: (y) => this.place(this.state().arrow, [this.at(this.state().arrow)[0], y]),
    });
    this.finding = new Finding(this.model, this.signal);
    this.steps = h("table", { class: "llm-byhand-steps" });
    this.map = h("table", { class: "llm-byhand-map" });
    this.lines = h("div", { class: "llm-byhand-lines" });
    const scrolls = (/** @type {HTMLElement} */ element, /** @type {string} */ name) =>
      h(
        "div",
        { class: "llm-byhand-scroll", tabindex: 0, role: "region", "aria-label": name },
        element,
      );
    this.body.append(
      h(
        "div",
        { class: "llm-row llm-byhand-presets", role: "group", "aria-label": "Examples" },
        ...presets,
        reset,
      ),
      h(
        "div",
        { class: "llm-byhand-controls" },
        h("div", {}, h("p", { class: "llm-label" }, "Which token looks?"), this.looks),
        h("div", { class: "llm-byhand-boxes" }, this.scaling.element, this.causal.element),
        this.temperature,
        this.n,
      ),
      h(
        "div",
        { class: "llm-byhand-planes" },
        h(
          "figure",
          {},
          h("figcaption", { class: "llm-label" }, "Who matches? The query and the keys"),
          this.planes.match.picture,
        ),
        h(
          "figure",
          {},
          h("figcaption", { class: "llm-label" }, "What is mixed? The values and the output"),
          this.planes.mix.picture,
        ),
      ),
      h(
        "div",
        { class: "llm-byhand-arrows" },
        h("label", {}, h("span", { class: "llm-label" }, "Move the"), this.which),
        this.x,
        this.y,
      ),
      this.finding.element,
      h(
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
      ),
      this.linesTitle = h("p", { class: "llm-label llm-byhand-title" }),
      this.lines,
    );
  }

  /**
   * The numbers of an arrow, and how they are set.
   * @param {string} id
   */
  at(id) {
    const { q, k, v, focus } = this.state();
    return id === "q" ? q[focus] : { k, v }[id[0]][Number(id[1])];
  }

  /**
   * @param {string} id
   * @param {Point} at
   */
  place(id, at) {
    /** @type {Record<string, any>} */
    const state = this.state();
    const name = id[0];
    const i = id === "q" ? state.focus : Number(id[1]);
    if (String(state[name][i]) === String(at)) return;
    this.set(
      name,
      state[name].map((
        /** @type {unknown} */ old,
        /** @type {number} */ j,
      ) => (j === i ? at : old)),
    );
  }

  /** @param {number} n */
  resize(n) {
    const { tokens, q, k, v, focus, arrow } = this.state();
    /** @type {Record<string, Point[]>} */
    const lists = { q, k, v };
    while (tokens.length < n) {
      const [name, arrows] = MORE_TOKENS.find(([label]) => !tokens.includes(label)) ??
        MORE_TOKENS[0];
      tokens.push(name);
      for (const kind of ["q", "k", "v"]) lists[kind].push(arrows[kind]);
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
    this.draw(state, run);
    this.fillSteps(state, run);
    this.fillMap(state, run);
    this.writeOut(state, run);
    this.setAll({ scores: run.scores, weights: run.weights, output: run.output });
    this.finding.say(inWordsByHand(state, run));
    this.stepsTitle.textContent = `Step by step, where “${tokens[focus]}” looks`;
    this.linesTitle.textContent = `Each number of “${tokens[focus]}” written out`;
  }

  /** @param {State} state */
  controls({ tokens, focus, scaling, causal, temperature, arrow }) {
    const T = tokens.length;
    const options = [
      ["q", `query of ${tokens[focus]}`],
      ...["k", "v"].flatMap((kind) =>
        tokens.map((token, i) => [`${kind}${i}`, `${NAMES[kind]} of ${token}`])
      ),
    ];
    this.n.show(T, `${T}`);
    this.temperature.show(Math.log10(temperature), temperature.toFixed(2));
    this.scaling.input.checked = scaling;
    this.causal.input.checked = causal;
    if (this.looks.children.length !== T) {
      this.looks.replaceChildren(
        ...tokens.map((_, t) =>
          h("button", { type: "button", onclick: () => this.set("focus", t) })
        ),
      );
    }
    [...this.looks.children].forEach((button, t) => {
      button.textContent = tokens[t];
      button.setAttribute("aria-pressed", String(t === focus));
      button.classList.toggle("llm-byhand-on", t === focus);
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

  /**
   * @param {State} state
   * @param {Steps} steps
   */
  draw({ tokens, q, k, v, focus, arrow }, { weights, hidden, output }) {
    const row = weights[focus];
    const wide = (/** @type {number} */ w) => 1.5 + 6 * w;
    const side = (/** @type {string} */ kind, /** @type {Point[]} */ lists) =>
      tokens.map((token, s) => ({
        id: `${kind}${s}`,
        kind,
        name: `${NAMES[kind]} of ${token}`,
        label: `${kind} ${token}`,
        at: lists[s],
        width: wide(row[s]),
        hidden: hidden(focus, s),
      }));
    this.planes.match.show([...side("k", k), {
      id: "q",
      kind: "q",
      name: `query of ${tokens[focus]}`,
      label: `q ${tokens[focus]}`,
      at: q[focus],
      width: 3,
    }], arrow);
    let at = [0, 0];
    const chain = [at, ...row.map((w, s) => (at = [at[0] + w * v[s][0], at[1] + w * v[s][1]]))];
    this.planes.mix.show(
      [...side("v", v), {
        id: "out",
        kind: "out",
        name: "output",
        label: "output",
        at: output[focus],
        width: 3,
        fixed: true,
      }],
      arrow,
      chain,
    );
  }

  /**
   * @param {State} state
   * @param {Steps} steps
   */
  fillSteps(
    { tokens, v, focus, scaling, causal, temperature },
    { dots, scores, hidden, exps, weights },
  ) {
    const t = focus;
    const divisors = [scaling ? "√2" : "", temperature === 1 ? "" : temperature.toFixed(2)].filter(
      Boolean,
    );
    const row = (
      /** @type {string} */ name,
      /** @type {(s: number) => string | Node[]} */ cell,
      kind = "",
    ) =>
      h(
        "tr",
        { class: kind },
        h("th", { scope: "row" }, name),
        ...tokens.map((_, s) =>
          h("td", { class: hidden(t, s) ? "llm-byhand-off" : "" }, ...[cell(s)].flat())
        ),
      );
    this.steps.replaceChildren(
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, "at"),
          ...tokens.map((token) => h("th", { scope: "col" }, token)),
        ),
      ),
      h(
        "tbody",
        {},
        row("q · k", (/** @type {number} */ s) => decimals(dots[t][s])),
        row(
          divisors.length ? `÷ ${divisors.join(" ÷ ")}` : "not divided",
          (/** @type {number} */ s) => decimals(scores[t][s]),
        ),
        row(
          causal ? "mask" : "no mask",
          (/** @type {number} */ s) => (hidden(t, s) ? "−∞" : decimals(scores[t][s])),
        ),
        row("e to that", (/** @type {number} */ s) => exponentText(exps[t][s])),
        row("weight", (/** @type {number} */ s) => weightText(weights[t][s]), "llm-byhand-weight"),
        row(
          "weight · v",
          (/** @type {number} */ s) =>
            [0, 1].map((c) => h("span", {}, decimals(weights[t][s] * v[s][c]))),
        ),
      ),
    );
  }

  /**
   * @param {State} state
   * @param {Steps} steps
   */
  fillMap({ tokens, focus }, { weights, hidden }) {
    const cell = (/** @type {number} */ w, /** @type {boolean} */ off) =>
      h(
        "td",
        off
          ? { class: "llm-byhand-off", "aria-label": "hidden" }
          : { style: `--share: ${(100 * w).toFixed(1)}%` },
        off ? "–" : weightText(w),
      );
    this.map.replaceChildren(
      h(
        "thead",
        {},
        h("tr", {}, h("td"), ...tokens.map((token) => h("th", { scope: "col" }, token))),
      ),
      h(
        "tbody",
        {},
        ...tokens.map((token, t) =>
          h(
            "tr",
            { class: t === focus ? "llm-byhand-on" : "", onclick: () => this.set("focus", t) },
            h("th", { scope: "row" }, token),
            ...weights[t].map((w, s) => cell(w, hidden(t, s))),
          )
        ),
      ),
    );
  }

  /**
   * @param {State} state
   * @param {Steps} steps
   */
  writeOut(
    { tokens, q, k, v, focus, scaling, temperature },
    { T, dots, scores, hidden, exps, sums, weights, output },
  ) {
    const t = focus;
    const seen = Array.from({ length: T }, (_, s) => s).filter((s) => !hidden(t, s));
    const divided = `${scaling ? " ÷ √2" : ""}` +
      (temperature === 1 ? "" : ` ÷ ${temperature.toFixed(2)}`);
    const line = (/** @type {string} */ name, /** @type {string} */ text) =>
      h("p", {}, h("b", {}, name), h("span", {}, text));
    const dot = (/** @type {number} */ s) =>
      `${decimals(q[t][0])} · ${inBrackets(k[s][0])} + ${inBrackets(q[t][1])} · ` +
      `${inBrackets(k[s][1])} = ${decimals(dots[t][s])}`;
    const sum = seen.map((s) => exponentText(exps[t][s])).join(" + ");
    const mix = (/** @type {number} */ c) =>
      (seen.map((s) => `${weightText(weights[t][s])} · ${inBrackets(v[s][c])}`).join(" + ")) +
      ` ≈ ${decimals(output[t][c])}`;
    this.lines.replaceChildren(
      ...tokens.map((
        token,
        s,
      ) => (hidden(t, s) ? line(`score, ${token}`, "hidden by the mask: it counts as −∞") : line(
        `score, ${token}`,
        `${dot(s)}${divided ? `,${divided} ≈ ${decimals(scores[t][s])}` : ""}`,
      ))),
      line(
        "sum of e to the scores",
        seen.length > 1 ? `${sum} ≈ ${exponentText(sums[t])}` : `${sum}, the only one`,
      ),
      ...seen.map((s) =>
        line(
          `weight, ${tokens[s]}`,
          `${exponentText(exps[t][s])} ÷ ${exponentText(sums[t])} ≈ ${weightText(weights[t][s])}`,
        )
      ),
      line("output x", mix(0)),
      line("output y", mix(1)),
    );
  }
}

/**
 * What is to be seen, in words.
 * @param {State} state
 * @param {Steps} steps
 */
function inWordsByHand({ tokens, v, focus, causal }, { T, scores, hidden, weights, output }) {
  const t = focus;
  const row = weights[t];
  const seen = Array.from({ length: T }, (_, s) => s).filter((s) => !hidden(t, s));
  const best = seen.reduce((a, b) => (row[b] > row[a] ? b : a));
  const name = (/** @type {number} */ s) => `“${tokens[s]}”`;
  const ending = `Its output is ${pairText(output[t])}`;
  const all = Array.from({ length: T }, (_, s) => s);
  const anywhere = all.reduce((a, b) => (scores[t][b] > scores[t][a] + 1e-9 ? b : a));
  const missed = causal && hidden(t, anywhere)
    ? ` The best match, ${name(anywhere)}, lies in the future: the mask hides it.`
    : "";
  if (seen.length === 1) {
    return `${name(t)} sees only itself, so all weight falls on it, whatever its query. ` +
      `${ending}, its own value.${missed}`;
  }
  const spread = Math.max(...seen.map((s) => scores[t][s])) -
    Math.min(...seen.map((s) => scores[t][s]));
  if (spread < 1e-9) {
    return `All scores of ${name(t)} are equal, so all ${seen.length} weights are ` +
      `${row[best].toFixed(2)}: attention is a plain average. ${ending}, the mean of the ` +
      `values it sees.${missed}`;
  }
  const slope = row[best] * (1 - row[best]);
  if (row[best] > 0.99) {
    return `Saturated: ${name(best)} gets nearly all of the weight of ${name(t)}, and ` +
      `${ending.replace("Its", "the")}, almost its value ${pairText(v[best])}. The slope w ` +
      `· (1 − w) is ${slope < 0.0001 ? "below 0.0001" : slope.toFixed(4)}: small changes ` +
      `of the scores hardly change anything any more.${missed}`;
  }
  const ahead = !causal && best > t
    ? " It lies in the future: without a mask, nothing forbids that."
    : "";
  return `${name(t)} gives most weight, ${row[best].toFixed(2)}, to ${name(best)}, whose ` +
    `score of ${decimals(scores[t][best])} is the largest it sees. ${ending}: the values, ` +
    `mixed by these weights.${ahead}${missed}`;
}

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-byhand",
    title: "How do queries, keys and values become an output?",
    tryThis: "Drag the tip of an arrow, or choose one below and move its sliders. Which weights " +
      "change, and which output?",
    build: (parts) => new ByHandView(parts),
  });
}

export default { render };
