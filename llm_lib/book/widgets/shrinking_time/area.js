// A training as an area: steps wide, milliseconds high, over what it was before.

import { h } from "../shared/dom.js";
import { localize } from "../shared/localize.js";
import { svg } from "../shared/svg.js";
import { INSET_X, TimeInset } from "./inset.js";
import { secondsOf } from "./values.js";
import { inSeconds, millisOf, pictureWords, stepsOf } from "./words.js";

/** @import { Run, Shown } from "./values.js" */

const W = 400; // of the drawing
const H = 350;
const LEFT = 46; // of its axes
const TOP = 14;
const WIDE = W - LEFT - 8;
const BESIDE = 18; // between a close-up and the whole run beside it
const HIGH = H - TOP - 38;
const HEADROOM = 1.06;

/** A round number just above: 1, 2 or 5 times a power of ten. @param {number} x */
function roundUp(x) {
  const unit = 10 ** Math.floor(Math.log10(x));
  return unit * ([1, 2, 5].find((n) => n * unit >= 0.999 * x) ?? 10);
}

export class TimeArea {
  constructor() {
    this.first = svg("rect", { class: "llm-time-first" });
    this.before = svg("rect", { class: "llm-time-before" });
    this.now = svg("rect", { class: "llm-time-now" });
    this.axes = svg("g", { class: "llm-time-axes" });
    this.total = svg("text", { class: "llm-time-total" });
    this.inset = new TimeInset();
    this.drawing = svg(
      "svg",
      { viewBox: `0 0 ${W} ${H}`, role: "img" },
      this.first,
      this.before,
      this.now,
      this.axes,
      this.total,
      this.inset.element,
    );
    this.element = h("div", { class: "llm-time-area llm-stage-sticky" }, this.drawing);
  }

  /**
   * @param {object} shown
   * @param {Run} shown.first
   * @param {Shown} shown.before
   * @param {Shown} shown.now
   * @param {boolean} shown.close
   */
  show({ first, before, now, close }) {
    const held = close ? [before, now] : [first, before, now];
    const most = {
      steps: HEADROOM * Math.max(...held.map(({ steps }) => steps)),
      seconds: HEADROOM * Math.max(...held.map(({ seconds }) => seconds)),
    };
    const wide = close ? INSET_X - BESIDE - LEFT : WIDE;
    const x = (/** @type {number} */ steps) => wide * Math.min(1, steps / most.steps);
    const y = (/** @type {number} */ seconds) => HIGH * Math.min(1, seconds / most.seconds);
    const put = (/** @type {SVGRectElement} */ rect, /** @type {Run} */ run) => {
      const [w, high] = [x(run.steps), y(run.seconds)];
      rect.setAttribute("x", String(LEFT));
      rect.setAttribute("y", (TOP + HIGH - high).toFixed(2));
      rect.setAttribute("width", w.toFixed(2));
      rect.setAttribute("height", high.toFixed(2));
    };
    put(this.first, first);
    put(this.before, before);
    put(this.now, now);
    this.drawing.classList.toggle("llm-time-product", !now.measured);
    this.drawing.setAttribute("aria-label", pictureWords(now, first));
    this.drawAxes(most, x, y);
    if (close) this.inset.show(first, now, most, { x: LEFT + wide, y: TOP, bottom: TOP + HIGH });
    else this.inset.hide();
    const right = LEFT + x(now.steps);
    const room = right + 100 < (close ? LEFT + wide : W);
    this.total.setAttribute("x", String(room ? right + 8 : LEFT + 10));
    this.total.setAttribute("y", String(TOP + HIGH - y(now.seconds) + (room ? 20 : 30)));
    this.total.classList.toggle("llm-time-inside", !room);
    this.total.textContent = inSeconds(secondsOf(now));
  }

  /**
   * @param {Run} most
   * @param {(steps: number) => number} x
   * @param {(seconds: number) => number} y
   */
  drawAxes(most, x, y) {
    const [dx, dy] = [roundUp(most.steps / 4), roundUp(most.seconds / 4)];
    const parts = [
      svg("path", { d: `M${LEFT} ${TOP}V${TOP + HIGH}H${LEFT + x(most.steps)}` }),
      text(LEFT + x(most.steps), H - 4, "end", localize`steps to the goal`),
      text(2, 11, "start", localize`ms per step`),
    ];
    for (let steps = dx; steps < most.steps; steps += dx) {
      parts.push(text(LEFT + x(steps), TOP + HIGH + 16, "middle", stepsOf({ steps, seconds: 0 })));
    }
    for (let seconds = dy; seconds < most.seconds; seconds += dy) {
      const at = TOP + HIGH - y(seconds) + 4;
      if (at > TOP + 12) parts.push(text(LEFT - 6, at, "end", millisOf({ steps: 0, seconds })));
    }
    this.axes.replaceChildren(...parts);
  }
}

/** @param {number} x @param {number} y @param {string} anchor @param {string} words */
const text = (x, y, anchor, words) =>
  svg("text", { x: x.toFixed(1), y: y.toFixed(1), "text-anchor": anchor }, words);
