// A few numbers of the two ranks' gradients: what each has worked out, what its optimiser uses.

import { h } from "../shared/dom.js";

/** @import { RankFault } from "../../engine/two_ranks.js" */
/** @typedef {{ own: number[][], used: number[][] }} Gradients of each rank, some numbers */

/** @type {Record<RankFault, string>} */
const BETWEEN = {
  healthy: "all-reduce: the mean of both goes to both",
  no_all_reduce: "nothing is exchanged: each keeps its own",
  sum: "all-reduce: the sum of both goes to both",
  same_shard: "all-reduce: the mean of two equal gradients",
  different_start: "all-reduce: the mean of both goes to both",
};
const ROW_NAMES = ["rank 0 has", "rank 1 has", "rank 0 uses", "rank 1 uses"];

export class RanksGradients {
  /** @param {number} n how many numbers */
  constructor(n) {
    this.cells = ROW_NAMES.map(() => Array.from({ length: n }, () => h("td")));
    const rows = ROW_NAMES.map((name, i) =>
      h("tr", {}, h("th", { scope: "row" }, name), ...this.cells[i])
    );
    const table = (/** @type {string} */ name, /** @type {number} */ from) =>
      h("table", { "aria-label": name }, h("tbody", {}, ...rows.slice(from, from + 2)));
    this.between = h("span");
    this.element = h(
      "div",
      { class: "llm-ranks-gradients" },
      h("p", { class: "llm-label" }, "Gradients of a few weights in the last step"),
      table("What each rank has computed", 0),
      h("p", { class: "llm-note llm-ranks-between" }, "↓ ", this.between),
      table("What each rank's optimiser uses", 2),
    );
  }

  /**
   * @param {Gradients | null} gradients null before the first step
   * @param {RankFault} fault
   */
  show(gradients, fault) {
    this.between.textContent = BETWEEN[fault];
    const rows = gradients ? [...gradients.own, ...gradients.used] : null;
    const largest = Math.max(1e-12, ...(rows ?? []).flat().map(Math.abs).filter(Number.isFinite));
    this.cells.forEach((row, i) =>
      row.forEach((cell, j) => {
        const value = rows ? rows[i][j] : NaN;
        cell.textContent = gradientWords(value, rows === null);
        const share = Number.isFinite(value) ? Math.round(70 * Math.abs(value) / largest) : 0;
        const colour = value < 0 ? "--llm-accent-2" : "--llm-accent";
        cell.style.background = `color-mix(in srgb, var(${colour}) ${share / 2}%, transparent)`;
      })
    );
  }
}

/**
 * Three decimals, with a true minus.
 * @param {number} value
 * @param {boolean} none
 */
function gradientWords(value, none) {
  if (none) return "–";
  if (!(Math.abs(value) < 1000)) return "∞";
  return `${value < -0.0005 ? "−" : ""}${Math.abs(value).toFixed(3)}`;
}
