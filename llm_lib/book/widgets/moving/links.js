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
 * @param {number} [lower] how much its middle hangs
 */
function curve(x, y, x2, y2, lower = 0) {
  const mid = rounded((y + y2) / 2 + lower);
  return `${rounded(x)} ${rounded(y)}C${rounded(x)} ${mid} ${rounded(x2)} ${mid} ${rounded(x2)} ${
    rounded(y2)
  }`;
}

/**
 * A band from the foot of one thing down to another, as broad as it says at both ends. An arrow is
 * as thick where it runs flat; so is a band that is even.
 * @param {Element} e
 */
function ribbonPath({ x, y, x2 = x, y2 = y, thick = 0, thick2 = thick, head, even = head }) {
  const [a, b] = [thick / 2, thick2 / 2];
  const end = head ? y2 - HEAD : y2;
  const flat = even ? Math.max(-1, Math.min(1, (x2 - x) / Math.max(1, end - y))) : 0;
  const lower = flat * a / 0.75; // the middle of such a curve moves by three quarters of it
  const band = `M${curve(x - a, y, x2 - b, end, lower)}L${curve(x2 + b, end, x + a, y, -lower)}Z`;
  const wing = Math.max(5, b + 2.5);
  return head ? `${band}M${x2 - wing} ${end}L${x2} ${y2}L${x2 + wing} ${end}Z` : band;
}

/**
 * A bow with an arrow's head: under two things that stand side by side, or to the right of two that
 * stand one below the other. It is as thick all the way, level in its middle where it is long, and
 * its head sits on its end.
 * @param {Element} e
 */
function bowPath({ x, y, x2 = x, y2 = y, thick = 0, deep: most = 54, way }) {
  const under = way === "under";
  const [from, to, top, end] = under ? [x, x2, y, y2 + HEAD] : [y, y2, x, x2 + HEAD];
  const deep = Math.max(HEAD + 6, Math.min(most, Math.abs(to - from) / 4));
  const foot = Math.max(top, end - HEAD) + deep;
  const [half, wing] = [thick / 2, Math.max(5, thick / 2 + 2.5)];
  const inwards = Math.sign(to - from) || 1;
  const broad = Math.min(Math.abs(to - from) / 2, 3 * deep); // a corner
  const turns = (inwards > 0) === under ? 0 : 1;
  const point = (/** @type {number} */ along, /** @type {number} */ out) =>
    under ? `${rounded(along)} ${rounded(out)}` : `${rounded(out)} ${rounded(along)}`;
  const corner = (/** @type {number} */ b, /** @type {number} */ d, /** @type {number} */ way) =>
    `A${under ? `${rounded(b)} ${rounded(d)}` : `${rounded(d)} ${rounded(b)}`} 0 0 ${way} `;
  const outer = [broad + half, foot + half - top, foot + half - end];
  const inner = [broad - half, foot - half - top, foot - half - end];
  const [left, right] = [from + inwards * broad, to - inwards * broad];
  const out = inwards * half;
  const there = `M${point(from - out, top)}${corner(outer[0], outer[1], turns)}` +
    `${point(left, foot + half)}L${point(right, foot + half)}` +
    `${corner(outer[0], outer[2], turns)}${point(to + out, end)}`;
  const back = `L${point(to - out, end)}${corner(inner[0], inner[2], 1 - turns)}` +
    `${point(right, foot - half)}L${point(left, foot - half)}` +
    `${corner(inner[0], inner[1], 1 - turns)}${point(from + out, top)}Z`;
  const head = `M${point(to - wing, end)}L${point(to, end - HEAD)}L${point(to + wing, end)}Z`;
  return there + back + head;
}

/**
 * An arrow from (x, y) at an angle.
 * @param {Element} e
 */
function rayPath({ x, y, turn = 0, reach = 0, thick = 0 }) {
  const [along, aside] = [Math.cos(turn), Math.sin(turn)];
  const point = (/** @type {number} */ far, /** @type {number} */ side) =>
    `${rounded(x + far * along + side * aside)} ${rounded(y - far * aside + side * along)}`;
  const [neck, half] = [Math.max(0, reach - 1.6 * HEAD), thick / 2];
  const wide = 0.6 * HEAD + half;
  const shaft = `M${point(0, -half)}L${point(neck, -half)}L${point(neck, -wide)}`;
  return `${shaft}L${point(reach, 0)}L${point(neck, wide)}L${point(neck, half)}L${point(0, half)}Z`;
}

/**
 * A part of a ring around (x, y), from one angle to another.
 * @param {Element} e
 */
