// The tokens that one token can see: the score of each, and its weight as a bar.

import { h, rove } from "../shared/dom.js";
import { showBlanks, spoken } from "../shared/tokens.js";
import { cssPercent, decimals } from "../shared/words.js";

/** @import { Look } from "../../engine/look.js" */
/**
 * @typedef {object} Shown a look back, and the token that it is asked about
 * @property {string[]} labels of all tokens
 * @property {Look} look
 * @property {number} query
 * @property {number} key
 * @property {number} layer
 * @property {number} head
 */

export class LookList {
  /** @param {(key: number) => void} onpick is told whose key the reader wants to see */
  constructor(onpick) {
    this.onpick = onpick;
    /** @type {string[]} */
    this.labels = [];
    /** @type {HTMLButtonElement[]} */
    this.buttons = [];
    this.title = h("p", { class: "llm-label" });
    this.rows = h("div", {
      class: "llm-look-rows",
      role: "group",
      "aria-label": "Scores, weights",
    });
    this.element = h("div", { class: "llm-look-list" }, this.title, this.rows);
    const seen = () => this.buttons.filter((button) => !button.disabled);
    rove(this.rows, seen, { onmove: (button) => button.click() });
  }

  /** @param {Shown} shown */
  show({ labels, look, query, key }) {
    if (this.labels !== labels) this.makeButtons(labels);
    this.title.textContent =
      `From ${spoken(labels[query])}: score (key · query ÷ √${look.D}), and ` +
      "weight after softmax. Whose key?";
    this.buttons.forEach((button, t) => {
      const isSeen = t <= query;
      const [weight, score] = isSeen ? [look.weights[t], decimals(look.scores[t])] : [0, ""];
      const [, number, track, share] = button.children;
      number.textContent = isSeen ? score : "−∞";
      /** @type {HTMLElement} */ (track.firstElementChild).style.width = cssPercent(weight);
      share.textContent = isSeen ? weight.toFixed(2) : "0";
      button.disabled = !isSeen;
      button.tabIndex = t === key ? 0 : -1;
      button.setAttribute("aria-pressed", String(t === key));
      const said = isSeen ? `score ${score}, weight ${weight.toFixed(2)}` : "comes later";
      button.setAttribute("aria-label", `Token ${t}, ${spoken(labels[t])}: ${said}`);
    });
  }

  /** @param {string[]} labels */
  makeButtons(labels) {
    this.labels = labels;
    this.buttons = labels.map((label, t) =>
      h(
        "button",
        { type: "button", class: "llm-look-row", tabindex: -1, onclick: () => this.onpick(t) },
        h("span", { class: "llm-bar-name" }, ...showBlanks(label)),
        h("span", { class: "llm-bar-number" }),
        h("span", { class: "llm-bar-track" }, h("span", { class: "llm-bar-fill" })),
        h("span", { class: "llm-bar-number" }),
      )
    );
    this.rows.replaceChildren(...this.buttons);
  }
}
