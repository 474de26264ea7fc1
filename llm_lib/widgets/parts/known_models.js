// Known models by size, as points on a log scale.

import { h } from "../shared/dom.js";
import { inUnits } from "../shared/words.js";
import { CONFIG } from "./sizer_config.js";

/** @typedef {Record<string, any>} Settings */
/** @typedef {{ name: string, values: Settings, n: number }} Preset n: how many parameters it has */

/** A list of models to load, the smallest first. */
export class KnownModels {
  /**
   * @param {Preset[]} presets
   * @param {(values: Settings) => void} onpick
   */
  constructor(presets, onpick) {
    this.presets = presets;
    this.onpick = onpick;
    this.element = h("ul", {
      class: "llm-bars llm-sizer-known",
      "aria-label": "Known models by size",
    });
  }

  /**
   * Show them, with the one that is set among them.
   * @param {number | null} n the parameters of that one; null where there is no such model
   * @param {Settings} raw
   */
  show(n, raw) {
    const at = (/** @type {number} */ v) =>
      `left:${Math.min(100, Math.max(0, (100 * (Math.log10(v) - 6)) / 6)).toFixed(2)}%`;
    const same = (/** @type {Record<string, any>} */ values) =>
      CONFIG.every((name) => values[name] === raw[name]);
    const focused = this.element.contains(document.activeElement)
      ? document.activeElement.getAttribute("data-name")
      : null;
    const rows = this.presets.map(({ name, values, n: size }) => ({
      size,
      row: h(
        "li",
        {},
        h(
          "button",
          {
            type: "button",
            class: "llm-bar",
            "data-name": name,
            "aria-pressed": String(same(values)),
            onclick: () => this.onpick(values),
          },
          h("span", { class: "llm-bar-name" }, name),
          h("span", { class: "llm-bar-track" }, h("i", { style: at(size) })),
          h("span", { class: "llm-bar-number" }, inUnits(size)),
        ),
      ),
    }));
    if (n !== null) {
      rows.push({
        size: n + 0.5,
        row: h(
          "li",
          { class: "llm-sizer-yours" },
          h(
            "div",
            { class: "llm-bar" },
            h("span", { class: "llm-bar-name" }, "this config"),
            h("span", { class: "llm-bar-track" }, h("i", { style: at(n) })),
            h("span", { class: "llm-bar-number" }, inUnits(n)),
          ),
        ),
      });
    }
    this.element.replaceChildren(...rows.sort((a, b) => a.size - b.size).map(({ row }) => row));
    if (!focused) return;
    const again = [...this.element.querySelectorAll("button")].find((each) =>
      each.dataset.name === focused
    );
    again?.focus();
  }
}
