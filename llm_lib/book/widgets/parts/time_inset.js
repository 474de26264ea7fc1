// In a close-up: the whole run, small, with what is left of it in its corner.

import { localize } from "../shared/localize.js";
import { svg } from "../shared/svg.js";

/** @import { Run } from "./time_values.js" */

export const INSET_X = 282; // in the drawing of TimeArea
const Y = 20;
const ALL_WIDE = 104;
const ALL_HIGH = 62;
const AIR = 6;
const BELOW = 15; // of its words

export class TimeInset {
  constructor() {
    this.whole = svg("rect", { class: "llm-time-whole" });
    this.now = svg("rect", { class: "llm-time-rest" });
    this.element = svg(
      "g",
      { class: "llm-time-inset" },
      svg("rect", {
        class: "llm-time-card",
        x: INSET_X - AIR,
        y: Y - AIR,
        width: ALL_WIDE + 2 * AIR,
        height: ALL_HIGH + BELOW + 2 * AIR,
      }),
      this.whole,
      this.now,
      svg("text", { x: INSET_X, y: Y + ALL_HIGH + BELOW }, localize`of the whole run`),
    );
  }

  /** @param {Run} first @param {Run} now @param {boolean} close */
  show(first, now, close) {
    this.element.style.display = close ? "" : "none";
    const [steps, seconds] = [
      Math.max(first.steps, now.steps),
      Math.max(first.seconds, now.seconds),
    ];
    const put = (/** @type {SVGRectElement} */ rect, /** @type {Run} */ run) => {
      const high = ALL_HIGH * run.seconds / seconds;
      rect.setAttribute("x", String(INSET_X));
      rect.setAttribute("y", (Y + ALL_HIGH - high).toFixed(2));
      rect.setAttribute("width", (ALL_WIDE * run.steps / steps).toFixed(2));
      rect.setAttribute("height", high.toFixed(2));
    };
    put(this.whole, first);
    put(this.now, now);
  }
}
