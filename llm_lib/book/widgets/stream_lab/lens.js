// The logit lens, drawn: after each part the likeliest token as a bar, and the answer as a line.

import { h } from "../shared/dom.js";
import { polyline, stretched } from "../shared/svg.js";
import { showBlanks, spoken } from "../shared/tokens.js";
import { cssPercent, percent, roughly } from "../shared/words.js";

/** @import { Reading } from "../stream_lab.js" */

/**
 * What the parts of StreamLab show: the run with all parts, the run now, and the answer's text.
 * @typedef {object} Shown
 * @property {Reading} base
 * @property {Reading} now
 * @property {string} answer
 * @property {(id: number) => string} label
 */

const STEEP = 0.3; // a rise of the line from one part to the next

/** A place over the middle of column i of n, in percent. @param {number} i @param {number} n */
const middle = (i, n) => 100 * (i + 0.5) / n;

/**
 * An entry of the key, whose mark stays with its words.
 * @param {HTMLElement} mark
 * @param {Node | string} words
 */
const item = (mark, words) => h("span", { class: "llm-stream-item" }, mark, words);

export class Lens {
  /** @param {string[]} names of the embedding and the parts */
  constructor(names) {
    this.names = names;
    this.bars = names.map(() => h("span", { class: "llm-stream-bar" }));
    this.tops = names.map(() => h("span", { class: "llm-stream-top" }));
    this.dots = names.map(() => h("span", { class: "llm-stream-dot" }));
    this.before = polyline("llm-stream-before");
    this.line = polyline("llm-stream-line");
    this.goal = h("span", { class: "llm-stream-goal" });
    const columns = names.map((_, i) =>
      h("div", { class: "llm-stream-column" }, this.bars[i], this.tops[i])
    );
    this.plot = h(
      "div",
      { class: "llm-stream-plot", role: "img" },
      ...columns,
      ...[100, 50, 0].map((p) =>
        h("span", { class: "llm-stream-scale", style: `bottom:${p}%` }, `${p}\u00a0%`)
      ),
      h("div", { class: "llm-stream-lines" }, stretched(this.before, this.line), ...this.dots),
    );
    this.key = h(
      "p",
      { class: "llm-stream-key llm-note" },
      item(h("i", { class: "llm-stream-bar" }), "likeliest token, named"),
      item(h("i", { class: "llm-stream-mark" }), this.goal),
      this.was = item(h("i", { class: "llm-stream-mark llm-stream-was" }), "all parts on"),
    );
    this.element = h(
      "section",
      { class: "llm-stream-lens", "aria-label": "The logit lens" },
      h(
        "p",
        { class: "llm-label" },
        "If the model stopped here: what would it say next?",
        h("span", { class: "llm-stream-short" }, " (Top line: 100\u00a0%.)"),
      ),
      this.key,
      this.plot,
    );
  }

  /** @param {Shown} shown */
  show({ base, now, answer, label }) {
    const n = this.names.length;
    const points = (/** @type {number[]} */ values) =>
      values.map((p, i) => `${middle(i, n).toFixed(3)},${(100 * (1 - p)).toFixed(3)}`).join(" ");
    now.leaders.forEach(([id, p], i) => {
      const isSteep = now.lens[i + 1] - now.lens[i] > STEEP; // the line would cross the name
      this.tops[i].classList.toggle("llm-stream-aside", isSteep);
      this.bars[i].style.height = cssPercent(p);
      this.tops[i].style.bottom = cssPercent(Math.max(p, now.lens[i]));
      this.tops[i].replaceChildren(...showBlanks(label(id).trim() || label(id)));
      this.dots[i].style.left = `${middle(i, n)}%`;
      this.dots[i].style.top = cssPercent(1 - now.lens[i]);
    });
    this.line.setAttribute("points", points(now.lens));
    this.before.setAttribute("points", now === base ? "" : points(base.lens));
    this.was.hidden = now === base;
    this.goal.textContent = `probability of ${spoken(answer)}, the whole model’s answer`;
    this.plot.setAttribute("aria-label", this.words({ base, now, answer, label }));
  }

  /** @param {Shown} shown */
  words({ now, answer, label }) {
    const each = now.leaders.map(([id, p], i) =>
      `after ${this.names[i]}: ${spoken(label(id))} ${roughly(p)}, ` +
      `${spoken(answer)} ${percent(now.lens[i])}`
    );
    return `Likeliest token and the answer, ${each.join("; ")}.`;
  }
}
