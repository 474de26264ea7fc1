// The plane of inputs: what the tiny network says of each place, and the points to tell apart.

import { forwardPass } from "../../engine/small_network.js";
import { arrowMove, h, penOf, themeColour } from "../shared/dom.js";
import { keepPageStill } from "../shared/finger.js";
import { svg } from "../shared/svg.js";
import { decimals } from "../shared/words.js";
import { contour, EDGE, Ground, outputsOver } from "./ground.js";

/** @import { Biases, Pass, Point, Weights } from "../../engine/small_network.js" */
/** @import { Colour } from "../shared/types.js" */
/** @import { Shown } from "./drawing.js" */

const FINGER = 26; // pixels around the cross in which a finger has it

/** All pairs of inputs: how the network answers each, and the points that it should tell apart. */
export class InputPlane {
  size = 0; // in pixels of the page
  ratio = 1; // of the screen's pixels to those
  /**
   * @param {{ pick: (point: number[]) => void, point: () => number[], root: HTMLElement }} options
   */
  constructor({ pick, point, root }) {
    this.pick = pick;
    this.point = point;
    this.root = root;
    /** @type {Point[]} */
    this.points = [];
    this.ground = new Ground();
    this.canvas = h("canvas", { "aria-hidden": "true" });
    this.control = h(
      "div",
      { class: "llm-tiny-plane", role: "application", tabindex: 0 },
      this.canvas,
    );
    this.element = h("div", { class: "llm-tiny-plane-box" }, this.control);
    const key = (/** @type {string} */ kind, /** @type {string} */ text) =>
      h("span", { class: "llm-tiny-key" }, this.mark(kind), text);
    this.legend = h(
      "p",
      { class: "llm-note llm-tiny-legend" },
      key("circle", "should be 0"),
      key("triangle", "should be 1"),
      key("wrong", "wrong"),
      key("point", "your inputs"),
    );
    this.held = false; // by a finger, which scrolls the page elsewhere on the plane
    keepPageStill(this.control, ({ touches }) => touches.length === 1 && this.isNear(touches[0]));
    this.control.addEventListener("pointerdown", (event) => {
      this.held = event.pointerType !== "touch" || this.isNear(event);
      if (!this.held) return;
      this.control.setPointerCapture(event.pointerId);
      this.choose(event);
    });
    this.control.addEventListener("pointermove", (event) => {
      if (this.held && event.buttons & 1) this.choose(event);
    });
    for (const end of ["pointerup", "pointercancel"]) {
      this.control.addEventListener(end, () => this.held = false);
    }
    this.control.addEventListener("click", (event) => this.choose(event));
    this.control.addEventListener("keydown", (event) => {
      const by = arrowMove(event, 0.1, 0.5);
      if (by) this.go([this.point()[0] + by[0], this.point()[1] + by[1]]);
    });
  }

  /**
   * A small picture for the legend.
   * @param {string} kind
   */
  mark(kind) {
    /** @type {Record<string, SVGElement>} */
    const shapes = {
      circle: svg("circle", { cx: 7, cy: 7, r: 4.5, class: "llm-tiny-zero" }),
      triangle: svg("path", { d: "M7 1.5 L12.5 11.5 L1.5 11.5 Z", class: "llm-tiny-one" }),
      wrong: svg("circle", { cx: 7, cy: 7, r: 5.8, class: "llm-tiny-wrong" }),
      point: svg("path", { d: "M7 0 V14 M0 7 H14", class: "llm-tiny-wrong" }),
    };
    return svg(
      "svg",
      { width: 14, height: 14, viewBox: "0 0 14 14", "aria-hidden": "true" },
      shapes[kind],
    );
  }

  /** @param {number[]} point */
  go(point) {
    const next = point.map((v) => Math.max(-EDGE, Math.min(EDGE, Math.round(20 * v) / 20)));
    if (String(next) !== String(this.point())) this.pick(next);
  }

  /** @param {PointerEvent} event */
  choose(event) {
    if (event.type === "click" && event.detail === 0) return; // from the keyboard: it has no place
    this.go(this.inputsAt(event));
  }

