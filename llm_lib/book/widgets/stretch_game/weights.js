// How much the last word reads of each part of the text.

import { h } from "../shared/dom.js";
import { localize } from "../shared/localize.js";
import { decimals } from "../shared/words.js";

/** @import { Scheme } from "../../engine/who_saw.js" */
/**
 * @typedef {{ first: number, saw: number, gap: number, second: number, who: number }} ReadWeights
 */

export class WeightCells {
  constructor() {
    this.label = h("p", { class: "llm-label" });
    this.list = h("ul", { class: "llm-stretch-weights" });
    this.element = h("div", {}, this.label, this.list);
  }

  /**
   * @param {Scheme} scheme
   * @param {ReadWeights} weights
   * @param {string} first
   * @param {string} second
   * @param {number} gap how many words it has
   */
  show(scheme, weights, first, second, gap) {
    const name = localize(scheme);
    this.label.textContent = localize`${name}: how much “who?” reads of each, its weights`;
    /** @type {[name: string, weight: number][]} */
    const cells = [
      [first, weights.first],
      ["saw", weights.saw],
      [localize`gap (${gap})`, weights.gap],
      [second, weights.second],
      ["who?", weights.who],
    ];
    this.list.replaceChildren(
      ...cells.map(([name, weight]) => {
        const fill = h("span", {
          class: "llm-stretch-fill",
          style: `width:${(100 * weight).toFixed(1)}%`,
        });
        const bar = h("span", { class: "llm-stretch-bar" }, fill);
        return h("li", {}, h("span", {}, name), bar, h("span", {}, decimals(weight)));
      }),
    );
  }
}

/**
 * The weights of a text's words, those of the gap together.
 * @param {number[]} weights of each word
 * @returns {ReadWeights}
 */
export function gather(weights) {
  const [first, saw] = weights;
  const [second, who] = weights.slice(-2);
  const gap = weights.slice(2, -2).reduce((a, b) => a + b, 0);
  return { first, saw, gap, second, who };
}
