// The totals of the model sizer: one bar each, made of its parts.

import { sum } from "../../engine/model_size.js";
import { h } from "../shared/dom.js";
import { roughly } from "../shared/words.js";

/** @import { Parts } from "../../engine/model_size.js" */

/** A name, its total, a bar made of parts, and which part is which. */
export class Stack {
  /** @param {string} title */
  constructor(title) {
    this.total = h("b");
    this.bar = h("div", { class: "llm-sizer-bar", "aria-hidden": "true" });
    this.parts = h("ul", { class: "llm-sizer-parts", "aria-label": `${title}, part by part` });
    this.element = h(
      "div",
      { class: "llm-sizer-stack" },
      h("p", {}, h("span", {}, title), this.total),
      this.bar,
      this.parts,
    );
  }

  /**
   * @param {Parts} parts
   * @param {string} total
   */
  show(parts, total) {
    const all = sum(parts) || 1;
    const entries = Object.entries(parts);
    this.total.textContent = total;
    this.bar.replaceChildren(
      ...entries.map(([name, n]) => h("i", { "data-part": name, style: `flex-grow: ${n / all}` })),
    );
    this.parts.replaceChildren(
      ...entries.map(([name, n]) =>
        h(
          "li",
          {},
          h("i", { "data-part": name, "aria-hidden": "true" }),
          `${name} `,
          h("b", {}, n ? roughly(n / all) : "none"),
        )
      ),
    );
  }
}
