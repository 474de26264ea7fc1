// The rank dial's curve: right answers over strength, as far as they are measured.

import { h } from "../shared/dom.js";
import { polyline, stretched } from "../shared/svg.js";

/** @typedef {[strength: number, right: number]} Score */

export class DialCurve {
  /**
   * @param {number} asked
   */
  constructor(asked) {
    this.asked = asked;
    this.line = polyline("llm-dial-line");
    this.now = h("span", { class: "llm-dial-now" });
    this.dots = h("div", { class: "llm-dial-dots" });
    this.note = h("span");
    const ticks = [0, 0.5, 1, 1.5, 2].map((x) => h("span", {}, String(x)));
    this.picture = h(
      "div",
      { class: "llm-dial-chart", role: "img" },
      h("div", { class: "llm-dial-y" }, h("span", {}, String(asked)), h("span", {}, "0")),
      h("div", { class: "llm-dial-plot" }, stretched(this.line), this.now, this.dots),
      h("div", { class: "llm-dial-x" }, ...ticks),
    );
    this.element = h(
      "div",
      {},
      h("p", { class: "llm-label" }, `Right answers of ${asked} held-out prompts, by strength`),
      this.picture,
      h("p", { class: "llm-note" }, this.note),
    );
  }

  /**
   * @param {Score[]} scores sorted
   * @param {number} strength
   * @param {number} points how many there will be
   */
  show(scores, strength, points) {
    const at = (/** @type {Score} */ [x, right]) => [50 * x, 100 - 100 * right / this.asked];
    this.line.setAttribute("points", scores.map((score) => at(score).join(",")).join(" "));
    this.dots.replaceChildren(
      ...scores.map((score) => {
        const [x, y] = at(score);
        return h("span", { style: `left:${x}%;top:${y}%` });
      }),
    );
    this.now.style.left = `${50 * strength}%`;
    this.note.textContent = scores.length < points
      ? `measuring in the background: ${scores.length} of ${points} strengths`
      : "the upright line is your strength";
    const said = scores.map(([x, right]) => `${right} at ${x}`).join(", ");
    this.picture.setAttribute(
      "aria-label",
      `Right answers of ${this.asked}, by strength: ${said || "none measured yet"}.`,
    );
  }
}
