// A sentence with arcs from one of its tokens to those that it looks at, as wide as their weights.

import { withoutGaps } from "../../engine/present.js";
import { h, onResize } from "./dom.js";
import { svg } from "./svg.js";
import { showBlanks, spoken } from "./tokens.js";
import { roughly } from "./words.js";

/**
 * @typedef {object} ArcsShown
 * @property {string[]} tokens
 * @property {number[]} weights of all tokens up to the one that looks, which is the last of them
 * @property {string} who what looks, for a screen reader: "Head 9.4"
 */

const SHADE = 40; // percent: text stays readable on the darkest, in both themes
const LEAST = 0.02; // the smallest weight that gets an arc
const HIGH = 104; // pixels of the drawing above the sentence
const LINE = 18; // pixels: a line below is farther away
const WIDEST = 13; // pixels of an arc of weight 1
// of letters; the last is the style's
const SIZES = ["1.75rem", "1.5rem", "1.375rem", "1.25rem", "1.125rem", ""];
const TOLD = 0.05; // the smallest weight that is written, where no arc says it

export class SentenceArcs {
  /** @param {AbortSignal} signal */
  constructor(signal) {
    this.shown = /** @type {ArcsShown | null} */ (null);
    this.arcs = svg("svg", { class: "llm-arcs-drawing", "aria-hidden": "true", height: HIGH });
    this.line = h("p", { class: "llm-arcs-line" });
    this.element = h("div", { class: "llm-arcs" }, this.arcs, this.line);
    onResize([this.element], signal, () => this.shown && this.draw(this.shown));
  }

  /** @param {ArcsShown} shown */
  show(shown) {
    this.shown = shown;
    const { tokens, weights, who } = shown;
    const from = weights.length - 1;
    const pieces = tokens.map((token, t) => {
      const level = t > from ? 0 : SHADE * Math.min(1, 1.4 * weights[t]);
      const kind = `llm-arcs-token ${t === from ? "llm-arcs-from" : ""}`;
      const text = t ? showBlanks(token.trim()) : ["start"];
      const piece = h("span", { class: kind, style: `--level:${level.toFixed(1)}%` }, ...text);
      if (weights[t] >= TOLD) piece.dataset.share = roughly(weights[t]);
      return piece;
    });
    pieces[0].classList.add("llm-arcs-start");
    this.line.replaceChildren(...pieces.flatMap((piece, t) => t ? [" ", piece] : [piece]));
    const strongest = [...weights.keys()].sort((a, b) => weights[b] - weights[a]).slice(0, 3);
    const said = strongest.map((t) =>
      `${t ? spoken(tokens[t]) : "the start"} ${roughly(weights[t])}`
    );
    this.line.setAttribute(
      "aria-label",
      `${tokens.slice(1).join("")}. ${who} looks at ${said.join(", ")}`,
    );
    this.draw(shown);
  }

  /**
   * Draw the arcs above the sentence, in letters as large as a line of them may be; where it takes
   * more than a line, shades and numbers say it.
   * @param {ArcsShown} shown
   */
  draw({ weights }) {
    const pieces = /** @type {HTMLElement[]} */ ([...this.line.children]);
    this.element.classList.remove("llm-arcs-folded");
    const isOneLine = SIZES.some((size) => {
      this.line.style.fontSize = size;
      return pieces.every((piece) => Math.abs(piece.offsetTop - pieces[0].offsetTop) < LINE);
    });
    this.element.classList.toggle("llm-arcs-folded", !isOneLine);
    this.arcs.toggleAttribute("hidden", !isOneLine);
    if (!isOneLine) return;
    const middle = (/** @type {HTMLElement} */ { offsetLeft, offsetWidth }) =>
      offsetLeft + offsetWidth / 2;
    const end = middle(pieces[weights.length - 1]);
    const longest = Math.max(1, end - middle(pieces[0]));
    const paths = weights.slice(0, -1).map((weight, t) => {
      if (weight < LEAST) return null;
      const start = middle(pieces[t]);
      const top = HIGH - (HIGH - 12) * (0.25 + 0.75 * (end - start) / longest) * 4 / 3;
      return svg("path", {
        class: "llm-arcs-arc",
        d: `M${end},${HIGH} C${end},${top} ${start},${top} ${start},${HIGH}`,
        "stroke-width": Math.max(1, WIDEST * weight).toFixed(2),
        opacity: Math.min(1, 0.25 + 1.2 * weight).toFixed(2),
      });
    });
    this.arcs.replaceChildren(...withoutGaps(paths));
  }
}
