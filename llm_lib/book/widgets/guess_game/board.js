// The words on offer, and the score.

import { mean } from "../../engine/vectors.js";
import { h } from "../shared/dom.js";
import { percent } from "../shared/words.js";
import { N_OPTIONS } from "./questions.js";

/** @import { Result } from "./answers.js" */

/**
 * A share as it is: the reader's own numbers are round ones.
 * @param {number} p
 */
export const exactly = (p) => `${Number((100 * p).toFixed(2))}\u00a0%`;

/** @param {number} loss */
export const nats = (loss) => loss.toFixed(2);

/** One word on offer: a radio button, and how much you and the model believe in it. */
export class OptionRow {
  /**
   * @param {string} name
   * @param {string} who
   * @param {() => void} onchange
   */
  constructor(name, who, onchange) {
    this.input = h("input", { type: "radio", name, onchange });
    this.word = h("span", { class: "llm-guess-name" });
    this.follows = h("span", { class: "llm-guess-follows" }, "follows");
    const bar = (/** @type {string} */ title, /** @type {string} */ kind) => {
      const fill = h("span", { class: "llm-bar-fill" });
      const number = h("span", { class: "llm-bar-number" });
      return {
        fill,
        number,
        element: h(
          "span",
          { class: `llm-guess-bar ${kind}` },
          h("span", { class: "llm-guess-who" }, title),
          h("span", { class: "llm-bar-track" }, fill),
          number,
        ),
      };
    };
    this.you = bar("You", "llm-guess-you");
    this.model = bar(who === "the model" ? "Model" : who, "llm-guess-model");
    this.element = h(
      "label",
      { class: "llm-guess-option" },
      this.input,
      h("span", { class: "llm-guess-title" }, this.word, this.follows),
      h("span", { class: "llm-guess-bars" }, this.you.element, this.model.element),
    );
  }

  /**
   * @param {{ word: string, you?: number, model: number | null, isTrue: boolean, chosen: boolean,
   *   locked: boolean }} options
   */
  show({ word, you, model, isTrue, chosen, locked }) {
    this.word.textContent = word;
    this.follows.hidden = !isTrue;
    this.input.checked = chosen;
    this.input.disabled = locked;
    this.element.classList.toggle("llm-guess-true", isTrue);
    this.element.classList.toggle("llm-guess-chosen", chosen);
    this.element.classList.toggle("llm-guess-locked", locked);
    for (const { bar, p } of [{ bar: this.you, p: you }, { bar: this.model, p: model }]) {
      const known = p !== undefined && p !== null;
      bar.element.hidden = !known;
      bar.fill.style.width = known ? `${(100 * p).toFixed(2)}%` : "0";
      bar.number.textContent = !known ? "" : bar === this.model ? percent(p) : exactly(p);
    }
  }
}

/** The losses so far: a pair of columns for each word, and the means in words. */
export class ScoreBoard {
  /** @param {string} who */
  constructor(who) {
    this.who = who;
    this.plot = h("div", { class: "llm-guess-plot" });
    this.axis = h("div", { class: "llm-guess-axis" });
    this.chart = h("div", { class: "llm-guess-chart", role: "img" }, this.plot, this.axis);
    this.means = h("p", { class: "llm-guess-means" });
    const key = (/** @type {string} */ kind, /** @type {string} */ text) =>
      h("span", { class: "llm-guess-key" }, h("span", { class: `llm-guess-swatch ${kind}` }), text);
    this.element = h(
      "section",
      { class: "llm-guess-board", "aria-label": "Losses so far" },
      h(
        "div",
        { class: "llm-row" },
        h("span", { class: "llm-label" }, "Loss of each word"),
        key("llm-guess-you", "you"),
        key("llm-guess-model", who),
        key("llm-guess-even", `“no idea”, ${nats(NO_IDEA)}`),
      ),
      this.chart,
      this.means,
    );
  }

  /**
   * @param {Result[]} results
   * @param {number} n
   * @param {number | null} now
   */
  show(results, n, now) {
    this.element.hidden = !results.length;
    const top = Math.max(TOP_LOSS, ...results.map((r) => Math.min(r.modelLoss, 8)));
    const high = (/** @type {number} */ loss) => `${(100 * Math.min(1, loss / top)).toFixed(1)}%`;
    const line = h("span", { class: "llm-guess-line", style: `bottom:${high(NO_IDEA)}` });
    const columns = Array.from({ length: n }, (_, i) => {
      const r = results.find((r) => r.round === i);
      const column = (/** @type {string} */ kind, /** @type {number} */ loss) =>
        h("span", { class: `llm-guess-column ${kind}`, style: `height:${high(loss)}` });
      return h(
        "span",
        { class: "llm-guess-pair" },
        ...(r ? [column("llm-guess-you", r.yourLoss), column("llm-guess-model", r.modelLoss)] : []),
      );
    });
    this.plot.replaceChildren(line, ...columns);
    this.axis.replaceChildren(
      ...columns.map((_, i) =>
        h("span", { class: i === now ? "llm-guess-now" : null }, String(i + 1))
      ),
    );
    this.chart.setAttribute(
      "aria-label",
      "Losses: " +
        (results.map((r) =>
          `word ${r.round + 1}, you ${nats(r.yourLoss)}, ${this.who} ${nats(r.modelLoss)}`
        ).join("; ")) + ".",
    );
    const text = (/** @type {string} */ title, /** @type {number[]} */ losses) =>
      h("span", {}, `${title} `, h("b", {}, nats(mean(losses))));
    if (!results.length) return;
    this.means.replaceChildren(
      "Mean so far: ",
      text("you", results.map((r) => r.yourLoss)),
      text(this.who, results.map((r) => r.modelLoss)),
    );
  }
}

export const NO_IDEA = Math.log(N_OPTIONS);

export const TOP_LOSS = -Math.log(0.0025); // surely wrong at 99 %
