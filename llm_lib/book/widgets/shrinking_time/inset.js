// Beside a close-up: the whole run, small, and which corner of it the close-up shows.

import { localize } from "../shared/localize.js";
import { svg } from "../shared/svg.js";

/** @import { Run } from "./values.js" */

export const INSET_X = 286; // in the drawing of TimeArea
const Y = 22;
const ALL_WIDE = 106;
const ALL_HIGH = 62;
const BELOW = 15; // of its words

export class TimeInset {
  constructor() {
    this.whole = svg("rect", { class: "llm-time-whole" });
    this.now = svg("rect", { class: "llm-time-rest" });
    this.rays = svg("path", { class: "llm-time-rays" });
    this.element = svg(
      "g",
      { class: "llm-time-inset" },
      this.rays,
      this.whole,
      this.now,
      svg("text", { x: INSET_X, y: Y + ALL_HIGH + BELOW }, localize`of the whole run`),
    );
  }

  hide() {
    this.element.style.display = "none";
  }

  /**
   * @param {Run} first
   * @param {Run} now
   * @param {Run} most what the close-up has room for
   * @param {{ x: number, y: number, bottom: number }} edge of the close-up, on its right
   */
  show(first, now, most, edge) {
    this.element.style.display = "";
    const steps = Math.max(first.steps, most.steps);
    const seconds = Math.max(first.seconds, most.seconds);
    const put = (/** @type {SVGRectElement} */ rect, /** @type {Run} */ run) => {
      const high = ALL_HIGH * run.seconds / seconds;
      rect.setAttribute("x", String(INSET_X));
      rect.setAttribute("y", (Y + ALL_HIGH - high).toFixed(2));
      rect.setAttribute("width", (ALL_WIDE * run.steps / steps).toFixed(2));
      rect.setAttribute("height", high.toFixed(2));
    };
    put(this.whole, first);
    put(this.now, now);
    const top = Y + ALL_HIGH * (1 - most.seconds / seconds);
    this.rays.setAttribute(
      "d",
      `M${edge.x} ${edge.y}L${INSET_X} ${top.toFixed(2)}V${Y + ALL_HIGH}L${edge.x} ${edge.bottom}`,
    );
  }
}
