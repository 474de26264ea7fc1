// The outlines of what leads from one thing to another: ribbons, arrows, arcs.

import { rounded } from "./ruler.js";

/** @import { Element } from "./types.js" */

const HEAD = 8; // the length of an arrow's head

/**
 * A curve that leaves and arrives downwards, or back.
 * @param {number} x
 * @param {number} y
 * @param {number} x2
 * @param {number} y2
 */
function curve(x, y, x2, y2) {
  const mid = rounded((y + y2) / 2);
  return `${rounded(x)} ${rounded(y)}C${rounded(x)} ${mid} ${rounded(x2)} ${mid} ${rounded(x2)} ${
    rounded(y2)
  }`;
}

/**
 * A band from the foot of one thing down to another, as broad as it says at both ends.
 * @param {Element} e
 */
function ribbonPath({ x, y, x2, y2, thick, thick2, head }) {
  const [a, b] = [thick / 2, thick2 / 2];
  const end = head ? y2 - HEAD : y2;
  const band = `M${curve(x - a, y, x2 - b, end)}L${curve(x2 + b, end, x + a, y)}Z`;
  return head ? `${band}M${x2 - 5} ${end}L${x2} ${y2}L${x2 + 5} ${end}Z` : band;
}

/**
 * A bow with an arrow's head: under two things that stand side by side, or to the right of two that
 * stand one below the other.
 * @param {Element} e
 */
function bowPath({ x, y, x2, y2, thick, way }) {
  const under = way === "under";
  const deep = under ? Math.min(54, Math.abs(x2 - x) / 4) : Math.min(54, Math.abs(y2 - y) / 4);
  const point = (/** @type {number} */ px, /** @type {number} */ py, out = 0) =>
    under ? `${rounded(px)} ${rounded(py + out)}` : `${rounded(px + out)} ${rounded(py)}`;
  const line = (/** @type {number} */ t) =>
    `${point(x, y, deep * 1.33 + t)} ${point(x2, y2, deep * 1.33 + t)}`;
  const [from, to] = [point(x, y), point(x2, y2, HEAD)];
  const back = `${point(x2, y2, deep * 1.33 - thick)} ${point(x, y, deep * 1.33 - thick)}`;
  const corners = under
    ? `M${x2 - 5} ${y2 + HEAD}L${x2} ${y2}L${x2 + 5} ${y2 + HEAD}Z`
    : `M${x2 + HEAD} ${y2 - 5}L${x2} ${y2}L${x2 + HEAD} ${y2 + 5}Z`;
  return `M${from}C${line(thick)} ${to}C${back} ${from}Z${corners}`;
}

/**
 * The outline of a link, as the attribute "d" of a path.
 * @param {Element} e
 */
export const outlineOf = (e) => (e.way === "down" ? ribbonPath(e) : bowPath(e));
