// Tokens as points on a flat map.

import { h } from "../shared/dom.js";
import { svg } from "../shared/svg.js";
import { visibleText } from "../shared/tokens.js";
import { islands, MapLabels } from "./labels.js";

/** @import { project } from "../../engine/projection.js" */
/** @typedef {ReturnType<typeof project>} Projection */

/** The theme's colours, one a group. */
const INKS = ["accent", "accent-2", "positive", "negative", "fg", "muted"];

/**
 * A mark of half-width r around 0, 0, as a path: each group has a shape as well as a colour.
 * @type {((r: number) => string)[]}
 */
const MARKS = [
  (r) => `M${-r} 0A${r} ${r} 0 1 0 ${r} 0A${r} ${r} 0 1 0 ${-r} 0Z`,
  (r) => `M${-r} ${-r}H${r}V${r}H${-r}Z`,
  (r) => `M0 ${-1.3 * r}L${1.2 * r} ${r}H${-1.2 * r}Z`,
  (r) => `M0 ${-1.4 * r}L${1.4 * r} 0L0 ${1.4 * r}L${-1.4 * r} 0Z`,
  (r) => `M${-r} ${-r}L${r} ${r}M${-r} ${r}L${r} ${-r}`,
  (r) => `M${-1.3 * r} 0H${1.3 * r}M0 ${-1.3 * r}V${1.3 * r}`,
];

/**
 * Labels as names on the map: their blanks at the ends say nothing there, unless they alone tell
 * two of them apart.
 * @param {string[]} labels
 */
export function plainNames(labels) {
  const trimmed = labels.map((label) => label.trim());
  const isTwice = (/** @type {string} */ name) =>
    trimmed.indexOf(name) !== trimmed.lastIndexOf(name);
  return trimmed.map((name, i) => !name || isTwice(name) ? visibleText(labels[i]) : name);
}

/**
 * The mark of a group, for a legend.
 * @param {number} g
 */
export const groupMark = (g) =>
  svg(
    "svg",
    { viewBox: "-9 -9 18 18", "aria-hidden": "true" },
    svg("path", { d: MARKS[g](5.5), class: `llm-embedding-dot llm-ink-${INKS[g]}` }),
  );

const SLACK = 4; // pixels that a click may move

/** The map; a click chooses the token that is next to it, a drag turns the cloud. */
export class TokenMap {
  isDragged = false;

  /**
   * @param {string[]} labels of the tokens, as names
   * @param {number[]} groupOf the group of each
   * @param {string[]} groups their names
   * @param {{ onpick: (token: number) => void, onturn: (degrees: number) => void }} told
   */
  constructor(labels, groupOf, groups, { onpick, onturn }) {
    this.labels = labels;
    this.groupOf = groupOf;
    this.groups = groups;
    /** @type {number[][]} */
    this.places = []; // in pixels
    this.picture = svg("svg", { role: "img" });
    this.lines = svg("g", { class: "llm-embedding-lines" });
    this.dots = this.labels.map((_, i) =>
      svg("path", { class: `llm-embedding-dot llm-ink-${INKS[this.groupOf[i]]}` })
    );
    this.names = svg("g", { class: "llm-embedding-names" });
    this.picture.append(this.lines, ...this.dots, this.names);
    this.element = h("div", { class: "llm-embedding-stage llm-stage-sticky" }, this.picture);
    this.listenToDrags(onturn);
    this.element.addEventListener("click", (event) => {
      if (this.isDragged) return;
      const box = this.element.getBoundingClientRect();
      const [x, y] = [event.clientX - box.left, event.clientY - box.top];
      const far = this.places.map(([px, py]) => Math.hypot(px - x, py - y));
      const nearest = far.indexOf(Math.min(...far));
      if (far[nearest] < 28) onpick(nearest);
    });
  }

  /**
   * Dragged across its width, the cloud makes half a turn.
   * @param {(degrees: number) => void} onturn
   */
  listenToDrags(onturn) {
    let x = NaN; // where the pointer was last, while it is down
    this.element.addEventListener("pointerdown", (event) => {
      [x, this.isDragged] = [event.clientX, false];
      this.element.setPointerCapture(event.pointerId);
    });
    this.element.addEventListener("pointermove", ({ clientX }) => {
      const by = clientX - x;
      const degrees = Math.round((180 * by) / this.element.clientWidth);
      if (!degrees || (!this.isDragged && Math.abs(by) < SLACK)) return;
      [x, this.isDragged] = [clientX, true];
      onturn(degrees);
    });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      this.element.addEventListener(end, () => {
        x = NaN;
      });
    }
  }

  /**
   * @param {object} map
   * @param {number[][]} map.points as they are turned
   * @param {number} map.reach how far they lie from the axis about which they are turned
   * @param {object} shown
   * @param {number} shown.at the chosen token
   * @param {number[][]} shown.near its neighbours: [token, cosine]
   * @param {string} shown.highlight a group; "" for none
   * @param {string} shown.words what is to be seen
   */
  draw({ points, reach }, { at, near, highlight, words }) {
    const width = Math.max(200, this.element.clientWidth);
    const height = Math.min(440, width < 400 ? 210 : Math.max(250, 0.8 * width));
    const edge = 26;
    const heights = points.map(([, y]) => y);
    const [low, high] = [Math.min(...heights), Math.max(...heights)];
    // one for both, so distances are true, and the same however the cloud is turned
    const scale = Math.min((width / 2 - edge) / reach, (height - 2 * edge) / (high - low || 1));
    const place = (
      /** @type {number[]} */ [x, y],
    ) => [width / 2 + scale * x, height / 2 - scale * (y - (low + high) / 2)];
    this.places = points.map(place);
    this.picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.picture.style.height = `${height}px`;
    const strong = new Set([at, ...near.map(([j]) => j)]);
    this.dots.forEach((dot, i) => {
      const [x, y] = this.places[i];
      const r = i === at ? 7 : strong.has(i) ? 5.5 : 4;
      const isOther = highlight && this.groups[this.groupOf[i]] !== highlight;
      dot.setAttribute("d", MARKS[this.groupOf[i]](r));
      dot.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
      dot.classList.toggle("llm-embedding-at", i === at);
      dot.classList.toggle("llm-embedding-faint", Boolean(isOther) && !strong.has(i));
    });
    this.lines.replaceChildren(
      ...near.map(([j]) =>
        svg("line", {
          x1: this.places[at][0],
          y1: this.places[at][1],
          x2: this.places[j][0],
          y2: this.places[j][1],
        })
      ),
    );
    this.write(at, near, { width, height });
    this.picture.setAttribute(
      "aria-label",
      `Map of ${this.labels.length} tokens in ${this.groups.length} groups. ${words}`,
    );
  }

  /**
   * Names of the chosen token, of its neighbours, and of the groups that lie apart.
   * @param {number} at
   * @param {number[][]} near
   * @param {{ width: number, height: number }} room
   */
  write(at, near, room) {
    const labels = new MapLabels(this.places, room);
    labels.add(this.labels[at], this.places[at], "llm-embedding-chosen");
    for (const { name, place } of islands(this.places, this.groupOf, this.groups)) {
      labels.add(name, place, "llm-embedding-island");
    }
    for (const [j] of near) labels.add(this.labels[j], this.places[j], "");
    this.names.replaceChildren(...labels.elements);
  }
}
