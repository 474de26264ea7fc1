// Known models by size, as points on a log scale.

import { h } from "../shared/dom.js";
import { inUnits } from "../shared/words.js";
import { CONFIG } from "./config.js";

/** @typedef {Record<string, any>} Settings */
/** @typedef {{ name: string, values: Settings, n: number }} Preset n: how many parameters it has */

const TICKS = [
  "1 million",
  "10 million",
  "100 million",
  "1 billion",
  "10 billion",
  "100 billion",
  "1 trillion",
];

/**
 * Where a size lies between a million and a trillion, as a style.
 * @param {number} n
 */
const at = (n) => `left:${Math.min(100, Math.max(0, (100 * (Math.log10(n) - 6)) / 6)).toFixed(2)}%`;

/** Models to load, the smallest first, and a log scale with a point for each and for this one. */
export class KnownModels {
  /**
   * @param {Preset[]} presets
   * @param {(values: Settings) => void} onpick
   */
  constructor(presets, onpick) {
    this.presets = [...presets].sort((a, b) => a.n - b.n);
    this.buttons = this.presets.map(({ name, values, n }) =>
      h(
        "button",
        { type: "button", onclick: () => onpick(values) },
        h("span", {}, name),
        h("small", {}, inUnits(n)),
      )
    );
    this.own = h("i");
    this.ownMark = h("span", { class: "llm-sizer-yours" }, this.own);
    this.points = this.presets.map(({ n }) => h("i", { style: at(n) }));
    this.element = h(
      "div",
      {},
      h(
        "ul",
        { class: "llm-sizer-known", "aria-label": "Known models by size" },
        ...this.buttons.map((button) => h("li", {}, button)),
      ),
      h(
        "div",
        { class: "llm-sizer-scale", "aria-hidden": "true" },
        h("div", { class: "llm-sizer-line" }, ...this.points, this.ownMark),
        h("p", {}, ...TICKS.map((tick) => h("span", {}, tick))),
      ),
    );
  }

  /**
   * Mark the one that is set, and put this config among them.
   * @param {number | null} n its parameters; null where there is no such model
   * @param {Settings} raw
   */
  show(n, raw) {
    this.presets.forEach(({ values }, i) => {
      const same = CONFIG.every((name) => values[name] === raw[name]);
      this.buttons[i].setAttribute("aria-pressed", String(same));
      this.points[i].classList.toggle("llm-sizer-same", same);
    });
    this.ownMark.hidden = n === null;
    if (n !== null) this.own.setAttribute("style", at(n));
  }
}
