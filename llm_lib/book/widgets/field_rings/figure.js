// The fields inside each other as a drawing, with a dot for each system that was sorted.

import { rove } from "../shared/dom.js";
import { markChosen, svg, svgButton } from "../shared/svg.js";
import { judge } from "./card_verdict.js";
import { CARDS, ORDER, RINGS } from "./cards.js";

/** @import { Answer } from "./card_verdict.js" */

/**
 * Where each ring is, how round its corners are, and where its name begins.
 * @type {Record<string, number[]>}
 */
const SHAPES = {
  ai: [4, 30, 322, 264, 16, 16, 51],
  ml: [14, 62, 264, 222, 14, 26, 83],
  dl: [24, 94, 214, 180, 12, 36, 115],
  llm: [34, 126, 172, 138, 10, 44, 147],
};
const BAND = { x: 84, y: 196, width: 226, height: 46, rx: 23 };

/** The rings; one is marked as the one that is looked at. */
export class RingsFigure {
  /** @param {(ring: string) => void} onpick */
  constructor(onpick) {
    this.onpick = onpick;
    this.dots = svg("g", { "aria-hidden": "true" });
    this.buttons = ORDER.map((ring) => this.shape(ring));
    const group = svg("g", {}, ...this.buttons);
    rove(group, () => this.buttons, { onmove: (element) => onpick(element.dataset.ring ?? "") });
    this.element = svg(
      "svg",
      {
        viewBox: "0 0 330 330",
        role: "group",
        "aria-label": "Fields inside each other: choose one",
      },
      svg("text", { class: "llm-ring-outside", x: 16, y: 20 }, "not AI"),
      group,
      this.dots,
    );
  }

  /**
   * A ring as a button; generative AI lies across the others.
   * @param {string} ring
   */
  shape(ring) {
    const attributes = { class: "llm-ring", "data-ring": ring, "aria-label": RINGS[ring][0] };
    const press = () => this.onpick(ring);
    if (ring === "generative") {
      return svgButton(
        { ...attributes, class: "llm-ring llm-ring-across" },
        press,
        svg("path", { class: "llm-ring-lead", d: "M292 242V304" }),
        svg("rect", { class: "llm-ring-edge", ...BAND }),
        svg("rect", { class: "llm-ring-reach", ...BAND }),
        svg("rect", { class: "llm-ring-hand", x: 224, y: 300, width: 102, height: 28 }),
        svg("text", { x: 324, y: 319, "text-anchor": "end" }, RINGS[ring][0]),
      );
    }
    const [x, y, width, height, rx, left, top] = SHAPES[ring];
    return svgButton(
      attributes,
      press,
      svg("rect", { class: "llm-ring-edge", x, y, width, height, rx }),
      svg("text", { x: left, y: top }, RINGS[ring][0]),
    );
  }

  /**
   * @param {string} ring
   * @param {Answer[]} answers
   */
  show(ring, answers) {
    markChosen(this.buttons, ORDER.indexOf(ring), "llm-ring-here");
    this.dots.replaceChildren(...answers.map((answer, i) => {
      const { placed, kind } = judge(CARDS[i], answer);
      const [x, y] = CARDS[i].dot;
      return svg(
        "g",
        { class: placed && kind ? "llm-rings-dot" : "llm-rings-dot llm-rings-off" },
        svg("circle", { cx: x, cy: y, r: 10 }),
        svg("text", { x, y: y + 4, "text-anchor": "middle" }, String(i + 1)),
      );
    }));
  }
}
