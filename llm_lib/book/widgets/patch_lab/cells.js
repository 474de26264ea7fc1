// The cells of a map, worked out a slice at a time, and as a table of numbers.

import { h } from "../shared/dom.js";
import { spoken } from "../shared/tokens.js";
import { decimals } from "../shared/words.js";

/** @import { Cell } from "../../engine/patching.js" */
/** @import { Floats } from "../../engine/types.js" */
/** @import { MapShown } from "./map.js" */

const SLICE = 20; // milliseconds of work before the page gets its turn

/** The cells of a map, as far as they are worked out; another map takes the place of the first. */
export class MapCells {
  /** @param {AbortSignal} signal ends the work with the view */
  constructor(signal) {
    this.signal = signal;
    this.work = {}; // stands for the map at work: another one ends it
    this.done = 0;
    this.all = 0;
    /** @type {Floats[][]} */
    this.logits = [];
  }

  /** End what is at work. */
  stop() {
    this.work = {};
  }

  /**
   * Begin a map, none of whose cells is known.
   * @param {[rows: number, columns: number]} shape
   */
  begin([rows, columns]) {
    this.stop();
    this.done = 0;
    this.all = rows * columns;
    this.logits = Array.from({ length: rows }, () => /** @type {Floats[]} */ ([]));
  }

  /**
   * Work all cells out; between slices the page stays alive.
   * @param {Iterable<Cell>} cells
   * @param {() => void} onslice
   * @returns {Promise<boolean>} whether all of it was wanted
   */
  async fill(cells, onslice) {
    const { work } = this;
    let began = performance.now();
    for (const { row, column, logits } of cells) {
      this.logits[row][column] = logits;
      this.done += 1;
      if (performance.now() - began < SLICE) continue;
      onslice();
      await new Promise((done) => setTimeout(done));
      if (this.signal.aborted || this.work !== work) return false;
      began = performance.now();
    }
    return true;
  }
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
