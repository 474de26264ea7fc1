// The cells of a map, worked out a slice at a time, and as a table of numbers.

import { h } from "../shared/dom.js";
import { spoken } from "../shared/tokens.js";
import { decimals } from "../shared/words.js";

/** @import { Cell } from "../../engine/patching.js" */
/** @import { MapShown } from "./map.js" */

const SLICE = 20; // milliseconds of work before the page gets its turn

/**
 * Hand on all cells; between slices the page stays alive.
 * @param {Iterable<Cell>} cells
 * @param {object} options
 * @param {(cell: Cell) => void} options.onCell
 * @param {() => void} options.onSlice
 * @param {() => boolean} options.isWanted asked after each slice
 * @returns {Promise<boolean>} whether all of it was wanted
 */
export async function workThrough(cells, { onCell, onSlice, isWanted }) {
  let began = performance.now();
  for (const cell of cells) {
    onCell(cell);
    if (performance.now() - began < SLICE) continue;
    onSlice();
    await new Promise((done) => setTimeout(done));
    if (!isWanted()) return false;
    began = performance.now();
  }
  return true;
}

/**
 * A map in numbers, for who can't see it, or wants to know: a line for each of its columns.
 * @param {MapShown} shown
 * @param {boolean} isNumbered whether columns are positions
 */
export function mapTable({ rows, columns, values }, isNumbered) {
  const name = (/** @type {string} */ column, /** @type {number} */ c) =>
    isNumbered ? `${c} ${column.trim() || spoken(column)}` : column;
  const head = rows.map((row) => h("th", { scope: "col" }, row));
  const lines = columns.map((column, c) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, name(column, c)),
      ...rows.map((_, r) => h("td", {}, decimals(values[r][c]))),
    )
  );
  return h(
    "table",
    {},
    h("thead", {}, h("tr", {}, h("td"), ...head)),
    h("tbody", {}, ...lines),
  );
}
