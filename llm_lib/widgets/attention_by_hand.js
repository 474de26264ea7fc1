// AttentionByHand: how do queries, keys and values become an output? The traits are described in
// attention_by_hand.py.

import { attendByHand } from "../engine/hand_attention.js";
import { eachFrame, h, onTraits, setTrait, slider } from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";
import { svg } from "./shared/svg.js";

// An arrow's reach; the plane in its own units
const REACH = 4;
const SIZE = 300;
const PAD = 14;
const UNIT = (SIZE / 2 - PAD) / REACH;
const STEP = 0.1;
const LEAP = 0.5; // of an arrow key, and with Shift
const MORE_TOKENS = [["owl", { q: [0, 1], k: [-1, 0], v: [-2, 0] }], ["hen", {
  q: [1, -1],
  k: [1, 1],
  v: [1, -2],
}]];
const NAMES = { q: "query", k: "key", v: "value" };
const SUPERSCRIPTS_BY_HAND = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const SHOWN = ["tokens", "q", "k", "v", "focus", "scaling", "causal", "temperature", "arrow"];

const START = { scaling: true, causal: true, temperature: 1, arrow: "q" };
const EXAMPLE = {
  tokens: ["fox", "bear", "bear?"],
  q: [[1, 0], [1, 1], [0, 2]],
  k: [[1, 0], [0, 1], [0, -1]],
  v: [[2, 0], [0, 2], [0, 0]],
  focus: 2,
};
/** Each preset answers a question of the text. */
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

const fixed = (
  x,
) => (Math.abs(x) < 0.005 ? "0.00" : `${x < 0 ? "−" : ""}${Math.abs(x).toFixed(2)}`);
const inProduct = (x) => (fixed(x).startsWith("−") ? `(${fixed(x)})` : fixed(x));
const pairText = ([x, y]) => `(${fixed(x)}, ${fixed(y)})`;

/** e to a score: 4.11, or 8.9·10⁶ where that is shorter. */
function exponentText(e) {
  if (e === 0 || (e >= 0.01 && e < 1000)) return e.toFixed(2);
  const power = Math.floor(Math.log10(e));
  return `${(e / 10 ** power).toFixed(1)}·10${power < 0 ? "⁻" : ""}${
    String(Math.abs(power)).replace(/\d/g, (d) => SUPERSCRIPTS_BY_HAND[d])
  }`;
}

/** A weight: never a bare 1 or 0 for what is only close to it. */
const weightText = (
  w,
) => (w > 0.995 && w < 1 - 1e-12 ? ">0.99" : w > 0 && w < 0.005 ? "<0.01" : w.toFixed(2));

