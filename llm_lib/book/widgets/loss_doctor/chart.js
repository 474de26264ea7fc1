// The curves of one training, with what they are compared with.

import { lastOf } from "../../engine/present.js";
import { h } from "../shared/dom.js";
import { polyline, stretched, svg } from "../shared/svg.js";
import { two } from "./training.js";

/** @import { Training } from "./training.js" */

/**
 * Training loss solid, held-out loss dashed, dotted a uniform guess, dash-dotted
 * the unigram entropy. The scale is the same for all.
 */
export class TwoCurves {
  /**
   * @param {number} guess
   * @param {number} unigram
   */
  constructor(guess, unigram) {
    this.guess = guess;
    this.unigram = unigram;
    this.top = Math.ceil(guess + 0.8);
    this.lines = {
      reference: polyline("llm-doctor-reference"),
      train: polyline("llm-doctor-train"),
      val: polyline("llm-doctor-val"),
      guess: polyline("llm-doctor-guess"),
      unigram: polyline("llm-doctor-unigram"),
    };
    const picture = stretched(...Object.values(this.lines));
    this.x = ["", "", ""].map(() => h("span"));
    const key = (/** @type {string} */ kind, /** @type {string} */ text) =>
      h(
        "span",
        { class: "llm-doctor-key" },
        svg(
          "svg",
          { viewBox: "0 0 28 4", "aria-hidden": "true" },
          svg("line", { x1: 0, y1: 2, x2: 28, y2: 2, class: kind }),
        ),
        text,
      );
    this.plot = h("div", { class: "llm-doctor-plot", role: "img" }, picture);
    this.element = h(
      "div",
      { class: "llm-doctor-chart" },
      h("p", { class: "llm-label" }, "Loss, nats per token"),
      h(
        "div",
        { class: "llm-doctor-frame" },
        h(
          "div",
          { class: "llm-doctor-y" },
          h("span", {}, `${this.top}`),
          h("span", {}, `${this.top / 2}`),
          h("span", {}, "0"),
        ),
        this.plot,
        h("div", { class: "llm-doctor-x" }, ...this.x),
      ),
      h(
        "p",
        { class: "llm-doctor-legend llm-note" },
        key("llm-doctor-train", "training"),
        key("llm-doctor-val", "held-out"),
        this.referenceKey = key("llm-doctor-reference", "a healthy run, held-out"),
        key("llm-doctor-guess", `ln V = ${two(guess)}, a uniform guess`),
        key("llm-doctor-unigram", `unigram entropy = ${two(unigram)}`),
      ),
    );
  }

  /**
   * @param {Training} training
   * @param {Training | null} reference a healthy run to compare with
   * @param {string} words
   */
  show({ step, train, val }, reference, words) {
    const last = lastOf(step);
    const x = (/** @type {number} */ s) => (100 * s) / last;
    const y = (/** @type {number} */ loss) => 100 - (100 * Math.min(loss, this.top)) / this.top;
    const points = (/** @type {number[]} */ values) =>
      values.map((loss, i) => `${x(step[i]).toFixed(2)},${y(loss).toFixed(2)}`).join(" ");
    this.lines.train.setAttribute("points", points(train));
    this.lines.val.setAttribute("points", points(val));
    this.lines.reference.setAttribute("points", reference ? points(reference.val) : "");
    this.referenceKey.hidden = !reference;
    this.lines.guess.setAttribute("points", `0,${y(this.guess)} 100,${y(this.guess)}`);
    this.lines.unigram.setAttribute("points", `0,${y(this.unigram)} 100,${y(this.unigram)}`);
    [0, last / 2, last].forEach((s, i) => {
      this.x[i].textContent = i === 2 ? `${s} steps` : `${s}`;
    });
    this.plot.setAttribute("aria-label", String(words));
  }
}
