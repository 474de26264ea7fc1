// Three lines over the steps of one training, one above the other, and where in them the reader is.

import { lastOf, present } from "../../engine/present.js";
import { h } from "../shared/dom.js";
import { localize } from "../shared/localize.js";
import { polyline, stretched } from "../shared/svg.js";

/**
 * @typedef {object} TimelineStop
 * @property {number} step
 * @property {number | null} right share of what was drawn since the stop before
 * @property {number | null} tokens mean
 * @property {number | null} thinking share
 * @property {string[]} texts for the watched problem
 */
/** @typedef {"right" | "tokens" | "thinking"} LineName */

/** @type {[name: LineName, words: string][]} */
const LINES = [
  ["right", "Share that ends right"],
  ["tokens", "Tokens of a text"],
  ["thinking", "Share that thinks aloud"],
];

/**
 * A share or a number of tokens as it is written: "69 %", "24.6". Throws an Error if there is none.
 * @param {LineName} name
 * @param {number | null} value
 */
export const written = (name, value) =>
  name === "tokens"
    ? present(value, name).toFixed(1)
    : `${Math.round(100 * present(value, name))}\u00a0%`;

export class TimelineChart {
  constructor() {
    this.lanes = LINES.map(([name, words]) => new Lane(name, words));
    this.end = h("span");
    this.element = h(
      "div",
      { class: "llm-timeline-lanes" },
      ...this.lanes.map(({ element }) => element),
      h("div", { class: "llm-timeline-x" }, h("span", {}, "0"), this.end),
    );
  }

  /**
   * @param {TimelineStop[]} rows
   * @param {number} k the stop that is looked at
   */
  show(rows, k) {
    const last = lastOf(rows).step;
    this.end.textContent = localize`${last} steps`;
    for (const lane of this.lanes) lane.show(rows, k, last);
  }
}

class Lane {
  /**
   * @param {LineName} name
   * @param {string} words
   */
  constructor(name, words) {
    this.name = name;
    this.words = localize(words);
    this.line = polyline(`llm-timeline-${name}`);
    this.cursor = h("span", { class: "llm-timeline-cursor" });
    this.dot = h("span", { class: "llm-timeline-dot" });
    this.top = h("span");
    this.now = h("b", {});
    this.picture = h(
      "div",
      { class: "llm-timeline-lane", role: "img" },
      h("div", { class: "llm-timeline-y" }, this.top, h("span", {}, "0")),
      h("div", { class: "llm-timeline-plot" }, stretched(this.line), this.cursor, this.dot),
    );
    const title = h("p", { class: "llm-label llm-timeline-title" }, this.words, this.now);
    this.element = h("div", {}, title, this.picture);
  }

  /**
   * @param {TimelineStop[]} rows
   * @param {number} k
   * @param {number} last the last step
   */
  show(rows, k, last) {
    const { name } = this;
    const highest = Math.max(1, ...rows.map((row) => row.tokens ?? 0));
    const most = name === "tokens" ? 5 * Math.ceil(highest / 5) : 1; // a round end of the axis
    const x = (/** @type {TimelineStop} */ { step }) => (100 * step) / Math.max(1, last);
    const y = (/** @type {number} */ value) => 100 - (100 * value) / most;
    const known = rows.filter((row) => row[name] !== null);
    const points = known.map((row) => `${x(row).toFixed(2)},${y(row[name] ?? 0).toFixed(2)}`);
    this.line.setAttribute("points", points.join(" "));
    this.top.textContent = name === "tokens" ? String(most) : written(name, most);
    const value = rows[k][name];
    const said = value === null ? "–" : written(name, value);
    this.now.textContent = said;
    this.cursor.style.left = this.dot.style.left = `${x(rows[k])}%`;
    this.dot.style.top = `${y(value ?? 0)}%`;
    this.dot.hidden = value === null;
    const [first, final] = [known[0], lastOf(known)].map((row) => written(name, row[name]));
    this.picture.setAttribute(
      "aria-label",
      localize`${this.words}, over the steps: ${first} at first, ${final} in the end,
        here ${said}.`,
    );
  }
}
