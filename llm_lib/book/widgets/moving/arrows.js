// What leads from one piece of a picture to another, drawn over both.

/** @import { Box, Element, Sketch } from "./types.js" */

/**
 * A band from the foot of one box to the top of another, for `over`.
 * @param {string} key
 * @param {Box} a
 * @param {Box} b
 * @param {Partial<Element>} [looks] thick, thick2: how broad it leaves and arrives
 * @returns {Sketch}
 */
export const ribbon = (key, a, b, { thick = 1.5, ...looks } = {}) => ({
  key,
  kind: "link",
  role: "arrow",
  way: "down",
  x: a.x + a.w / 2,
  y: a.y + a.h,
  x2: b.x + b.w / 2,
  y2: b.y,
  thick,
  thick2: thick,
  z: -1,
  ...looks,
});

/**
 * A bow from one box to another in the same row or column, with an arrow's head, for `over`.
 * @param {string} key
 * @param {Box} a
 * @param {Box} b
 * @param {Partial<Element> & { way: "under" | "beside" }} looks
 * @returns {Sketch}
 */
export function bow(key, a, b, { way, ...looks }) {
  const at = (/** @type {Box} */ { x, y, w, h }) =>
    way === "under" ? [x + w / 2, y + h + 4] : [x + w + 4, y + h / 2];
  const [[x, y], [x2, y2]] = [at(a), at(b)];
  const link = { x, y, x2, y2, thick: 1.5, thick2: 1.5 };
  return { key, kind: "link", role: "arrow", way, z: -1, ...link, ...looks };
}
