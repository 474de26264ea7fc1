// Where the names of arrows stand on a plane: beside their tips, clear of the axes, of their
// numbers and of one another.

import { svg } from "../shared/svg.js";

/** @import { Point } from "../../engine/hand_attention.js" */
/** @import { Tip } from "./arrow_plane.js" */
/** @typedef {{ left: number, right: number, y: number }} Taken where a label stands */

export const REACH = 4; // of an arrow
export const SIZE = 300; // the plane in its own units
export const PAD = 14;
export const UNIT = (SIZE / 2 - PAD) / REACH;
export const BELOW = 17; // from the level axis down to its numbers
export const BESIDE = 13; // and from the upright one to the left
const LINE = 15; // from one line of words to the next
const OFF = 12; // from the middle of a label to the axis that it must not meet

/**
 * One label for all tips in one place, on the outer side.
 * @param {Tip[]} tips
 * @param {(point: Point) => Point} at
 */
export function labelsOf(tips, at) {
  /** @type {{ place: Point, texts: string[] }[]} */
  const groups = [];
  for (const tip of tips) {
    const place = at(tip.at);
    const group = groups.find((g) => Math.hypot(g.place[0] - place[0], g.place[1] - place[1]) < 14);
    if (group) group.texts.push(tip.label ?? "");
    else groups.push({ place, texts: [tip.label ?? ""] });
  }
  const taken = numbered();
  return groups.map(({ place: [x, y], texts }) => {
    const text = texts.join(", ");
    const room = 7.4 * text.length + 10;
    const [dx, dy] = [x - SIZE / 2, y - SIZE / 2];
    const far = Math.hypot(dx, dy);
    const [aside, down] = far < 2 ? [0, 1] : [dx / far, dy / far];
    const half = Math.max(-1, Math.min(1, 4 * aside)) * room / 2; // beside a tip, or over it
    const near = besideAxis(x + 8 * aside + half, room, aside);
    const middle = Math.max(room / 2, Math.min(SIZE - room / 2, near));
    const at = Math.max(12, Math.min(SIZE - 4, y + 4.5 + 17 * down));
    const free = freeLine(at, middle - room / 2, room, { taken, way: down > 0.2 ? 1 : -1 });
    return svg("text", {
      x: middle.toFixed(1),
      y: free.toFixed(1),
      class: "llm-byhand-label",
      "text-anchor": "middle",
    }, text);
  });
}

/**
 * Where the numbers of the axes stand.
 * @returns {Taken[]}
 */
const numbered = () =>
  [-2, 2].flatMap((i) => {
    const at = SIZE / 2 + i * UNIT;
    const left = SIZE / 2 - BESIDE;
    return [
      { left: at - 6, right: at + 6, y: SIZE / 2 + BELOW },
      { left: left - 6, right: left + 6, y: at + 4.5 },
    ];
  });

/**
 * The middle of a label that the upright axis does not strike.
 * @param {number} middle
 * @param {number} room its width
 * @param {number} aside on which side its tip is
 */
function besideAxis(middle, room, aside) {
  const off = (room + 6) / 2;
  if (Math.abs(middle - SIZE / 2) >= off) return middle;
  return SIZE / 2 + (aside < -0.01 ? -off : off);
}

/**
 * The height nearest to the one wanted at which a label meets no other, nor the level axis; it is
 * noted as taken.
 * @param {number} y
 * @param {number} left
 * @param {number} room its width
 * @param {{ taken: Taken[], way: 1 | -1 }} among way: where to look first, down or up
 */
function freeLine(y, left, room, { taken, way }) {
  const right = left + room;
  const meets = (/** @type {number} */ at) =>
    Math.abs(at - 4.5 - SIZE / 2) < OFF ||
    taken.some((one) => one.left < right && left < one.right && Math.abs(one.y - at) < LINE);
  const ways = [0, 1, -1, 2, -2, 3, -3].map((n) => y + n * way * LINE);
  const free = ways.find((at) => at >= 12 && at <= SIZE - 4 && !meets(at)) ?? y;
  taken.push({ left, right, y: free });
  return free;
}
