// A plane with arrows from its middle, whose tips can be moved.

import { present } from "../../engine/present.js";
import { arrowMove } from "../shared/dom.js";
import { isUnder, keepPageStill } from "../shared/finger.js";
import { svg } from "../shared/svg.js";
import { decimals } from "../shared/words.js";
import { BELOW, BESIDE, labelsOf, PAD, REACH, SIZE, UNIT } from "./plane_labels.js";

/** @import { Point } from "../../engine/hand_attention.js" */
/**
 * @typedef {object} Tip an arrow
 * @property {string} id
 * @property {string} kind
 * @property {string} name
 * @property {Point} at
 * @property {number} [width]
 * @property {string} [label]
 * @property {boolean} [hidden]
 * @property {boolean} [fixed]
 * @property {string} [style]
 * @property {string} [words]
 */

export const STEP = 0.1; // of an arrow key
const LEAP = 0.5; // and with Shift

/** A plane with arrows from the origin. tips: [{id, kind, name, at, width, style, fixed}]. */
export class ArrowPlane {
  /** @type {Tip[]} as they were painted last */
  tips = [];

  /**
   * @param {{ title: string, onmove: (id: string, at: Point) => void, onpick: (id: string) => void
   *   }} options
   */
  constructor({ title, onmove, onpick }) {
    this.onmove = onmove;
    this.onpick = onpick;
    /** @type {Map<string, SVGElement>} */
    this.handles = new Map();
    this.chain = svg("polyline", { class: "llm-byhand-chain" });
    this.layer = svg("g");
    this.grips = svg("g");
    this.picture = svg("svg", {
      viewBox: `0 0 ${SIZE} ${SIZE}`,
      class: "llm-byhand-plane",
      role: "group",
      "aria-label": title,
    });
    this.picture.append(this.grid(), this.chain, this.layer, this.grips);
    keepPageStill(this.picture, isUnder(".llm-byhand-grip"));
    this.picture.addEventListener("pointermove", (event) => {
      if (this.dragging) this.move(this.dragging, this.place(event));
    });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      this.picture.addEventListener(end, () => {
        this.dragging = null;
      });
    }
  }

  grid() {
    const lines = svg("g", { class: "llm-byhand-grid", "aria-hidden": "true" });
    for (let i = -REACH; i <= REACH; i++) {
      const at = SIZE / 2 + i * UNIT;
      const kind = i ? "" : "llm-byhand-axis";
      lines.append(
        svg("line", { x1: at, x2: at, y1: PAD, y2: SIZE - PAD, class: kind }),
        svg("line", { y1: at, y2: at, x1: PAD, x2: SIZE - PAD, class: kind }),
      );
      if (Math.abs(i) === 2) {
        lines.append(
          svg("text", { x: at, y: SIZE / 2 + BELOW }, decimals(i).replace(".00", "")),
          svg("text", { x: SIZE / 2 - BESIDE, y: at + 4.5 }, decimals(-i).replace(".00", "")),
        );
      }
    }
    return lines;
  }

  /**
   * Where an event is, in the numbers of the plane.
   * @param {PointerEvent} event
   */
  place(event) {
    const box = this.picture.getBoundingClientRect();
    const scale = SIZE / box.width;
    return [
      ((event.clientX - box.left) * scale - SIZE / 2) / UNIT,
      (SIZE / 2 - (event.clientY - box.top) * scale) / UNIT,
    ];
  }

  /**
   * @param {string} id
   * @param {Point} at
   */
  move(id, at) {
    const near = (/** @type {number} */ x) =>
      Math.max(-REACH, Math.min(REACH, Math.round(x / STEP) / (1 / STEP)));
    const next = at.map(near);
    const tip = this.tips.find((each) => each.id === id);
    if (tip) tip.at = next; // now, not at the next paint: keys may come fast
    this.onmove(id, next);
  }

  /**
   * What can be dragged; a query is round, a key square, a value in between.
   * @param {Tip} tip
   */
  handle({ id, kind }) {
    const grip = svg("g", {
      class: "llm-byhand-grip",
      tabindex: 0,
      role: "slider",
      "aria-valuemin": -REACH,
      "aria-valuemax": REACH,
    });
    grip.append(
      svg("circle", { r: 14, class: "llm-byhand-hit" }),
      svg("rect", {
        x: -5.5,
        y: -5.5,
        width: 11,
        height: 11,
        rx: { q: 5.5, k: 0.5, v: 3 }[kind],
        class: "llm-byhand-tip",
      }),
    );
    grip.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.picture.setPointerCapture(event.pointerId);
      this.dragging = id;
      this.onpick(id);
      grip.focus({ preventScroll: true });
    });
    grip.addEventListener("focus", () => this.onpick(id));
    grip.addEventListener("keydown", (event) => {
      const by = arrowMove(event, STEP, LEAP);
      if (!by) return;
      const [x, y] = present(this.tips.find((tip) => tip.id === id), id).at;
      this.move(id, [x + by[0], y + by[1]]);
    });
    this.handles.set(id, grip);
    return grip;
  }

  /**
   * tips: the arrows; chosen: the id of the one that the sliders move; chain: points to join by a
   * thin line.
   * @param {Tip[]} tips
   * @param {string} chosen
   * @param {Point[]} [chain]
   */
  show(tips, chosen, chain = []) {
    this.tips = tips;
    const at = (/** @type {Point} */ [x, y]) => [SIZE / 2 + x * UNIT, SIZE / 2 - y * UNIT];
    this.chain.setAttribute(
      "points",
      chain.map((point) => at(point).map((n) => n.toFixed(1)).join(",")).join(" "),
    );
    this.layer.replaceChildren(
      ...tips.map((tip) => this.arrow(tip, at(tip.at))),
      ...labelsOf(tips, at),
    );
    const movable = tips.filter((tip) => !tip.fixed);
    const ids = movable.map((tip) => tip.id);
    for (const [id, grip] of this.handles) {
      if (!ids.includes(id)) {
        grip.remove();
        this.handles.delete(id);
      }
    }
    movable.forEach((tip) => {
      const grip = this.handles.get(tip.id) ?? this.handle(tip);
      const [x, y] = at(tip.at);
      if (!grip.parentNode) this.grips.append(grip);
      grip.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
      grip.setAttribute(
        "class",
        `llm-byhand-grip llm-byhand-${tip.kind}` + (tip.id === chosen ? " llm-byhand-chosen" : "") +
          (tip.hidden ? " llm-byhand-hidden" : ""),
      );
      grip.setAttribute("aria-label", `${tip.name}: arrow keys move its tip`);
      grip.setAttribute("aria-valuenow", String(tip.at[0]));
      grip.setAttribute("aria-valuetext", `x ${decimals(tip.at[0])}, y ${decimals(tip.at[1])}`);
    });
    // the chosen one on top, so that of two tips in one place it is the one that can be dragged
    const top = this.handles.get(chosen);
    if (top && top !== this.grips.lastChild && top !== document.activeElement && !this.dragging) {
      this.grips.append(top);
    }
  }

  /**
   * @param {Tip} options
   * @param {Point} point
   */
  arrow({ kind, width = 0, hidden }, [x, y]) {
    const dx = x - SIZE / 2;
    const dy = y - SIZE / 2;
    const length = Math.hypot(dx, dy);
    const kinds = `llm-byhand-arrow llm-byhand-${kind}${hidden ? " llm-byhand-hidden" : ""}`;
    if (length < 1) return svg("g");
    const [ux, uy] = [dx / length, dy / length];
    const head = Math.min(11 + width, length);
    const [bx, by] = [x - ux * head, y - uy * head];
    const side = 0.42 * head;
    const points = [[x, y], [bx - uy * side, by + ux * side], [bx + uy * side, by - ux * side]].map(
      (p) => p.map((n) => n.toFixed(1)).join(","),
    ).join(" ");
    return svg(
      "g",
      { class: kinds },
      svg("line", {
        x1: SIZE / 2,
        y1: SIZE / 2,
        x2: bx.toFixed(1),
        y2: by.toFixed(1),
        "stroke-width": width.toFixed(2),
      }),
      svg("polygon", { points }),
    );
  }
}
