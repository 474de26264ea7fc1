// Names on a map of points, placed so that they cover neither each other nor many points.

import { mean } from "../../engine/vectors.js";
import { svg } from "../shared/svg.js";

/** @typedef {{ x0: number, x1: number, y0: number, y1: number }} Box */

const HEIGHT = 17; // pixels of a name
const RADII = [10, 24, 40, 58, 78]; // how far from its point a name may stand
const DIRECTIONS = [0, Math.PI, -0.6, 0.6, Math.PI - 0.6, Math.PI + 0.6, -1.3, 1.3];

/** Names, each put where there is room; one without room is left out. */
export class MapLabels {
  /**
   * @param {number[][]} points that should stay in sight
   * @param {{ width: number, height: number }} room
   */
  constructor(points, room) {
    this.points = points;
    this.room = room;
    /** @type {Box[]} */
    this.taken = [];
    /** @type {SVGElement[]} */
    this.elements = [];
  }

  /**
   * @param {string} text
   * @param {number[]} place of its point
   * @param {string} kind a class
   */
  add(text, [x, y], kind) {
    const width = 7.8 * text.length + 6;
    const choices = RADII.flatMap((radius) =>
      DIRECTIONS.map((angle) => {
        const [cx, cy] = [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
        const x0 = Math.cos(angle) < 0 ? cx - width : cx;
        const box = { x0, x1: x0 + width, y0: cy - HEIGHT / 2, y1: cy + HEIGHT / 2 };
        // near is good, and what is covered costs as much as some way
        return { box, radius, cost: radius + 7 * this.points.filter((p) => inside(p, box)).length };
      })
    ).filter(({ box }) => this.isFree(box)).sort((a, b) => a.cost - b.cost);
    if (!choices.length) return;
    const [{ box, radius }] = choices;
    this.taken.push(box);
    if (radius > RADII[0]) {
      const [x2, y2] = [x < box.x0 ? box.x0 : box.x1, (box.y0 + box.y1) / 2];
      this.elements.push(svg("line", { x1: x, y1: y, x2, y2 }));
    }
    const name = svg("text", { x: box.x0 + 3, y: box.y0 + 13, class: kind });
    name.textContent = text;
    this.elements.push(name);
  }

  /** @param {Box} box */
  isFree({ x0, x1, y0, y1 }) {
    const { width, height } = this.room;
    return x0 >= 0 && x1 <= width && y0 >= 0 && y1 <= height &&
      !this.taken.some((o) => x0 < o.x1 && o.x0 < x1 && y0 < o.y1 && o.y0 < y1);
  }
}

/**
 * @param {number[]} point
 * @param {Box} box
 */
const inside = ([x, y], { x0, x1, y0, y1 }) => x > x0 && x < x1 && y > y0 && y < y1;

/**
 * The groups that lie apart from all others, and the top of each: a cloud in which groups mix has
 * none.
 * @param {number[][]} places of the points
 * @param {number[]} groupOf
 * @param {string[]} groups
 */
export function islands(places, groupOf, groups) {
  const members = groups.map((_, g) => places.filter((_, i) => groupOf[i] === g));
  const centres = members.map((own) => [0, 1].map((axis) => mean(own.map((p) => p[axis]))));
  const far = (/** @type {number[]} */ a, /** @type {number[]} */ b) =>
    Math.hypot(a[0] - b[0], a[1] - b[1]);
  const radii = members.map((own, g) =>
    Math.sqrt(mean(own.map((point) => far(point, centres[g]) ** 2)))
  );
  const isApart = (/** @type {number} */ g) =>
    centres.every((centre, k) => k === g || far(centre, centres[g]) > 1.2 * (radii[g] + radii[k]));
  return groups.map((name, g) => ({
    name,
    isApart: isApart(g),
    place: [centres[g][0], Math.min(...members[g].map(([, y]) => y))],
  })).filter((island) => island.isApart);
}
