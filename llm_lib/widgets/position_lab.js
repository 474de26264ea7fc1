// PositionLab: how do numbers say where a token stands? The traits are described in
// position_lab.py.

import { frequency, randomVector, rotary, sinusoid } from "../engine/positions.js";
import { dot } from "../engine/vectors.js";
import { Curve } from "./parts/curve.js";
import { groupName, slider } from "./shared/controls.js";
import { eachFrame, h, onResize, onTheme, onTraits, themeColour } from "./shared/dom.js";
import { Finding, showWidget } from "./shared/frame.js";
import { svg } from "./shared/svg.js";
import { View } from "./shared/view.js";

/** @import { Place, ViewParts } from "./shared/types.js" */

const VIEWS = [["waves", "Waves: the sinusoidal table"], ["clocks", "Clocks: rotary pairs"], [
  "distances",
  "Distances: dot products",
]];
const SCHEMES = [["sinusoidal", "two sinusoidal positions"], [
  "rotary, k = q",
  "rotary, key like query",
], ["rotary", "rotary, random query and key"]];
const MAX_CLOCKS = 16;

/**
 * How many positions one turn of a pair takes, in words: "6.3", "5,961", "54,410".
 * @param {number} turn
 */
function inPositions(turn) {
  return turn < 100 ? turn.toFixed(1) : Math.round(turn).toLocaleString("en");
}

class PositionView extends View {
  /** @param {ViewParts} parts */
  constructor(parts) {
    super(parts);
    const { model, body, signal } = parts;
    this.build();
    const repaint = eachFrame(() => this.paint(), signal);
    onTraits(
      model,
      ["view", "n_positions", "dimension", "base", "channel", "position", "scheme", "seed"],
      signal,
      repaint,
    );
    onTheme(signal, repaint);
    onResize([body], signal, repaint);
    this.paint();
  }

  /**
   * A setting that can be out of range while another one is small: here it is brought into range.
   * @param {string} name
   * @param {number} size
   */
  within(name, size) {
    return Math.min(this.get(name), size - 1);
  }

  build() {
    this.sliders = {
      n_positions: slider({
        name: "Positions",
        min: 8,
        max: 256,
        step: 1,
        oninput: (v) => this.set("n_positions", v),
      }),
      dimension: slider({
        name: "Dimension",
        min: 2,
        max: 128,
        step: 2,
        note: "channels; two make a pair",
        oninput: (v) => this.set("dimension", v),
      }),
      base: slider({
        name: "Base",
        min: 1,
        max: 6,
        step: 0.05,
        note: "the larger, the slower the slow pairs",
        oninput: (v) => this.set("base", Number((10 ** v).toPrecision(3))),
      }),
    };
    this.views = this.choice("view", VIEWS, "What to look at");
    this.finding = new Finding(this.model, this.signal);
    this.place = h("div"); // holds the panel of the view, and no other
    /** @type {Record<string, HTMLElement>} */
    this.panels = {
      waves: this.buildWaves(),
      clocks: this.buildClocks(),
      distances: this.buildDistances(),
    };
    this.body.append(
      this.views.element,
      h("div", { class: "llm-position-sliders" }, ...Object.values(this.sliders)),
      this.place,
      this.finding.element,
      h(
        "div",
        { class: "llm-row llm-position-reset" },
        h("button", { type: "button", onclick: () => this.reset() }, "Reset"),
      ),
    );
  }

  /**
   * Radio buttons for one trait.
   * @param {string} name
   * @param {string[][]} options
   * @param {string} label
   */
  choice(name, options, label) {
    const group = groupName(`llm-position-${name}`);
    const inputs = options.map(([value]) =>
      h("input", { type: "radio", name: group, value, onchange: () => this.set(name, value) })
    );
    const element = h("div", {
      class: "llm-row llm-position-choice",
      role: "radiogroup",
      "aria-label": label,
    }, ...options.map(([, text], i) => h("label", { class: "llm-check" }, inputs[i], text)));
    return {
      element,
      show: (/** @type {string} */ value) =>
        inputs.forEach((input) => {
          input.checked = input.value === value;
        }),
    };
  }

