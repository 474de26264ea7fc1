// A query over a key and the products of their numbers; beside them the value and the output. Each
// number is a bar, up or down from a line, in the colour of what it belongs to.

import { indexOfLargest, total } from "../../engine/vectors.js";
import { h } from "../shared/dom.js";
import { spoken } from "../shared/tokens.js";
import { cssPercent, decimals, inBrackets } from "../shared/words.js";

/** @import { GPT } from "../../engine/gpt.js" */
/** @import { Shown } from "./list.js" */

/** @param {ArrayLike<number>[]} rows */
const largest = (rows) => Math.max(...rows.map((row) => Math.max(...Array.from(row, Math.abs))));

/** A name, and a bar for each number of a vector. */
class Cells {
  /**
   * @param {number} D
   * @param {string} kind
   */
  constructor(D, kind) {
    this.name = h("span", { class: "llm-look-name" });
    this.cells = Array.from({ length: D }, () => h("i"));
    this.row = h("div", { class: "llm-look-cells", role: "img" }, ...this.cells);
    this.element = h("div", { class: `llm-look-vector ${kind}` }, this.name, this.row);
  }

  /**
   * @param {string} name
   * @param {ArrayLike<number>} numbers
   * @param {object} how
   * @param {number} how.most what has the highest bar
   * @param {number} [how.marked] a cell with a frame
   */
  show(name, numbers, { most, marked = -1 }) {
    this.name.textContent = name;
    const [low, high] = [Math.min, Math.max].map((f) => decimals(f(...Array.from(numbers))));
    const words = `${name}: ${numbers.length} numbers from ${low} to ${high}`;
    this.row.setAttribute("aria-label", words);
    this.cells.forEach((cell, i) => {
      cell.style.setProperty("--amount", cssPercent(Math.abs(numbers[i]) / most));
      cell.classList.toggle("llm-look-below", numbers[i] < 0);
      cell.classList.toggle("llm-look-marked", i === marked);
    });
  }
}

export class LookCells {
  /**
   * @param {GPT} gpt
   * @param {(channel: number) => void} onpick is told which channel is to be multiplied out
   */
  constructor(gpt, onpick) {
    const D = gpt.headSize;
    this.q = new Cells(D, "llm-look-q");
    this.k = new Cells(D, "llm-look-k");
    this.products = new Cells(D, "llm-look-products");
    this.v = new Cells(D, "llm-look-v");
    this.output = new Cells(D, "llm-look-v");
    this.slider = h("input", { type: "range", min: 0, max: D - 1, "aria-label": "Channel" });
    this.slider.addEventListener("input", () => onpick(Number(this.slider.value)));
    this.sum = h("p", { class: "llm-look-sum" });
    const slide = h("div", { class: "llm-look-vector" }, h("span"), this.slider);
    const turned = gpt.rotary ? "Query and key are shown after their rotation by position. " : "";
    const note = `Bars go up from zero, or down. ${turned}The output adds up all values, each ` +
      "times its weight.";
    this.why = h("p", { class: "llm-label" });
    const elements = (/** @type {Cells[]} */ cells) => cells.map(({ element }) => element);
    this.element = h(
      "div",
      { class: "llm-look-numbers" },
      h(
        "div",
        { class: "llm-look-score" },
        this.why,
        ...elements([this.q, this.k, this.products]),
        slide,
        this.sum,
      ),
      h(
        "div",
        { class: "llm-look-mix" },
        h("p", { class: "llm-label" }, "What comes along"),
        ...elements([this.v, this.output]),
        h("p", { class: "llm-note" }, note),
      ),
    );
  }

  /**
   * @param {Shown} shown
   * @param {number} chosen the channel, or -1 for that with the largest product
   */
  show({ labels, look, query, key }, chosen) {
    const { q, k, v, products, output } = look;
    const [asks, answers] = [spoken(labels[query]), spoken(labels[key])];
    const channel = chosen < 0 ? indexOfLargest(products[key]) : chosen;
    const most = largest([q, ...k]);
    const ends = { most: largest([...v, output]) };
    this.why.textContent = `Where the score of ${answers} comes from`;
    this.q.show(`query of ${asks}`, q, { most, marked: channel });
    this.k.show(`key of ${answers}`, k[key], { most, marked: channel });
    this.products.show("products", products[key], { most: largest(products), marked: channel });
    this.v.show(`value of ${answers}`, v[key], ends);
    this.output.show(`output of ${asks}`, output, ends);
    const [x, y] = [decimals(q[channel]), inBrackets(k[key][channel])];
    const product = `channel ${channel}: ${x} × ${y} = ${decimals(products[key][channel])}`;
    this.slider.value = String(channel);
    this.slider.setAttribute("aria-valuetext", product);
    const dot = decimals(total(products[key]));
    const score = decimals(look.scores[key]);
    this.sum.replaceChildren(
      h("span", {}, product),
      h("b", {}, `all ${look.D} products: ${dot}; ÷ √${look.D}: score ${score}`),
    );
  }
}
