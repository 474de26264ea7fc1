// The curves of one training, with what they are compared with.

import { lastOf } from "../../engine/present.js";
import { h } from "../shared/dom.js";
import { spread } from "../shared/spread_labels.js";
import { polyline, stretched } from "../shared/svg.js";
import { two } from "./training.js";

/** @import { Label } from "../shared/spread_labels.js" */
/** @import { Training } from "./training.js" */

/**
 * Training loss solid, held-out loss dashed, dotted a uniform guess, dash-dotted
 * the unigram entropy; each has its name at its end. The scale is the same for all.
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
    this.names = h("div", { class: "llm-doctor-names", "aria-hidden": "true" });
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
        this.names,
        h("div", { class: "llm-doctor-x" }, ...this.x),
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
    this.lines.guess.setAttribute("points", `0,${y(this.guess)} 100,${y(this.guess)}`);
    this.lines.unigram.setAttribute("points", `0,${y(this.unigram)} 100,${y(this.unigram)}`);
    [0, last / 2, last].forEach((s, i) => {
      this.x[i].textContent = i === 2 ? `${s} steps` : `${s}`;
    });
    const ends = reference ? [nameOf("reference", "healthy", y(lastOf(reference.val)))] : [];
    this.showNames([
      ...ends,
      nameOf("train", "training", y(lastOf(train))),
      nameOf("val", "held-out", y(lastOf(val))),
      nameOf("guess", `ln V = ${two(this.guess)}`, y(this.guess)),
      nameOf("unigram", `unigram ${two(this.unigram)}`, y(this.unigram)),
    ]);
    this.plot.setAttribute("aria-label", String(words));
  }

  /** @param {Label[]} labels */
  showNames(labels) {
    this.names.replaceChildren(
      ...spread(labels).map(({ at, text, kind }) =>
        h("span", { class: kind, style: `top:${at.toFixed(1)}%` }, text)
      ),
    );
  }
}

/**
 * @param {string} line
 * @param {string} text
 * @param {number} at
 * @returns {Label}
 */
const nameOf = (line, text, at) => ({ at, text, kind: `llm-doctor-${line}` });