  buildWaves() {
    this.heat = h("canvas", { class: "llm-position-heat", role: "img" });
    this.heat.addEventListener("click", (event) => {
      const box = this.heat.getBoundingClientRect();
      const size = this.get("dimension");
      this.set(
        "channel",
        Math.min(size - 1, Math.floor(((event.clientX - box.left) / box.width) * size)),
      );
    });
    this.channel = slider({
      name: "Channel",
      min: 0,
      max: 127,
      step: 1,
      oninput: (v) => this.set("channel", v),
    });
    this.wave = new Curve();
    return h(
      "section",
      { "aria-label": "Waves" },
      h("p", { class: "llm-label" }, "The table: rows are positions, columns are channels"),
      h(
        "div",
        { class: "llm-position-mapframe" },
        this.heat,
        h(
          "div",
          { class: "llm-position-key" },
          h("span", {}, h("i", { class: "llm-position-plus" }), "+1"),
          h("span", {}, h("i", { class: "llm-position-none" }), "0"),
          h("span", {}, h("i", { class: "llm-position-minus" }), "−1"),
        ),
      ),
      this.channel,
      this.wave.element,
    );
  }

  buildClocks() {
    this.hands = slider({
      name: "Position",
      min: 0,
      max: 255,
      step: 1,
      oninput: (v) => this.set("position", v),
    });
    this.clockNote = h("p", { class: "llm-note" });
    this.clocks = h("ol", { class: "llm-position-clocks" });
    return h("section", { "aria-label": "Clocks" }, this.hands, this.clockNote, this.clocks);
  }

  buildDistances() {
    this.schemes = this.choice("scheme", SCHEMES, "What is multiplied");
    this.first = slider({
      name: "First position",
      min: 0,
      max: 255,
      step: 1,
      note: "the second lies behind it, by the distance",
      oninput: (v) => this.set("position", v),
    });
    this.distances = new Curve();
    this.another = h("button", {
      type: "button",
      onclick: () => this.set("seed", (this.get("seed") + 1) % 2 ** 31),
    }, "Other random numbers");
    return h(
      "section",
      { "aria-label": "Distances" },
      this.schemes.element,
      this.first,
      h("p", { class: "llm-label" }, "Dot product of the two, by distance"),
      this.distances.element,
      h("div", { class: "llm-row" }, this.another),
    );
  }

  paint() {
    const view = this.get("view");
    const n = this.get("n_positions");
    const size = this.get("dimension");
    const base = this.get("base");
    this.views.show(view);
    this.sliders.n_positions.show(n, `${n}`);
    this.sliders.dimension.show(size, `${size}`);
    this.sliders.base.show(Math.log10(base), Number(base.toPrecision(3)).toLocaleString("en"));
    if (this.place.firstChild !== this.panels[view]) this.place.replaceChildren(this.panels[view]);
    /** @type {Record<string, () => string>} */
    const sayings = {
      waves: () => this.paintWaves(n, size, base),
      clocks: () => this.paintClocks(n, size, base),
      distances: () => this.paintDistances(n, size, base),
    };
    const words = sayings[view]();
    this.finding.say(words);
  }

  /**
   * "Pair 0 turns once in 6.3 positions, the slowest, pair 15, in 35,333."
   * @param {number} size
   * @param {number} base
   */
  pace(size, base) {
    const last = size / 2 - 1;
    const first = `Pair 0 turns once in ${inPositions(2 * Math.PI)} positions`;
    return last
      ? `${first}, the slowest, pair ${last}, in ` +
        `${inPositions((2 * Math.PI) / frequency(last, size, base))}.`
      : `${first}; it is the only one.`;
  }

