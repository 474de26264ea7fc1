// The ways that news may take down a map of the stream: from each cell that tells something to the
// next at or behind its token, one layer on. A guess: patching shows what a cell carries, not from
// where it came.

/** @import { Colour } from "../shared/types.js" */

const HINTS = 0.25; // the least value of a cell that a way goes through
const HUES = ["--llm-accent-2", "--llm-accent"]; // of the first way, and of the second
const BROAD = 7; // pixels, the ribbon of a value of 1

/**
 * The ways through a map, each as a column for each row.
 * @param {number[][]} values
 * @param {number} rows
 * @returns {number[][]}
 */
export function routesIn(values, rows) {
  const telling = (/** @type {number} */ r) =>
    [...(values[r] ?? []).keys()].filter((c) => values[r][c] >= HINTS);
  return telling(0).slice(0, HUES.length).map((start) => {
    const way = [start];
    while (way.length < rows) {
      const next = telling(way.length).find((c) => c >= way[way.length - 1]);
      if (next === undefined) break;
      way.push(next);
    }
    return way;
  });
}

/**
 * Where the cells of a map are.
 * @typedef {object} Grid
 * @property {number} top
 * @property {number} high
 * @property {(c: number) => number} leftOf
 * @property {(c: number) => number} widthOf
 */

/**
 * Draw the ways as ribbons, as broad as what they carry, from the middle of a cell to the next.
 * @param {CanvasRenderingContext2D} context
 * @param {number[][]} values
 * @param {number} rows
 * @param {Grid} grid
 * @param {(name: string) => Colour} colours
 */
export function drawRoutes(context, values, rows, grid, colours) {
  const ways = routesIn(values, rows);
  const middleOf = (/** @type {number} */ r, /** @type {number} */ c, /** @type {number} */ i) => {
    const isShared = ways.filter((way) => way[r] === c).length > 1; // they end beside each other
    const aside = isShared ? (i ? 1 : -1) * Math.min(BROAD, grid.widthOf(c) / 4) : 0;
    return [
      grid.leftOf(c) + grid.widthOf(c) / 2 - 0.5 + aside,
      grid.top + (r + 0.5) * grid.high,
    ];
  };
  ways.forEach((way, i) => {
    context.strokeStyle = `rgb(${colours(HUES[i])})`;
    way.slice(1).forEach((c, r) => {
      const [[x, y], [toX, toY]] = [middleOf(r, way[r], i), middleOf(r + 1, c, i)];
      const bend = (y + toY) / 2 + (i ? 4 : -4);
      context.lineWidth = Math.max(3, BROAD * Math.min(values[r][way[r]], values[r + 1][c]));
      context.beginPath();
      context.moveTo(x, y);
      context.bezierCurveTo(x, bend + 6, toX, bend - 6, toX, toY);
      context.stroke();
    });
  });
}
