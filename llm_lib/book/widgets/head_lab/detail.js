// The chosen head, large: where each token looks, and one row of that as text.

import { indexOfLargest } from "../../engine/vectors.js";
import { AttentionMap } from "../shared/attention_map.js";
import { h } from "../shared/dom.js";
import { RowText } from "../shared/head_row.js";
import { spoken } from "../shared/tokens.js";
import { Ending } from "./ending.js";
import { roughly } from "../shared/words.js";

/**
 * A head at work on a text.
 * @typedef {object} HeadAtWork
 * @property {string} name
 * @property {boolean} isOff
 * @property {Float32Array} weights (T, T)
 * @property {string[]} labels of the tokens
 * @property {number} query the token whose row is chosen
 * @property {string} [atFirst] what to add where it looks most at the first token
 */

export class HeadDetail {
  title = h("p", { class: "llm-label" });
  hovered = /** @type {number | null} */ (null); // the row that the mouse is over
  ending = new Ending(); // of the row
  /** @type {HeadAtWork} */ shown;

  /** @param {(t: number) => void} onpick is told which token was chosen as the query */
  constructor(onpick) {
    this.row = new RowText(onpick, this.ending.element);
    const onhover = (/** @type {number | null} */ row) => this.hover(row);
    this.map = new AttentionMap({ onpick, onhover, ink: "--head" });
    this.element = h(
      "section",
      { class: "llm-head-detail", "aria-label": "The chosen head" },
      h(
        "div",
        { class: "llm-head-title" },
        this.title,
        h("p", { class: "llm-note" }, "Rows look at columns."),
      ),
      this.map.element,
    );
  }

  /** @param {number | null} row */
  hover(row) {
    if (row === this.hovered) return;
    this.hovered = row;
    this.paint();
  }

  /** @param {HeadAtWork} head */
  show(head) {
    this.shown = head;
    this.paint();
  }

  /** The map, with the row of the query or of what the mouse is over. */
  paint() {
    const { name, weights, labels, query, isOff: off } = this.shown;
    const row = this.hovered ?? query;
    this.title.textContent = `Where head ${name} looks`;
    this.map.show({ weights, labels, row, words: rowInWords(this.shown, row), off });
    this.row.show({ labels, weights: weightsOf(this.shown, row), row, query });
  }

  /** What the query looks at, in words. */
  get words() {
    return rowInWords(this.shown, this.shown.query);
  }
}

/**
 * @param {HeadAtWork} head
 * @param {number} row a query
 */
function weightsOf({ weights, labels: { length: T } }, row) {
  return weights.subarray(row * T, (row + 1) * T);
}

/**
 * @param {HeadAtWork} head
 * @param {number} row
 */
function rowInWords(head, row) {
  const { name, isOff, labels, atFirst = "" } = head;
  const weights = weightsOf(head, row);
  const most = indexOfLargest(weights);
  const to = most === row ? "itself" : spoken(labels[most]);
  return `Head ${name}${isOff ? " (off)" : ""}: ${spoken(labels[row])} looks most at ${to} ` +
    `(${roughly(weights[most])}).${most === 0 ? atFirst : ""}`;
}