function arcPath({ x, y, turn = 0, turn2 = 0, reach = 0, thick = 0 }) {
  const point = (/** @type {number} */ angle, /** @type {number} */ far) =>
    `${rounded(x + far * Math.cos(angle))} ${rounded(y - far * Math.sin(angle))}`;
  const isLarge = Math.abs(turn - turn2) > Math.PI ? 1 : 0;
  const isBack = turn < turn2 ? 1 : 0;
  const arc = (/** @type {number} */ far, /** @type {number} */ to, /** @type {number} */ way) =>
    `A${far} ${far} 0 ${isLarge} ${way} ${point(to, far)}`;
  const [outer, inner] = [reach + thick / 2, reach - thick / 2];
  const there = `M${point(turn2, outer)}${arc(outer, turn, isBack)}`;
  return `${there}L${point(turn, inner)}${arc(inner, turn2, 1 - isBack)}Z`;
}

/**
 * One side of a line that turns at right angles, in round corners: the left one on the way.
 * @param {number[][]} points where it starts, turns and ends
 * @param {number} half of its breadth
 */
function sideOf(points, half) {
  const ways = points.slice(1).map(([x, y], i) => [
    Math.sign(x - points[i][0]),
    Math.sign(y - points[i][1]),
  ]);
  return points.map(([x, y], i) => {
    const [before, after] = [ways[i - 1] ?? ways[i], ways[i] ?? ways[i - 1]];
    const turn = before[0] * after[1] - before[1] * after[0];
    const both = turn ? 1 : 0.5; // at an end, both ways are the same
    const [cx, cy] = [
      x + half * both * (before[1] + after[1]),
      y - half * both * (before[0] + after[0]),
    ];
    if (!turn) return `${rounded(cx)} ${rounded(cy)}`;
    const r = half + Math.min(6, 3 + half / 3) + turn * half;
    const [from, to] = [[cx - r * before[0], cy - r * before[1]], [
      cx + r * after[0],
      cy + r * after[1],
    ]];
    const arc = `A${rounded(r)} ${rounded(r)} 0 0 ${turn > 0 ? 1 : 0}`;
    return `${rounded(from[0])} ${rounded(from[1])}${arc} ${rounded(to[0])} ${rounded(to[1])}`;
  }).join("L");
}

/**
 * A band that runs up and then to the right, or first to the left, as far as `reach` says.
 * @param {Element} e
 */
function bentPath({ x, y, x2 = x, y2 = y, reach = 0, thick = 0, head }) {
  const end = head ? x2 - HEAD : x2;
  const start = reach ? [[x, y]] : [];
  const points = [...start, [x - reach, y], [x - reach, y2], [end, y2]];
  const there = sideOf(points, thick / 2);
  const band = `M${there}L${sideOf([...points].reverse(), thick / 2)}Z`;
  const wing = Math.max(5, thick / 2 + 2.5);
  return head ? `${band}M${end} ${y2 - wing}L${x2} ${y2}L${end} ${y2 + wing}Z` : band;
}

/**
 * A band that leaves to the right and arrives so, as broad as it says at both ends.
 * @param {Element} e
 */
function acrossPath({ x, y, x2 = x, y2 = y, thick = 0, thick2 = thick }) {
  const mid = rounded((x + x2) / 2);
  const [a, b] = [thick / 2, thick2 / 2];
  const side = (/** @type {number} */ from, /** @type {number} */ to) =>
    `${mid} ${rounded(from)} ${mid} ${rounded(to)}`;
  return `M${rounded(x)} ${rounded(y - a)}C${side(y - a, y2 - b)} ${rounded(x2)} ${
    rounded(y2 - b)
  }V${rounded(y2 + b)}C${side(y2 + b, y + a)} ${rounded(x)} ${rounded(y + a)}Z`;
}

/**
 * Bars of one length, one below the other: those of a vector's numbers that are equally dark.
 * @param {Element} e
 */
const stripesPath = ({ x, y, x2 = x, thick = 0, rows = [] }) =>
  rows.map((row) => {
    const w = rounded(x2 - x);
    return `M${rounded(x)} ${rounded(y + row * thick)}h${w}v${rounded(thick)}h${-w}Z`;
  }).join("");

/**
 * The outline of a link, as the attribute "d" of a path.
 * @param {Element} e
 */
export function outlineOf(e) {
  if (e.way === "ray") return rayPath(e);
  if (e.way === "arc") return arcPath(e);
  if (e.way === "bent") return bentPath(e);
  if (e.way === "across") return acrossPath(e);
  if (e.way === "stripes") return stripesPath(e);
  return e.way === "down" ? ribbonPath(e) : bowPath(e);
}
