// A small chart in a picture that moves: dots at numbers, and lines to compare them with.

import { Piece } from "./layout.js";
import { rounded } from "./ruler.js";

/** @import { Element, Sketch } from "./types.js" */

/**
 * A scale: from a number to a place, in pixels; `log` where equal ratios are equally long.
 * @typedef {object} Axis
 * @property {number} from
 * @property {number} to
 * @property {boolean} [log]
 * @property {[value: number, words: string][]} ticks
 */

/**
 * One row of dots; each keeps its key, so that it glides. late: milliseconds until the
 * next one appears.
 * @typedef {object} Series
 * @property {string} key
 * @property {[x: number, y: number][]} points
 * @property {string} [role] its colour
 * @property {number} [size] of a dot, in pixels
 * @property {number} [late]
 * @property {string} [look]
 * @property {boolean[]} [hollow] which of its dots are drawn as rings
 * @property {{ text: string, role: string }} [name] written below its first dot
 * @property {boolean} [inside] whether dots beyond the axes are left out; else they lie at its edge
 */

/**
 * A line across at a number, and what is written at its right end.
 * @typedef {{ key: string, at: number, words: string }} Level
 */

/**
 * @typedef {object} Chart
 * @property {number} w
 * @property {number} h
 * @property {Axis} x
 * @property {Axis} y
 * @property {Series[]} series
 * @property {Level[]} [levels]
 * @property {string} [xName]
 * @property {string} [yName] what the numbers are, written above
 * @property {string} [legend] what a look means, written at the top of the chart, in its middle
 */

const BESIDE = 36; // room for the numbers beside the axis
const BELOW = 40; // and for those below it, with its name
const ABOVE = 24;
const CHART_TYPE = 12;

/**
 * The share of an axis that lies before a number, kept on the axis.
 * @param {Axis} axis
 * @param {number} value
 */
function shareOn({ from, to, log }, value) {
  const of = (/** @type {number} */ v) => (log ? Math.log(v) : v);
  const share = (of(Math.max(value, log ? 1e-12 : -1e12)) - of(from)) / (of(to) - of(from));
  return Math.min(1, Math.max(0, Number.isFinite(share) ? share : 1));
}

/** @param {Axis} axis @param {number} value */
const isOn = ({ from, to }, value) => value >= from * 0.999 && value <= to * 1.001;

/**
 * Words whose middle, start or end is at a place.
 * @param {string} key
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {Partial<Element>} [looks]
 * @returns {Sketch}
 */
const inChart = (key, text, x, y, looks) => ({
  key,
  kind: "label",
  role: "muted",
  x: rounded(x),
  y: rounded(y - 8),
  w: 0,
  h: 16,
  size: CHART_TYPE,
  text,
  ...looks,
});

/**
 * @param {string} key
 * @param {number} x
 * @param {number} y
 * @param {number} w
 * @param {number} h
 * @returns {Sketch}
 */
const stroke = (key, x, y, w, h) => ({
  key,
  kind: "cell",
  role: "line",
  x: rounded(x),
  y: rounded(y),
  w: rounded(w),
  h: rounded(h),
  r: 0,
  z: -1,
});

/**
 * A chart as a piece. All its elements have keys that begin with `key`.
 * @param {string} key
 * @param {Chart} chart
 */
export function chart(
  key,
  { w, h, x, y, series, levels = [], xName = "", yName = "", legend = "" },
) {
  const wide = w - BESIDE - 8;
  const tall = h - BELOW - ABOVE;
  return new Piece(w, h, (left, top) => {
    const foot = top + ABOVE + tall;
    const atX = (/** @type {number} */ v) => left + BESIDE + shareOn(x, v) * wide;
    const atY = (/** @type {number} */ v) => foot - shareOn(y, v) * tall;
    return [
      stroke(`${key}.x`, left + BESIDE, foot, wide, 1.25),
      ...x.ticks.map(([v, text]) =>
        inChart(`${key}.x${text}`, text, atX(v), foot + 11, v === x.to ? { anchor: "end" } : {})
      ),
      ...y.ticks.map(([v, text]) =>
        inChart(`${key}.y${text}`, text, left + BESIDE - 8, atY(v), { anchor: "end" })
      ),
      inChart(`${key}.xName`, xName, left + w - 8, foot + 29, { anchor: "end" }),
      inChart(`${key}.yName`, yName, left, top + 7, { anchor: "start" }),
      ...(legend ? [inChart(`${key}.legend`, legend, left + BESIDE + wide / 2, top + ABOVE)] : []),
      ...levels.flatMap((level) => [
        stroke(`${key}.${level.key}`, left + BESIDE, atY(level.at), wide, 1),
        inChart(`${key}.${level.key}.words`, level.words, left + w - 8, atY(level.at) - 9, {
          anchor: "end",
        }),
      ]),
      ...series.flatMap(({ key: of, name, points: [[a, b]] }) =>
        !name ? [] : inChart(`${key}.${of}.name`, name.text, atX(a), atY(b) + 17, {
          role: name.role,
          look: "strong",
          size: CHART_TYPE + 1,
        })
      ),
      ...series.flatMap((row) =>
        dotsOf(`${key}.${row.key}`, row, atX, atY).filter((_, i) =>
          !row.inside || (isOn(x, row.points[i][0]) && isOn(y, row.points[i][1]))
        )
      ),
    ];
  }).named(key);
}

/**
 * @param {string} key
 * @param {Series} row
 * @param {(v: number) => number} atX
 * @param {(v: number) => number} atY
 * @returns {Sketch[]}
 */
const dotsOf = (key, { points, role = "weight", size = 6, late = 0, look, hollow }, atX, atY) =>
  points.map(([a, b], i) => ({
    key: `${key}.${i}`,
    kind: "cell",
    role,
    look: hollow?.[i] ? "hollow" : look,
    x: rounded(atX(a) - size / 2),
    y: rounded(atY(b) - size / 2),
    w: size,
    h: size,
    r: size / 2,
    level: 1,
    z: 3,
    delay: i * late,
  }));
