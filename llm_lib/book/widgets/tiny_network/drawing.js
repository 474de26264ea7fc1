// The tiny network as a drawing, whose numbers can be dragged.

import { N_HIDDEN } from "../../engine/small_network.js";
import { h } from "../shared/dom.js";
import { isUnder, keepPageStill } from "../shared/finger.js";
import { svg } from "../shared/svg.js";
import { decimals } from "../shared/words.js";
import { INPUTS, layerOf, namesInto, rowOf, signed, UNITS } from "./names.js";

/** @import { Biases, Pass, Point, Weights } from "../../engine/small_network.js" */
/** @typedef {{ unit: number, input: number }} Link a number of the network: input -1 is the bias */
/**
 * @typedef {{ weights: Weights, biases: Biases, point: number[], unit: number, run: Pass }} Shown
 */

// Where on a line from an input to a hidden unit its number stands: no other line runs there. What
// crosses has its number behind the crossing, near its unit, where there is room.
const ROOMY = { outer: 0.42, middle: 0.62, crossing: 0.73 };
const NARROW = { outer: 0.55, middle: 0.66, crossing: 0.26 };
const ROOM = 440; // pixels that the first takes
const PULL = 0.02; // how much a weight changes for each pixel that it is dragged

/**
 * @param {number} unit
 * @param {number} input
 * @param {number} width of the drawing
 */
function placeOnLine(unit, input, width) {
  if (unit >= N_HIDDEN) return 0.5;
  const { outer, middle, crossing } = width < ROOM ? NARROW : ROOMY;
  const far = Math.abs(unit - 2 * input); // the inputs stand beside the first and the last unit
  return far === 0 ? outer : far === 1 ? middle : crossing;
}

/** The network as a picture, in pixels of the page. Numbers on it can be dragged up and down. */
export class NetworkDrawing {
  /**
   * @param {{ pick: (unit: number) => void, grab: (unit: number) => void, value:
   *   (unit: number, input: number) => number, pull: (unit: number, input: number, value: number)
   *   => void }} options
   */
  constructor({ pick, grab, value, pull }) {
    this.grab = grab;
    this.value = value;
    this.pull = pull;
    this.svg = svg("svg", { role: "group" }); // an image would hide its units and numbers
    this.element = h("div", { class: "llm-tiny-drawing" }, this.svg);
    this.links = [];
    const lines = svg("g");
    const circles = svg("g");
    const numbers = svg("g");
    for (let unit = 0; unit <= N_HIDDEN; unit++) {
      for (let input = -1; input < namesInto(unit).length; input++) {
        const pill = svg("rect", { rx: 4 });
        const text = svg("text");
        const link = {
          unit,
          input,
          line: svg("line", { class: "llm-tiny-link" }),
          hit: svg("line", { class: "llm-tiny-hit" }),
          pill,
          text,
          handle: svg("g", { class: "llm-tiny-number" }, pill, text),
        };
        if (input >= 0) {
          lines.append(link.line, link.hit);
        }
        numbers.append(link.handle);
        this.draggable(link.handle, link);
        this.draggable(link.hit, link, true);
        this.links.push(link);
      }
    }
    this.circles = [...INPUTS, ...UNITS].map((name, i) => {
      const disc = svg("circle", { r: 22 });
      const text = svg("text");
      const label = svg("text", { class: "llm-tiny-name" }, name);
      const element = svg(
        "g",
        { class: i < 2 ? "llm-tiny-input" : "llm-tiny-unit" },
        disc,
        text,
        label,
      );
      const circle = { disc, text, name: label, element };
      if (i >= 2) circle.element.addEventListener("click", () => pick(i - 2));
      circles.append(circle.element);
      return circle;
    });
    this.svg.append(lines, circles, numbers);
    keepPageStill(this.svg, isUnder(".llm-tiny-number"));
  }

