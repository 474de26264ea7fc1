// The loss of a training over its steps.

import { lastOf } from "../../engine/present.js";
import { h } from "../shared/dom.js";
import { polyline, stretched } from "../shared/svg.js";
import { count } from "../shared/words.js";

/**
 * How the model is after some steps.
 * @typedef {object} Snapshot
 * @property {number} step
 * @property {number} tokens that it has read
 * @property {number} val_loss
 * @property {string[]} samples what it writes, for each prompt
 * @property {string} attention the weights of all heads, a byte each, in base64
 */

/**
 * The loss at each snapshot, over steps on a log scale: dotted is what guessing alone would give.
 */
export class LossChart {
  /**
   * @param {Snapshot[]} rows
   * @param {number} vocabSize
   */
  constructor(rows, vocabSize) {
    const guess = Math.log(vocabSize);
    const top = 1.05 * Math.max(guess, ...rows.map((row) => row.val_loss));
    const end = Math.log(lastOf(rows).step);
    const x = (/** @type {number} */ step) => (100 * Math.log(step)) / end;
    const y = (/** @type {number} */ loss) => 100 - (100 * loss) / top;
    this.rows = rows;
    this.x = x;
    this.y = y;
    const picture = stretched(
      polyline("llm-replay-guess", [[0, y(guess)], [100, y(guess)]]),
      polyline("llm-replay-line", rows.map((row) => [x(row.step), y(row.val_loss)])),
    );
    this.dot = h("span", { class: "llm-replay-dot" });
    // None under the last label
    const ticks = [1, 10, 100, 1000].filter((step) => step <= lastOf(rows).step / 10);
    this.element = h(
      "div",
      { class: "llm-replay-chart", role: "img" },
      h(
        "div",
        { class: "llm-replay-y" },
        h("span", {}, `${top.toFixed(1)} nats`),
        h("span", {}, "0"),
      ),
      h(
        "div",
        { class: "llm-replay-plot" },
        picture,
        h(
          "span",
          { class: "llm-replay-guess-name", style: `top:${y(guess)}%` },
          `every token alike: ${guess.toFixed(1)} nats`,
        ),
        this.dot,
      ),
      h(
        "div",
        { class: "llm-replay-x" },
        ...ticks.map((step) => h("span", { style: `left:${x(step)}%` }, step.toLocaleString("en"))),
        h(
          "span",
          { style: "left:100%" },
          `${lastOf(rows).step.toLocaleString("en")} steps`,
        ),
      ),
    );
  }

  /** @param {number} k which snapshot has the dot */
  show(k) {
    const row = this.rows[k];
    const [first, last] = [this.rows[0], lastOf(this.rows)];
    this.dot.style.left = `${this.x(row.step)}%`;
    this.dot.style.top = `${this.y(row.val_loss)}%`;
    this.element.setAttribute(
      "aria-label",
      `Loss over training steps, falling from ${first.val_loss.toFixed(2)} after ` +
        `${count(first.step, "step")} to ${last.val_loss.toFixed(2)} after ` +
        `${count(last.step, "step")}. Here: ${row.val_loss.toFixed(2)} after ` +
        `${count(row.step, "step")}.`,
    );
  }
}
