// The rank dial's table of the change: how large it is in each matrix.

import { h } from "../shared/dom.js";

/**
 * At strength 1.
 * @typedef {{ share: number }} Change
 */

/** @param {number} share */
const wholePercent = (share) => `${Math.round(100 * share)}\u00a0%`;

export class DialChanges {
  /** @param {string[]} matrices all that are changed, such as "0.qkv" */
  constructor(matrices) {
    const unique = (/** @type {number} */ i) => [...new Set(matrices.map((m) => m.split(".")[i]))];
    const [blocks, parts] = [unique(0), unique(1)];
    this.cells = matrices.map((matrix) => ({ matrix, view: h("span", { role: "cell" }) }));
    const cellOf = (/** @type {string} */ matrix) =>
      this.cells.find((cell) => cell.matrix === matrix)?.view ?? h("span", { role: "cell" });
    const named = (/** @type {string} */ role, /** @type {string} */ name) =>
      h("span", { class: "llm-note", role }, name);
    const row = (/** @type {HTMLElement[]} */ ...views) =>
      h("div", { class: "llm-dial-row", role: "row" }, ...views);
    const label = "Size of the change, as a share of the weight's";
    this.element = h(
      "div",
      { class: "llm-dial-changes" },
      h("p", { class: "llm-label" }, label),
      h(
        "div",
        {
          class: "llm-dial-cells",
          role: "table",
          "aria-label": label,
          style: `--blocks:${blocks.length}`,
        },
        row(
          h("span", { role: "cell" }),
          ...blocks.map((block) => named("columnheader", `block ${block}`)),
        ),
        ...parts.map((part) =>
          row(named("rowheader", part), ...blocks.map((block) => cellOf(`${block}.${part}`)))
        ),
      ),
      h("p", { class: "llm-note" }, "Size: the root of the sum of squares."),
    );
  }

  /**
   * @param {Map<string, Change>} changes by matrix
   * @param {number} factor on all of them
   */
  show(changes, factor) {
    const largest = Math.max(...[...changes.values()].map(({ share }) => share));
    for (const { matrix, view } of this.cells) {
      const share = factor * (changes.get(matrix)?.share ?? 0);
      view.textContent = wholePercent(share);
      const level = Math.round(45 * Math.min(1, share / (2 * largest)));
      view.style.setProperty("--level", `${level}%`);
    }
  }
}