/** A plane with arrows from the origin. tips: [{id, kind, name, at, width, style, fixed}]. */
class Plane {
  constructor({ title, onmove, onpick }) {
    Object.assign(this, { onmove, onpick, handles: new Map(), arrows: new Map() });
    this.chain = svg("polyline", { class: "llm-byhand-chain" });
    this.layer = svg("g");
    this.grips = svg("g");
    this.picture = svg("svg", {
      viewBox: `0 0 ${SIZE} ${SIZE}`,
      class: "llm-byhand-plane",
      role: "group",
      "aria-label": title,
    });
    this.picture.append(this.grid(), this.chain, this.layer, this.grips);
    this.picture.addEventListener("pointermove", (event) => {
      if (this.dragging) this.move(this.dragging, this.place(event));
    });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      this.picture.addEventListener(end, () => {
        this.dragging = null;
      });
    }
  }

  grid() {
    const lines = svg("g", { class: "llm-byhand-grid", "aria-hidden": "true" });
    for (let i = -REACH; i <= REACH; i++) {
      const at = SIZE / 2 + i * UNIT;
      const kind = i ? "" : "llm-byhand-axis";
      lines.append(
        svg("line", { x1: at, x2: at, y1: PAD, y2: SIZE - PAD, class: kind }),
        svg("line", { y1: at, y2: at, x1: PAD, x2: SIZE - PAD, class: kind }),
      );
      if (i && i % 2 === 0) {
        lines.append(
          svg("text", { x: at, y: SIZE / 2 + 12 }, fixed(i).replace(".00", "")),
          svg("text", { x: SIZE / 2 - 9, y: at + 4 }, fixed(-i).replace(".00", "")),
        );
      }
    }
    return lines;
  }

  /** Where an event is, in the numbers of the plane. */
  place(event) {
    const box = this.picture.getBoundingClientRect();
    const scale = SIZE / box.width;
    return [
      ((event.clientX - box.left) * scale - SIZE / 2) / UNIT,
      (SIZE / 2 - (event.clientY - box.top) * scale) / UNIT,
    ];
  }

  move(id, at) {
    const near = (x) => Math.max(-REACH, Math.min(REACH, Math.round(x / STEP) / (1 / STEP)));
    this.onmove(id, at.map(near));
  }

  handle(id) {
    const grip = svg("g", {
      class: "llm-byhand-grip",
      tabindex: 0,
      role: "slider",
      "aria-valuemin": -REACH,
      "aria-valuemax": REACH,
    });
    grip.append(
      svg("circle", { r: 14, class: "llm-byhand-hit" }),
      svg("circle", { r: 5.5, class: "llm-byhand-tip" }),
    );
    grip.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.picture.setPointerCapture(event.pointerId);
      this.dragging = id;
      this.onpick(id);
      grip.focus({ preventScroll: true });
    });
    grip.addEventListener("focus", () => this.onpick(id));
    grip.addEventListener("keydown", (event) => {
      const step = event.shiftKey ? LEAP : STEP;
      const [dx, dy] = {
        ArrowRight: [step, 0],
        ArrowLeft: [-step, 0],
        ArrowUp: [0, step],
        ArrowDown: [0, -step],
      }[event.key] ?? [0, 0];
      if (!(dx || dy) || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      const [x, y] = this.tips.find((tip) => tip.id === id).at;
      this.move(id, [x + dx, y + dy]);
    });
    this.handles.set(id, grip);
    return grip;
  }

  /**
   * tips: the arrows; chosen: the id of the one that the sliders move; chain: points to join by a
   * thin line.
   */
  show(tips, chosen, chain = []) {
    this.tips = tips;
    const at = ([x, y]) => [SIZE / 2 + x * UNIT, SIZE / 2 - y * UNIT];
    this.chain.setAttribute(
      "points",
      chain.map((point) => at(point).map((n) => n.toFixed(1)).join(",")).join(" "),
    );
    this.layer.replaceChildren(
      ...tips.map((tip) => this.arrow(tip, at(tip.at))),
      ...this.labels(tips, at),
    );
    const movable = tips.filter((tip) => !tip.fixed);
    const ids = movable.map((tip) => tip.id);
    for (const [id, grip] of this.handles) {
      if (!ids.includes(id)) {
        grip.remove();
        this.handles.delete(id);
      }
    }
    movable.forEach((tip) => {
      const grip = this.handles.get(tip.id) ?? this.handle(tip.id);
      const [x, y] = at(tip.at);
      if (!grip.parentNode) this.grips.append(grip);
      grip.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
      grip.setAttribute(
        "class",
        `llm-byhand-grip llm-byhand-${tip.kind}` + (tip.id === chosen ? " llm-byhand-chosen" : "") +
          (tip.hidden ? " llm-byhand-hidden" : ""),
      );
      grip.setAttribute("aria-label", `${tip.name}: arrow keys move its tip`);
      grip.setAttribute("aria-valuenow", tip.at[0]);
      grip.setAttribute("aria-valuetext", `x ${fixed(tip.at[0])}, y ${fixed(tip.at[1])}`);
    });
    // the chosen one on top, so that of two tips in one place it is the one that can be dragged
    const top = this.handles.get(chosen);
    if (top && top !== this.grips.lastChild && top !== document.activeElement && !this.dragging) {
      this.grips.append(top);
    }
  }

  arrow({ kind, width, hidden }, [x, y]) {
    const dx = x - SIZE / 2;
    const dy = y - SIZE / 2;
    const length = Math.hypot(dx, dy);
    const kinds = `llm-byhand-arrow llm-byhand-${kind}${hidden ? " llm-byhand-hidden" : ""}`;
    if (length < 1) return svg("g");
    const [ux, uy] = [dx / length, dy / length];
    const head = Math.min(11 + width, length);
    const [bx, by] = [x - ux * head, y - uy * head];
    const side = 0.42 * head;
    const points = [[x, y], [bx - uy * side, by + ux * side], [bx + uy * side, by - ux * side]].map(
      (p) => p.map((n) => n.toFixed(1)).join(","),
    ).join(" ");
    return svg(
      "g",
      { class: kinds },
      svg("line", {
        x1: SIZE / 2,
        y1: SIZE / 2,
        x2: bx.toFixed(1),
        y2: by.toFixed(1),
        "stroke-width": width.toFixed(2),
      }),
      svg("polygon", { points }),
    );
  }

  /** One label for all tips in one place. */
  labels(tips, at) {
    const groups = [];
    for (const tip of tips) {
      const place = at(tip.at);
      const group = groups.find((g) =>
        Math.hypot(g.place[0] - place[0], g.place[1] - place[1]) < 14
      );
      if (group) group.texts.push(tip.label);
      else groups.push({ place, texts: [tip.label] });
    }
    return groups.map(({ place: [x, y], texts }) => {
      const right = x >= SIZE / 2 - 1;
      const text = texts.join(", ");
      const room = 6.6 * text.length + 12;
      const left = right ? Math.min(x + 10, SIZE - room + 8) : Math.max(x - 10, room - 8);
      const centre = Math.hypot(x - SIZE / 2, y - SIZE / 2) < 2;
      const up = y > SIZE / 2 + 1 || centre ? 20 : -11;
      return svg("text", {
        x: left.toFixed(1),
        y: Math.max(12, Math.min(SIZE - 4, y + up)).toFixed(1),
        class: "llm-byhand-label",
        "text-anchor": right ? "start" : "end",
      }, text);
    });
  }
}

