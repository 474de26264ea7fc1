// The losses of a training on a broken loader, and over them those on the mended one.

import { lastOf } from "../../engine/present.js";
import { h } from "../shared/dom.js";
import { localFixed, localize } from "../shared/localize.js";
import { polyline, stretched, svg } from "../shared/svg.js";

/** @import { Loader } from "./words.js" */
/** @typedef {{ step: number[], train: number[], val: number[] }} Curve */

const LINES = ["reference", "train", "val", "mended-train", "mended-val", "guess"];

/** Training losses are solid, held-out ones dashed; mended ones are drawn broader. */
export class LoaderChart {
  /**
   * @param {Curve} reference a healthy run
   * @param {number} guess the loss of a uniform guess
   */
  constructor(reference, guess) {
    this.reference = reference;
    this.guess = guess;
    this.lines = LINES.map((name) => polyline(`llm-loaders-${name}`));
    this.y = ["", "", ""].map(() => h("span"));
    this.x = ["", "", ""].map(() => h("span"));
    const picture = stretched(...this.lines);
    this.plot = h("div", { class: "llm-loaders-plot", role: "img" }, picture);
    this.keys = [
      key("train", localize`training`),
      key("val", localize`held-out`),
      key("mended-train", localize`mended: training`),
      key("mended-val", localize`mended: held-out`),
      key("reference", localize`a healthy run, held-out`),
      key("guess", localize`ln 512 = ${localFixed(guess, 2)}, a uniform guess`),
    ];
    this.element = h(
      "div",
      {},
      h("p", { class: "llm-label" }, localize`Loss, nats per token, as the training reports it`),
      h(
        "div",
        { class: "llm-loaders-frame" },
        h("div", { class: "llm-loaders-y" }, ...this.y),
        this.plot,
        h("div", { class: "llm-loaders-x" }, ...this.x),
      ),
      h("p", { class: "llm-loaders-legend llm-note" }, ...this.keys),
    );
  }

  /**
   * @param {Loader} loader
   * @param {boolean} isMended
   * @param {string} words what is drawn, for a screen reader
   */
  show({ broken: { curve }, mended }, isMended, words) {
    const after = mended.curve;
    const highest = Math.max(this.guess, ...curve.train, ...curve.val, ...after.val);
    const top = 2 * Math.ceil(highest / 2 + 0.1);
    const last = lastOf(curve.step);
    const points = (/** @type {number[]} */ losses) =>
      losses.map((loss, i) =>
        `${(100 * curve.step[i] / last).toFixed(2)},${(100 - 100 * loss / top).toFixed(2)}`
      ).join(" ");
    const flat = curve.step.map(() => this.guess);
    const drawn = [this.reference.val, curve.train, curve.val];
    [...drawn, ...(isMended ? [after.train, after.val] : [[], []]), flat].forEach((losses, i) =>
      this.lines[i].setAttribute("points", points(losses))
    );
    for (const name of [2, 3]) this.keys[name].hidden = !isMended;
    this.plot.classList.toggle("llm-loaders-is-mended", isMended);
    this.plot.setAttribute("aria-label", words);
    [top, top / 2, 0].forEach((loss, i) => {
      this.y[i].textContent = String(loss);
    });
    [0, last / 2].forEach((step, i) => {
      this.x[i].textContent = String(step);
    });
    this.x[2].textContent = localize`${last} steps`;
  }
}

/**
 * @param {string} kind
 * @param {string} text
 */
const key = (kind, text) =>
  h(
    "span",
    { class: "llm-loaders-key" },
    svg(
      "svg",
      { viewBox: "0 0 28 4", "aria-hidden": "true" },
      svg("line", { x1: 0, y1: 2, x2: 28, y2: 2, class: `llm-loaders-${kind}` }),
    ),
    text,
  );
