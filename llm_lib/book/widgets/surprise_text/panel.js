// A text whose tokens are shaded by their surprise, and what was expected at one of them.

import { mean } from "../../engine/vectors.js";
import { barRow } from "../shared/bars.js";
import { focusedIndex, h, rove } from "../shared/dom.js";
import { showBlanks, spoken, tail } from "../shared/tokens.js";
import { count, cssPercent, decimals, percent, roughly } from "../shared/words.js";

/** @typedef {{ label: string, p: number, came: boolean }} Expected */
/**
 * What a model made of a text.
 * @typedef {object} Reading
 * @property {string[]} labels of all tokens
 * @property {number[]} surprises of all but the first
 * @property {(at: number) => Expected[]} expected what it held likeliest there, and what came
 */

const FULL = 8; // nats: this surprise, and any larger one, has the highest column

/** The tokens at the left; what was expected, in bars and in words. */
export class SurprisePanel {
  /**
   * @param {string} who the model
   * @param {(at: number) => void} onpick
   */
  constructor(who, onpick) {
    this.who = who;
    this.onpick = onpick;
    this.reading = /** @type {Reading} */ ({ labels: [], surprises: [], expected: () => [] });
    this.chosen = -1;
    this.tokens = h("ul", { class: "llm-tokens", "aria-label": "The text's tokens" });
    rove(this.tokens, () => this.buttons);
    this.where = h("p", { class: "llm-label" });
    this.bars = h("ol", { class: "llm-bars" });
    this.scale = h(
      "p",
      { class: "llm-note llm-surprise-scale", "aria-hidden": "true" },
      h("i"),
      `a full column: a surprise, −ln p, of ${FULL} or more`,
    );
  }

  get buttons() {
    return [...this.tokens.querySelectorAll("button")];
  }

  /** The token that is looked at: the reader's, or the one with the largest surprise. */
  get place() {
    const { chosen } = this;
    return chosen > 0 && chosen < this.reading.labels.length ? chosen : this.most;
  }

  /** The token with the largest surprise. */
  get most() {
    const { surprises } = this.reading;
    return 1 + surprises.indexOf(Math.max(...surprises));
  }

  /**
   * @param {Reading} reading
   * @param {number} chosen the token to look at; -1 for the one with the largest surprise
   */
  show(reading, chosen) {
    this.reading = reading;
    this.chosen = chosen;
    const focused = focusedIndex(this.buttons);
    this.tokens.replaceChildren(...reading.labels.map((label, i) => this.token(label, i)));
    if (focused >= 0) this.buttons[focused]?.focus();
    this.paintBars();
  }

  /**
   * @param {string} label
   * @param {number} i
   */
  token(label, i) {
    const name = h("span", {}, ...showBlanks(label));
    if (i === 0) {
      const first = h("span", { class: "llm-token" }, name, h("small", {}, "–"));
      return h("li", {}, first);
    }
    const surprise = this.reading.surprises[i - 1] ?? 0;
    const isHere = i === this.place;
    const share = Math.min(1, surprise / FULL);
    return h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          class: "llm-token",
          style: `--level:${cssPercent(share)};--share:${share.toFixed(3)}`,
          "aria-pressed": String(isHere),
          "aria-label": `${spoken(label)}, surprise ${decimals(surprise)}`,
          tabindex: isHere ? 0 : -1,
          onclick: () => this.onpick(i),
        },
        name,
        h("small", {}, decimals(surprise)),
      ),
    );
  }

  /** What the model expected where the token came that is looked at. */
  paintBars() {
    const { labels, surprises } = this.reading;
    if (!surprises.length) {
      this.where.textContent = "";
      this.bars.replaceChildren();
      return;
    }
    const at = this.place;
    this.where.textContent = `Expected after “${tail(labels.slice(0, at).join(""))}”`;
    this.bars.replaceChildren(
      ...this.reading.expected(at).map(({ label, p, came }) =>
        barRow({
          name: label,
          fill: p,
          number: percent(p),
          extra: came ? { class: "llm-surprise-came" } : {},
        })
      ),
    );
  }

  /** What is to be seen, in sentences. */
  words() {
    const at = this.place;
    const { labels, surprises } = this.reading;
    const surprise = surprises[at - 1];
    const p = roughly(Math.exp(-surprise));
    const most = at === this.most ? "The largest surprise: " : "";
    return [
      `${most}${spoken(labels[at])} came, and ${this.who} had given it ${p}. ` +
      `−ln p = ${decimals(surprise)}.`,
      `The mean over ${count(surprises.length, "token")}, the loss: ${decimals(mean(surprises))}.`,
    ];
  }
}