  /**
   * The pair of inputs at a place on the screen.
   * @param {{ clientX: number, clientY: number }} place
   */
  inputsAt({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    return [
      (2 * (clientX - box.left) / box.width - 1) * EDGE,
      (1 - 2 * (clientY - box.top) / box.height) * EDGE,
    ];
  }

  /**
   * Whether a finger has the cross.
   * @param {{ clientX: number, clientY: number }} place
   */
  isNear(place) {
    const [x, y] = this.inputsAt(place);
    const [px, py] = this.point();
    return Math.hypot(x - px, y - py) * this.size / (2 * EDGE) < FINGER;
  }

  layOut() {
    this.size = Math.max(200, Math.min(this.element.clientWidth || 300, 312));
    this.ratio = Math.min(3, globalThis.devicePixelRatio || 1);
    this.canvas.width = this.canvas.height = Math.round(this.size * this.ratio);
    this.canvas.style.width = this.canvas.style.height = `${this.size}px`;
  }

  /** @param {Omit<Shown, "unit" | "run"> & { output: number }} options */
  show({ weights, biases, point, output }) {
    const colour = (/** @type {string} */ name) => themeColour(this.root, name);
    const [zero, one, ground, ink] = ["--llm-accent-2", "--llm-accent", "--llm-bg", "--llm-fg"].map(
      colour,
    );
    const context = penOf(this.canvas);
    const size = this.size;
    /** @type {(point: number[]) => [x: number, y: number]} in pixels */
    const at = ([x, y]) => [(x / EDGE + 1) * size / 2, (1 - y / EDGE) * size / 2];
    const outputs = outputsOver(weights, biases);
    context.setTransform(1, 0, 0, 1, 0, 0);
    this.ground.shade(context, outputs, { zero, one, ground });
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    const paint = (/** @type {Colour} */ rgb, alpha = 1) => `rgb(${rgb.join(" ")} / ${alpha})`;
    context.lineWidth = 1;
    context.strokeStyle = paint(ink, 0.25);
    context.beginPath();
    for (const [a, b] of [[[-EDGE, 0], [EDGE, 0]], [[0, -EDGE], [0, EDGE]]]) {
      context.moveTo(...at(a));
      context.lineTo(...at(b));
    }
    context.stroke();
    context.fillStyle = paint(ink, 0.85);
    context.font = `12px ${getComputedStyle(this.root).fontFamily}`;
    context.textBaseline = "top";
    context.textAlign = "right";
    context.fillText("x₁", size - 5, size / 2 + 4);
    for (const v of [-1, 1]) {
      context.fillText(decimals(v).replace(".00", ""), at([v, 0])[0] + 4, size / 2 + 4);
    }
    context.textAlign = "left";
    context.fillText("x₂", size / 2 + 6, 4);
    for (const v of [-1, 1]) {
      context.fillText(decimals(v).replace(".00", ""), size / 2 + 6, at([0, v])[1] - 6);
    }
    context.strokeStyle = paint(ink);
    context.lineWidth = 2;
    context.stroke(contour(outputs, 0.5, size));
    for (const [x1, x2, truth] of this.points) {
      const right = (forwardPass(weights, biases, [x1, x2]).output > 0.5) === (truth === 1);
      this.dot(
        context,
        at([x1, x2]),
        truth,
        right,
        paint(truth ? one : zero),
        paint(ground),
        paint(ink),
      );
    }
    const [px, py] = at(point);
    const strokes = [{ width: 5, style: paint(ground) }, { width: 2, style: paint(ink) }];
    for (const { width, style } of strokes) {
      context.lineWidth = width;
      context.strokeStyle = style;
      context.beginPath();
      for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
        context.moveTo(px + 4 * dx, py + 4 * dy);
        context.lineTo(px + 13 * dx, py + 13 * dy);
      }
      context.stroke();
    }
    this.control.setAttribute(
      "aria-label",
      `Plane of inputs. Arrow keys move the point. x₁ ${decimals(point[0])}, x₂ ` +
        `${decimals(point[1])}: output ${output.toFixed(2)}.`,
    );
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number[]} pair
   * @param {number} truth
   * @param {boolean} right
   * @param {string} fill
   * @param {string} ground
   * @param {string} ink
   */
  dot(context, [x, y], truth, right, fill, ground, ink) {
    const shape = new Path2D();
    if (truth) {
      shape.moveTo(x, y - 6);
      shape.lineTo(x + 6, y + 4.5);
      shape.lineTo(x - 6, y + 4.5);
      shape.closePath();
    } else shape.arc(x, y, 4.8, 0, 2 * Math.PI);
    context.lineWidth = 2.5;
    context.strokeStyle = ground;
    context.stroke(shape);
    context.fillStyle = fill;
    context.fill(shape);
    if (right) return;
    context.lineWidth = 1.5;
    context.strokeStyle = ink;
    context.beginPath();
    context.arc(x, y, 9, 0, 2 * Math.PI);
    context.stroke();
  }
}
