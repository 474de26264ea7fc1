// The tokens that one token can see, the largest weight first: its bar, and the score behind it. A
// few stand for all, until the reader wants them.

import { byProbability } from "../../engine/sampling.js";
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

const FEW = 8; // tokens that are shown at once

export class LookList {
  /** @param {(key: number) => void} onpick is told whose key the reader wants to see */
  constructor(onpick) {
    this.onpick = onpick;
    /** @type {string[]} */
    this.labels = [];
    /** @type {HTMLButtonElement[]} */
    this.buttons = []; // by token
    /** @type {HTMLButtonElement[]} */
    this.ranked = []; // as they stand
    this.title = h("p", { class: "llm-label" });
    this.rows = h("div", {
      class: "llm-look-rows",
      role: "group",
      "aria-label": "Weights, scores",
    });
    this.more = h("button", { type: "button", class: "llm-quiet llm-look-more" });
    this.more.addEventListener("click", () => this.open(!this.isOpen));
    this.element = h("div", { class: "llm-look-list" }, this.title, this.rows, this.more);
    this.isOpen = false;
    this.others = "";
    const seen = () => this.ranked.filter((button) => !button.disabled && !button.hidden);
    rove(this.rows, seen, { onmove: (button) => button.click() });
  }

  /** @param {Shown} shown */
  show({ labels, look, query, key }) {
    if (this.labels !== labels) this.makeButtons(labels);
    this.title.replaceChildren(
      `Where ${spoken(labels[query])} looks: weights, `,
      h("span", {}, `from scores (query · key ÷ √${look.D})`),
    );
    this.buttons.forEach((button, t) => {
      const isSeen = t <= query;
      const [weight, score] = isSeen ? [look.weights[t], decimals(look.scores[t])] : [0, ""];
      const [, track, share, number] = button.children;
      number.textContent = isSeen ? score : "−∞";
      /** @type {HTMLElement} */ (track.firstElementChild).style.width = cssPercent(weight);
      share.textContent = isSeen ? weight.toFixed(2) : "0";
      button.disabled = !isSeen;
      button.tabIndex = t === key ? 0 : -1;
      button.setAttribute("aria-pressed", String(t === key));
      const said = isSeen ? `score ${score}, weight ${weight.toFixed(2)}` : "comes later";
      button.setAttribute("aria-label", `Token ${t}, ${spoken(labels[t])}: ${said}`);
    });
    this.rank(look.weights, query, key);
  }

  /**
   * The largest weights first; those that are hidden are counted.
   * @param {ArrayLike<number>} weights of the tokens that are seen
   * @param {number} query
   * @param {number} key
   */
  rank(weights, query, key) {
    const seen = byProbability(Float32Array.from(weights));
    const later = this.labels.map((_, t) => t).slice(query + 1);
    const ranked = [...seen, ...later].map((t) => this.buttons[t]);
    if (ranked.some((button, i) => button !== this.ranked[i])) this.rows.replaceChildren(...ranked);
    this.ranked = ranked;
    const rest = seen.slice(FEW);
    const sum = rest.reduce((all, t) => all + weights[t], 0);
    this.others = [
      rest.length ? `${rest.length} others: ${sum.toFixed(2)} in all` : "",
      later.length ? `${later.length} come later: 0` : "",
    ].filter(Boolean).join("; ");
    this.open(this.isOpen || rest.includes(key));
  }

  /**
   * All tokens, or a few.
   * @param {boolean} isOpen
   */
  open(isOpen) {
    this.isOpen = isOpen;
    this.ranked.forEach((button, i) => {
      button.hidden = !isOpen && (i >= FEW || button.disabled);
    });
    this.rows.classList.toggle("llm-look-all", isOpen);
    this.more.hidden = !this.others;
    this.more.textContent = isOpen ? "Show the largest only" : this.others;
    this.more.setAttribute("aria-expanded", String(isOpen));
  }

  /** @param {string[]} labels */
  makeButtons(labels) {
    this.labels = labels;
    this.isOpen = false;
    this.ranked = [];
    this.buttons = labels.map((label, t) =>
      h(
        "button",
        { type: "button", class: "llm-look-row", tabindex: -1, onclick: () => this.onpick(t) },
        h("span", { class: "llm-bar-name" }, ...showBlanks(label)),
        h("span", { class: "llm-bar-track" }, h("span", { class: "llm-bar-fill" })),
        h("b", { class: "llm-bar-number" }),
        h("span", { class: "llm-bar-number llm-look-from" }),
      )
    );
    this.buttons.forEach((button, t) => button.dataset.token = String(t));
  }
}