class ByHandView {
  constructor({ model, root, body, signal }) {
    Object.assign(this, { model, root, signal });
    this.build(body);
    onTraits(model, SHOWN, signal, eachFrame(() => this.paint(), signal));
    this.paint();
  }

  get(name) {
    return this.model.get(name);
  }
  set(name, value) {
    setTrait(this.model, name, value);
  }

  take(values) {
    for (const [name, value] of Object.entries(values)) {
      this.model.set(name, structuredClone(value));
    }
    this.model.save_changes();
  }

  /**
   * The settings, with as many arrows as there are tokens: Python may change one after the other.
   */
  state() {
    const state = Object.fromEntries(SHOWN.map((name) => [name, this.get(name)]));
    const n = Math.min(...["tokens", "q", "k", "v"].map((name) => state[name].length));
    for (const name of ["tokens", "q", "k", "v"]) state[name] = state[name].slice(0, n);
    state.focus = Math.min(state.focus, n - 1);
    if (Number(state.arrow.slice(1)) >= n) state.arrow = "q";
    return state;
  }

  build(body) {
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
    const box = (name, text) => {
      const input = h("input", { type: "checkbox", onchange: () => this.set(name, input.checked) });
      return { input, element: h("label", { class: "llm-check" }, input, text) };
    };
    this.scaling = box("scaling", "divide by √D = √2");
    this.causal = box("causal", "causal mask");
    this.looks = h("div", { class: "llm-row", role: "group", "aria-label": "Which token looks?" });
    this.planes = {
      match: new Plane({
        title: "Plane of the query and the keys",
        onmove: (id, at) => this.place(id, at),
        onpick: (id) => this.set("arrow", id),
      }),
      mix: new Plane({
        title: "Plane of the values and the output",
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
    const scrolls = (element, name) =>
      h(
        "div",
        { class: "llm-byhand-scroll", tabindex: 0, role: "region", "aria-label": name },
        element,
      );
    body.append(
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

  /** The numbers of an arrow, and how they are set. */
  at(id) {
    const { q, k, v, focus } = this.state();
    return id === "q" ? q[focus] : { k, v }[id[0]][Number(id[1])];
  }

  place(id, at) {
    const state = this.state();
    const name = id[0];
    const i = id === "q" ? state.focus : Number(id[1]);
    if (String(state[name][i]) === String(at)) return;
    this.set(name, state[name].map((old, j) => (j === i ? at : old)));
  }

  resize(n) {
    const { tokens, q, k, v, focus, arrow } = this.state();
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
    for (const name of ["scores", "weights", "output"]) this.model.set(name, run[name]);
    this.model.save_changes();
    this.finding.say(inWordsByHand(state, run));
    this.stepsTitle.textContent = `Step by step, where “${tokens[focus]}” looks`;
    this.linesTitle.textContent = `Each number of “${tokens[focus]}” written out`;
  }

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
      button.setAttribute("aria-pressed", t === focus);
      button.classList.toggle("llm-byhand-on", t === focus);
    });
    if (String(options) !== this.options) {
      this.which.replaceChildren(...options.map(([value, text]) => h("option", { value }, text)));
    }
    this.options = String(options);
    this.which.value = arrow;
    const [x, y] = this.at(arrow);
    this.x.show(x, fixed(x));
    this.y.show(y, fixed(y));
  }

  draw({ tokens, q, k, v, focus, arrow }, { weights, hidden, output }) {
    const row = weights[focus];
    const wide = (w) => 1.5 + 6 * w;
    const side = (kind, lists) =>
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

  fillSteps(
    { tokens, v, focus, scaling, causal, temperature },
    { dots, scores, hidden, exps, weights },
  ) {
    const t = focus;
    const divisors = [scaling ? "√2" : "", temperature === 1 ? "" : temperature.toFixed(2)].filter(
      Boolean,
    );
    const row = (name, cell, kind = "") =>
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
        row("q · k", (s) => fixed(dots[t][s])),
        row(
          divisors.length ? `÷ ${divisors.join(" ÷ ")}` : "not divided",
          (s) => fixed(scores[t][s]),
        ),
        row(causal ? "mask" : "no mask", (s) => (hidden(t, s) ? "−∞" : fixed(scores[t][s]))),
        row("e to that", (s) => exponentText(exps[t][s])),
        row("weight", (s) => weightText(weights[t][s]), "llm-byhand-weight"),
        row("weight · v", (s) => [0, 1].map((c) => h("span", {}, fixed(weights[t][s] * v[s][c])))),
      ),
    );
  }

  fillMap({ tokens, focus }, { weights, hidden }) {
    const cell = (w, off) =>
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

  writeOut(
    { tokens, q, k, v, focus, scaling, temperature },
    { T, dots, scores, hidden, exps, sums, weights, output },
  ) {
    const t = focus;
    const seen = Array.from({ length: T }, (_, s) => s).filter((s) => !hidden(t, s));
    const divided = `${scaling ? " ÷ √2" : ""}` +
      (temperature === 1 ? "" : ` ÷ ${temperature.toFixed(2)}`);
    const line = (name, text) => h("p", {}, h("b", {}, name), h("span", {}, text));
    const dot = (s) =>
      `${fixed(q[t][0])} · ${inProduct(k[s][0])} + ${inProduct(q[t][1])} · ` +
      `${inProduct(k[s][1])} = ${fixed(dots[t][s])}`;
    const sum = seen.map((s) => exponentText(exps[t][s])).join(" + ");
    const mix = (c) =>
      (seen.map((s) => `${weightText(weights[t][s])} · ${inProduct(v[s][c])}`).join(" + ")) +
      ` ≈ ${fixed(output[t][c])}`;
    this.lines.replaceChildren(
      ...tokens.map((
        token,
        s,
      ) => (hidden(t, s) ? line(`score, ${token}`, "hidden by the mask: it counts as −∞") : line(
        `score, ${token}`,
        `${dot(s)}${divided ? `,${divided} ≈ ${fixed(scores[t][s])}` : ""}`,
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

/** What is to be seen, in words. */
function inWordsByHand({ tokens, v, focus, causal }, { T, scores, hidden, weights, output }) {
  const t = focus;
  const row = weights[t];
  const seen = Array.from({ length: T }, (_, s) => s).filter((s) => !hidden(t, s));
  const best = seen.reduce((a, b) => (row[b] > row[a] ? b : a));
  const name = (s) => `“${tokens[s]}”`;
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
    `score of ${fixed(scores[t][best])} is the largest it sees. ${ending}: the values, ` +
    `mixed by these weights.${ahead}${missed}`;
}

function render({ model, el }) {
  return showWidget({
    model,
    el,
    name: "llm-byhand",
    title: "How do queries, keys and values become an output?",
    tryThis: "Drag the tip of an arrow, or choose one below and move its sliders. Which weights " +
      "change, and which output?",
    build: (parts) => new ByHandView(parts),
  });
}

export default { render };