  /**
   * @param {number} n
   * @param {number} size
   * @param {number} base
   */
  paintWaves(n, size, base) {
    const channel = this.within("channel", size);
    const rows = Array.from({ length: n }, (_, t) => sinusoid(t, size, base));
    this.paintHeat(rows, channel);
    const values = rows.map((row) => row[channel]);
    const turn = (2 * Math.PI) / frequency(channel >> 1, size, base);
    this.channel.querySelector("input").max = String(size - 1);
    this.channel.show(
      channel,
      `${channel}: ${channel % 2 ? "cosine" : "sine"} of pair ${channel >> 1}`,
    );
    this.wave.show({
      values,
      at: -1,
      limit: 1,
      xName: "position",
      words: `Channel ${channel} over ${n} positions: a ${channel % 2 ? "cosine" : "sine"} that ` +
        `repeats after ${inPositions(turn)} positions.`,
    });
    this.set("shown", values);
    const seen = turn > n
      ? `so its curve shows ${n < turn / 10 ? "hardly any" : "only a part"} of a wave`
      : `so ${n} positions hold ${((n - 1) / turn).toFixed(1)} waves`;
    return `Channel ${channel} repeats after ${inPositions(turn)} positions, ${seen}. ` +
      `${this.pace(size, base)}`;
  }

  /**
   * @param {number[][]} rows
   * @param {number} channel
   */
  paintHeat(rows, channel) {
    const n = rows.length;
    const size = rows[0].length;
    const ratio = Math.min(devicePixelRatio || 1, 2);
    const width = Math.max(120, this.heat.parentElement.clientWidth - 60);
    const height = Math.max(160, Math.min(320, 5 * n));
    const [w, hgt] = [Math.round(width * ratio), Math.round(height * ratio)];
    const context = this.heat.getContext("2d");
    Object.assign(this.heat, { width: w, height: hgt });
    this.heat.style.width = `${width}px`;
    this.heat.style.height = `${height}px`;
    const colour = (/** @type {string} */ name) => `rgb(${themeColour(this.root, name)})`;
    const [plus, minus, mark] = ["--llm-accent", "--llm-accent-2", "--llm-fg"].map(colour);
    rows.forEach((row, t) =>
      row.forEach((value, c) => {
        const [x, y] = [Math.round((c * w) / size), Math.round((t * hgt) / n)];
        context.globalAlpha = Math.abs(value);
        context.fillStyle = value > 0 ? plus : minus;
        context.fillRect(
          x,
          y,
          Math.round(((c + 1) * w) / size) - x,
          Math.round(((t + 1) * hgt) / n) - y,
        );
      })
    );
    context.globalAlpha = 1;
    context.strokeStyle = mark;
    context.lineWidth = 1.5 * ratio;
    context.strokeRect((channel * w) / size, 0.75 * ratio, w / size, hgt - 1.5 * ratio);
    this.heat.setAttribute(
      "aria-label",
      `Table of ${n} positions and ${size} channels. On the left the values change from ` +
        `row to row; towards the right they hardly change at all. Channel ${channel} is ` +
        "framed.",
    );
  }

  /**
   * @param {number} n
   * @param {number} size
   * @param {number} base
   */
  paintClocks(n, size, base) {
    const t = this.within("position", n);
    const pairs = size / 2;
    const many = Math.min(pairs, MAX_CLOCKS);
    this.hands.querySelector("input").max = String(n - 1);
    this.hands.show(t, `${t}`);
    const shown = Array.from(
      { length: many },
      (_, i) => (many === 1 ? 0 : Math.round((i * (pairs - 1)) / (many - 1))),
    );
    this.clockNote.textContent =
      `${many < pairs ? `${many} of ${pairs} pairs. ` : ""}A hand starts at the right and ` +
      "turns against the clock. The shaded part is how far it has come since its last full " +
      "turn.";
    this.clocks.replaceChildren(
      ...shown.map((j) =>
        this.clock(j, t * frequency(j, size, base), (2 * Math.PI) / frequency(j, size, base))
      ),
    );
    this.set(
      "shown",
      Array.from({ length: pairs }, (_, j) => (t * frequency(j, size, base)) / (2 * Math.PI)),
    );
    const done = (/** @type {number} */ j) => {
      const turns = (t * frequency(j, size, base)) / (2 * Math.PI);
      return turns && turns < 0.001
        ? "less than a thousandth of a turn"
        : `${turns.toFixed(turns < 1 ? 3 : 2)} turns`;
    };
    const slow = pairs > 1 ? `, and pair ${pairs - 1} has made ${done(pairs - 1)}` : "";
    return `At position ${t}, pair 0 has made ${done(0)}${slow}. ${this.pace(size, base)}`;
  }