  /**
   * Dragging changes the number. A finger drags the numbers only, so that it can still scroll on
   * the lines.
   * @param {SVGElement} element
   * @param {Link} options
   * @param {boolean} [mouseOnly]
   */
  draggable(element, { unit, input }, mouseOnly = false) {
    let from = /** @type {{ y: number, value: number } | null} */ (null);
    element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.grab(unit);
      if (mouseOnly && event.pointerType === "touch") return;
      event.preventDefault();
      from = { y: event.clientY, value: this.value(unit, input) };
      element.setPointerCapture(event.pointerId);
    });
    element.addEventListener("pointermove", (event) => {
      if (from) this.pull(unit, input, from.value + PULL * (from.y - event.clientY));
    });
    for (const end of ["pointerup", "pointercancel"]) {
      element.addEventListener(end, () => {
        from = null;
      });
    }
  }

  layOut() {
    const width = Math.max(260, Math.min(this.element.clientWidth || 320, 560));
    const height = 302;
    const middle = width / 2;
    const places = [[24, 97], [24, 205], [middle, 46], [middle, 151], [middle, 256], [
      width - 32,
      151,
    ]];
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.setAttribute("width", String(width));
    this.svg.setAttribute("height", String(height));
    const put = (/** @type {Element} */ element, /** @type {Record<string, any>} */ attributes) => {
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    };
    this.circles.forEach(({ disc, text, name }, i) => {
      const [x, y] = places[i];
      put(disc, { cx: x, cy: y });
      put(text, { x, y });
      put(name, { x, y: y - 32 });
    });
    for (const { unit, input, line, hit, pill, text } of this.links) {
      const [x2, y2] = places[unit + 2];
      let [x, y] = [x2, y2 + 35];
      let wide = 56;
      if (input >= 0) {
        const [x1, y1] = places[unit < N_HIDDEN ? input : input + 2];
        const f = placeOnLine(unit, input, width);
        for (const l of [line, hit]) put(l, { x1, y1, x2, y2 });
        [x, y, wide] = [x1 + f * (x2 - x1), y1 + f * (y2 - y1), 44];
      }
      put(pill, { x: x - wide / 2, y: y - 11, width: wide, height: 22 });
      put(text, { x, y });
    }
  }

  /** @param {Shown} shown */
  show({ weights, biases, point, unit: chosen, run }) {
    const values = [...point, ...run.hidden, run.output];
    this.circles.forEach(({ disc, text, element }, i) => {
      const shade = i === UNITS.length + 1 ? 2 * values[i] - 1 : values[i];
      const strength = Math.min(1, Math.abs(shade)); // the output as in the plane
      text.textContent = decimals(values[i]);
      disc.style.fill =
        `color-mix(in srgb, var(${shade < 0 ? "--llm-accent-2" : "--llm-accent"}) ` +
        `${(26 * strength).toFixed(1)}%, var(--llm-bg))`;
      element.classList.toggle("llm-tiny-chosen", i === chosen + 2);
    });
    for (const { unit, input, line, text, handle } of this.links) {
      const layer = layerOf(unit);
      const v = input < 0 ? biases[layer][rowOf(unit)] : weights[layer][rowOf(unit)][input];
      text.textContent = input < 0 ? `b ${signed(v)}` : signed(v);
      handle.classList.toggle("llm-tiny-into", unit === chosen);
      handle.classList.toggle("llm-tiny-above", input >= 0 && v >= 0.005);
      handle.classList.toggle("llm-tiny-below", input >= 0 && v <= -0.005);
      line.style.strokeWidth = (1 + 1.5 * Math.min(6, Math.abs(v))).toFixed(2);
      line.setAttribute(
        "class",
        `llm-tiny-link ${Math.abs(v) < 0.005 ? "" : v < 0 ? "llm-tiny-minus" : "llm-tiny-plus"}`,
      );
    }
    const hidden = run.hidden.map((v, j) => `${UNITS[j]} ${decimals(v)}`).join(", ");
    this.svg.setAttribute(
      "aria-label",
      `Network of two inputs, three hidden units and an output. Inputs ${decimals(point[0])} ` +
        `and ${decimals(point[1])}; ${hidden}; output ${decimals(run.output)}. Each weight has a ` +
        "slider below.",
    );
  }
}
