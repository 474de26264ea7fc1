// The rows of a table as points of a plane, which turns as little as possible while they move.

import { project } from "../../engine/projection.js";
import { h } from "../shared/dom.js";
import { localize } from "../shared/localize.js";
import { svg } from "../shared/svg.js";

/** @typedef {(word: string) => Float64Array} RowOf */

const WIDTH = 560;
const HEIGHT = 330;
const EDGE = 20; // pixels that no point enters
const RADIUS = 4.5;
const SHAPES = [
  "M-1 0A1 1 0 1 0 1 0A1 1 0 1 0 -1 0Z", // a circle
  "M-.9 -.9H.9V.9H-.9Z", // a square
  "M0 -1.1L1.1 .9H-1.1Z", // a triangle
];
const DIAMOND = "M0 -1.3L1.3 0L0 1.3L-1.3 0Z"; // a word of no group

export class TablePlane {
  /** @type {Map<string, number[]>} where each word stood before */
  before = new Map();

  /** @param {Record<string, string[]>} groups */
  constructor(groups) {
    this.group = new Map(
      Object.values(groups).flatMap((words, k) => words.map((word) => [word, k])),
    );
    this.marks = svg("g", {});
    this.names = h("div", { class: "llm-table-tags" });
    const picture = svg(
      "svg",
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" },
      this.marks,
    );
    this.picture = h("div", { class: "llm-table-plane", role: "img" }, picture, this.names);
    const legend = Object.keys(groups).map((name, k) =>
      h(
        "span",
        { class: `llm-table-ink-${k}` },
        svg(
          "svg",
          { viewBox: "-1.4 -1.4 2.8 2.8", "aria-hidden": "true" },
          svg("path", { d: SHAPES[k] }),
        ),
        localize(name),
      )
    );
    this.note = h("span", { class: "llm-note" });
    this.element = h(
      "div",
      {},
      this.picture,
      h("p", { class: "llm-table-legend" }, ...legend, this.note),
    );
  }

  /** Forget how the plane lay. */
  begin() {
    /** @type {Map<string, number[]>} */
    this.before = new Map();
  }

  /**
   * @param {RowOf} rowOf
   * @param {string[]} chosen
   * @param {number} size numbers a row has
   */
  show(rowOf, chosen, size) {
    const words = [...new Set([...this.group.keys(), ...chosen])];
    const rows = words.map(rowOf);
    const points = size === 2 ? rows.map(([x, y]) => [x, y]) : project(rows).points;
    const turned = size === 2 ? points : this.turnBack(words, points);
    this.before = new Map(words.map((word, i) => [word, turned[i]]));
    const x = within(turned.map(([x]) => x), WIDTH, size === 2);
    const y = within(turned.map(([, y]) => y), HEIGHT, size === 2);
    this.marks.replaceChildren(
      ...words.map((word, i) => {
        const k = this.group.get(word);
        const isChosen = chosen.includes(word);
        const r = isChosen ? 1.7 * RADIUS : RADIUS;
        return svg("path", {
          d: k === undefined ? DIAMOND : SHAPES[k],
          class: `llm-table-ink-${k ?? "other"} ${isChosen ? "llm-table-chosen" : ""}`,
          transform: `translate(${x[i].toFixed(1)} ${y[i].toFixed(1)}) scale(${r})`,
          "vector-effect": "non-scaling-stroke",
        });
      }),
    );
    this.nameChosen(chosen.map((word) => {
      const i = words.indexOf(word);
      return { word, x: x[i], y: y[i] };
    }));
    this.note.textContent = size === 2
      ? localize`The plane: both numbers as they are.`
      : localize`The plane in which they spread most.`;
    this.picture.setAttribute(
      "aria-label",
      localize`${words.length} words as points of a plane; ${chosen.join(", ")} have names.`,
    );
  }

  /** @param {{ word: string, x: number, y: number }[]} chosen */
  nameChosen(chosen) {
    const sorted = [...chosen].sort((a, b) => a.y - b.y);
    let last = -Infinity;
    this.names.replaceChildren(
      ...sorted.map(({ word, x, y }) => {
        last = Math.min(Math.max(y, last + 26), HEIGHT - 12);
        const side = x > 0.75 * WIDTH ? "llm-table-left" : "";
        const style = `left:${100 * x / WIDTH}%;top:${100 * last / HEIGHT}%`;
        return h("span", { class: side, style }, word);
      }),
    );
  }

  /**
   * The points, turned and mirrored so that they lie as near as can be to where they lay.
   * @param {string[]} words
   * @param {number[][]} points
   * @returns {number[][]}
   */
  turnBack(words, points) {
    if (!this.before.size) return points;
    const [xx, xy, yx, yy] = [[0, 0], [0, 1], [1, 0], [1, 1]].map(([i, j]) =>
      words.reduce(
        (sum, word, n) => sum + points[n][i] * (this.before.get(word)?.[j] ?? 0),
        0,
      )
    );
    const flip = Math.hypot(xx - yy, xy + yx) > Math.hypot(xx + yy, xy - yx) ? -1 : 1;
    const angle = Math.atan2(xy - flip * yx, xx + flip * yy);
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    return points.map(([x, y]) => [x * cos - flip * y * sin, x * sin + flip * y * cos]);
  }
}

/**
 * Numbers as places from the edge to the other edge of a picture.
 * @param {number[]} numbers
 * @param {number} length
 * @param {boolean} centred with 0 in the middle
 */
function within(numbers, length, centred) {
  const most = numbers.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-9);
  const [low, high] = centred
    ? [-most, most]
    : [numbers.reduce((a, b) => Math.min(a, b)), numbers.reduce((a, b) => Math.max(a, b))];
  const room = length - 2 * EDGE;
  return numbers.map((v) => EDGE + room * (v - low) / Math.max(high - low, 1e-9));
}