  /**
   * @param {number} j
   * @param {number} angle
   * @param {number} turn
   */
  clock(j, angle, turn) {
    const at = (
      /** @type {number} */ a,
      /** @type {number} */ r,
    ) => [50 + r * Math.cos(a), 50 - r * Math.sin(a)];
    const rest = angle % (2 * Math.PI);
    const [x, y] = at(rest, 44);
    const [px, py] = at(rest, 36);
    const picture = svg("svg", { viewBox: "0 0 100 100", "aria-hidden": "true" });
    picture.append(
      svg("circle", { cx: 50, cy: 50, r: 46, class: "llm-position-face" }),
      svg("path", {
        d: `M50 50L86 50A36 36 0 ${rest > Math.PI ? 1 : 0} 0 ${px} ${py}Z`,
        class: "llm-position-swept",
      }),
      svg("line", { x1: 50, y1: 50, x2: x, y2: y, class: "llm-position-hand" }),
      svg("circle", { cx: 50, cy: 50, r: 4, class: "llm-position-hub" }),
    );
    const degrees = Math.round((rest * 180) / Math.PI) % 360;
    return h(
      "li",
      {
        "aria-label": `Pair ${j}: ${degrees} degrees; one turn takes ${inPositions(turn)} ` +
          "positions",
      },
      picture,
      h("b", {}, `pair ${j}`),
      h("span", { class: "llm-note" }, `${inPositions(turn)} a turn`),
    );
  }

  /**
   * @param {number} n
   * @param {number} size
   * @param {number} base
   */
  paintDistances(n, size, base) {
    const scheme = this.get("scheme");
    const start = this.within("position", n);
    const seed = this.get("seed");
    const turned = scheme !== "sinusoidal";
    this.schemes.show(scheme);
    this.first.querySelector("input").max = String(n - 1);
    this.first.show(start, `${start}`);
    this.another.disabled = !turned;
    const q = turned ? randomVector(size, 2 * seed) : [];
    const k = !turned ? [] : scheme === "rotary" ? randomVector(size, 2 * seed + 1) : q;
    const values = Array.from(
      { length: n },
      (_, d) =>
        turned
          ? dot(rotary(q, start + d, base), rotary(k, start, base))
          : dot(sinusoid(start + d, size, base), sinusoid(start, size, base)),
    );
    const largest = Math.max(...values.map(Math.abs));
    const unit = 10 ** Math.floor(Math.log10(largest));
    const limit = [1, 2, 2.5, 5, 10].map((f) => f * unit).find((f) => f >= largest * 0.999) ??
      largest;
    const best = values.indexOf(Math.max(...values));
    const words =
      `Largest at distance ${best}: ${values[best].toFixed(2)}. At distance ${n - 1} it is ` +
      `${values[n - 1].toFixed(2)}.`.replaceAll("-", "−");
    this.distances.show({
      values,
      at: best,
      limit,
      xName: "distance",
      words: `Dot products for distances 0 to ${n - 1}. ${words}`,
    });
    for (const [name, value] of Object.entries({ q, k, shown: values })) {
      this.model.set(name, value);
    }
    this.model.save_changes();
    /** @type {Record<string, string>} */
    const schemes = {
      sinusoidal: `at distance 0 each of the ${size / 2} pairs adds 1, its most`,
      "rotary, k = q": "a key like the query fits best at distance 0",
      rotary: "for two random vectors no distance is special, but each has its own value",
    };
    const what = schemes[scheme];
    return `${words} Move the first position: the curve stays, for only the distance counts; ` +
      `${what}.`;
  }
}

/** @param {Place} place */
function render(place) {
  return showWidget({
    ...place,
    name: "llm-position",
    title: "How do numbers say where a token stands?",
    tryThis:
      "Look at the waves first, then at the clocks, then at the distances. Change the base " +
      "and see which part reacts.",
    build: (parts) => new PositionView(parts),
  });
}

export default { render };
