// Your taste's two curves: what is counted in the eight, and the distance from the model as it was.

import { lastOf } from "../../engine/present.js";
import { h } from "../shared/dom.js";
import { polyline, stretched } from "../shared/svg.js";
import { decimals } from "../shared/words.js";

export class TasteCharts {
  constructor() {
    this.mark = chart("llm-taste-mark");
    this.kl = chart("llm-taste-kl");
    this.element = h("div", { class: "llm-taste-charts" }, this.mark.element, this.kl.element);
  }

  /**
   * @param {{ mark: number, kl: number }[]} rounds
   * @param {string} name of what is counted in the eight
   */
  show(rounds, name) {
    this.mark.show(rounds.map(({ mark }) => mark), name);
    this.kl.show(rounds.map(({ kl }) => kl), "KL divergence from the start, nats per token");
  }
}

/** @param {string} kind */
function chart(kind) {
  const line = polyline(kind);
  const title = h("p", { class: "llm-label" });
  const [high, low, end] = [h("span"), h("span"), h("span")];
  const now = h("span", { class: "llm-taste-now" });
  const dot = h("span", { class: "llm-taste-dot" });
  const picture = h(
    "div",
    { class: "llm-taste-chart", role: "img" },
    h("div", { class: "llm-taste-y" }, high, low),
    h("div", { class: "llm-taste-plot" }, stretched(line), dot),
    now,
    h("div", { class: "llm-taste-x" }, h("span", {}, "0"), end),
  );
  const show = (/** @type {number[]} */ values, /** @type {string} */ name) => {
    const last = Math.max(1, values.length - 1);
    const [least, most] = [Math.min(0, ...values), Math.max(0.1, ...values)];
    const y = (/** @type {number} */ v) => 100 - 100 * (v - least) / (most - least);
    const points = values.map((v, i) => `${(100 * i / last).toFixed(2)},${y(v).toFixed(2)}`);
    line.setAttribute("points", points.join(" "));
    title.textContent = name;
    high.textContent = decimals(most);
    low.textContent = decimals(least);
    end.textContent = `${last} step${last === 1 ? "" : "s"}`;
    const value = values.length ? decimals(lastOf(values)) : "";
    now.textContent = value;
    const top = values.length ? `${y(lastOf(values)).toFixed(2)}%` : "0";
    now.style.top = dot.style.top = top;
    dot.style.left = `${100 * (values.length - 1) / last}%`;
    dot.hidden = !values.length;
    const from = values.length ? ` now ${value}, ${decimals(values[0])} at first` : "";
    picture.setAttribute("aria-label", `${name}, by step:${from}.`);
  };
  return { element: h("div", {}, title, picture), show };
}
