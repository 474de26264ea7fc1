// One row of attention as text: each token shaded by how much the query looks at it.

import { byProbability } from "../../engine/sampling.js";
import { shade } from "./attention_map.js";
import { find, h, rove } from "./dom.js";
import { showBlanks, spoken } from "./tokens.js";
import { roughly } from "./words.js";

export class RowText {
  /**
   * @param {(t: number) => void} onpick is told which token was chosen as the query
   * @param {HTMLElement[]} ending what stands behind the last token
   */
  constructor(onpick, ...ending) {
    this.onpick = onpick;
    this.ending = ending;
    /** @type {string[]} */
    this.labels = [];
    /** @type {HTMLButtonElement[]} */
    this.buttons = [];
    this.element = h("div", {
      class: "llm-tokens llm-row-text",
      role: "group",
      "aria-label": "The row as text: choose a query token",
    });
    rove(this.element, () => this.buttons, { onmove: (button) => button.click() });
  }

  /**
   * The three strongest tokens get their percents.
   * @param {object} shown
   * @param {string[]} shown.labels of all tokens
   * @param {Float32Array} shown.weights of the row
   * @param {number} shown.row the query that looks
   * @param {number} shown.query the one that is chosen: `row` may be one that the mouse is over
   */
  show({ labels, weights, row, query }) {
    if (this.labels !== labels) this.makeButtons(labels);
    const strongest = byProbability(weights).slice(0, 3);
    this.buttons.forEach((button, t) => {
      const seen = t <= row;
      const named = seen && strongest.includes(t) && weights[t] >= 0.05;
      // 40 %: text stays readable on the darkest, in both themes
      button.style.setProperty("--weight", `${(40 * shade(weights[t])).toFixed(1)}%`);
      find(button, "small").textContent = named ? roughly(weights[t]) : "";
      button.classList.toggle("llm-query", t === row);
      button.classList.toggle("llm-future", !seen);
      button.tabIndex = t === query ? 0 : -1;
      button.setAttribute("aria-pressed", String(t === row));
      const weight = seen ? roughly(weights[t]) : "not seen";
      button.setAttribute("aria-label", `${spoken(labels[t])}, ${weight}`);
    });
  }

  /** @param {string[]} labels */
  makeButtons(labels) {
    const attributes = { type: "button", class: "llm-token", tabindex: -1 };
    this.labels = labels;
    this.buttons = labels.map((label, t) =>
      h(
        "button",
        { ...attributes, onclick: () => this.onpick(t) },
        h("span", {}, ...showBlanks(label)),
        h("small"),
      )
    );
    this.element.replaceChildren(...this.buttons, ...this.ending);
  }
}
