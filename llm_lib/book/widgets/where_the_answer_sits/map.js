// A map with a cell for each layer and position: how many of the test questions a probe gets right.

import { h, rove } from "../shared/dom.js";

/** @import { At } from "../../engine/answer_features.js" */

const BEST = 0.72; // right on so many: the full colour

/** @param {number} padding columns behind the end */
const headings = (padding) => ({
  first: "first",
  middle: "middle",
  last: padding ? `last + ${padding}` : "last",
  mean: "mean",
});

/** The map: one Tab stop, in which arrow keys go from cell to cell. */
export class AnswerMap {
  /**
   * @param {number[]} layers
   * @param {string[]} positions
   * @param {(layer: number, position: string) => void} onpick
   */
  constructor(layers, positions, onpick) {
    this.positions = positions;
    /** @type {{ layer: number, position: string, element: HTMLButtonElement }[]} */
    this.cells = [];
    this.heads = positions.map((name) => h("th", { scope: "col" }, name));
    const rows = layers.map((layer) => {
      const cells = positions.map((position) => {
        const attributes = { type: "button", onclick: () => onpick(layer, position) };
        const element = h("button", attributes);
        this.cells.push({ layer, position, element });
        return h("td", {}, element);
      });
      const name = layer ? `${layer} blocks` : "embedding";
      return h("tr", {}, h("th", { scope: "row" }, name), ...cells);
    }).reverse(); // as models are drawn: the embedding at the bottom
    this.element = h(
      "table",
      { class: "llm-answer-map", "aria-label": "Accuracy by layer and position, in percent" },
      h("thead", {}, h("tr", {}, h("td"), ...this.heads)),
      h("tbody", {}, ...rows),
    );
    const inOrder = () => [...this.element.querySelectorAll("button")];
    rove(this.element, inOrder, {
      columns: () => positions.length,
      onmove: (item) => item.click(),
    });
  }

  /**
   * @param {object} shown
   * @param {(at: At) => number | undefined} shown.value undefined where it is not known yet
   * @param {At} shown.at
   * @param {number} shown.guess
   */
  show({ value, at, guess }) {
    const names = /** @type {Record<string, string>} */ (headings(at.padding));
    this.positions.forEach((name, i) => {
      this.heads[i].textContent = names[name];
    });
    for (const { layer, position, element } of this.cells) {
      const padding = position === "last" ? at.padding : 0;
      const accuracy = value({ layer, position, padding });
      const isKnown = accuracy !== undefined;
      const isChosen = layer === at.layer && position === at.position;
      const number = isKnown ? String(Math.round(100 * accuracy)) : "…";
      const way = isKnown ? wayFrom(guess, accuracy) : 0;
      element.textContent = number;
      element.style.setProperty("--level", `${(100 * way).toFixed(1)}%`);
      element.tabIndex = isChosen ? 0 : -1;
      element.setAttribute("aria-pressed", String(isChosen));
      element.setAttribute(
        "aria-label",
        `${layer} blocks, ${names[position]}: ${isKnown ? `${number} percent right` : "not yet"}`,
      );
    }
  }
}

/**
 * How far a probe is on the way from guessing to the full colour, from 0 to 1.
 * @param {number} guess
 * @param {number} accuracy
 */
const wayFrom = (guess, accuracy) =>
  Math.max(0, Math.min(1, (accuracy - guess - 0.02) / (BEST - guess)));
