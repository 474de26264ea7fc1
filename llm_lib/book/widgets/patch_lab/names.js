// The names of a map's columns, above them.

import { write } from "./ink.js";

/** @import { Colour } from "../shared/types.js" */

const LYING = 2; // letters of a name that lies also where others stand: most are punctuation marks
const DENSE = 16; // pixels between names that stand: below that, their letters are smaller
const SMALLER = 11; // pixels, their size
const CLEAR = 24; // pixels: where one name for several columns can't lie, it stands

/**
 * Where columns are, as a map says.
 * @typedef {object} Columns
 * @property {number} top where the cells begin
 * @property {number} alike how many of the first are narrow, and have one name
 * @property {number} wide
 * @property {(c: number) => number} leftOf
 * @property {(c: number) => number} widthOf
 */

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Columns} map
 * @param {{ texts: string[], level: boolean, marked: Set<number>, column: number }} shown
 *   level: whether names lie; marked: columns that are set off; column: the one that is chosen
 * @param {(name: string) => Colour} colours
 */
export function labelColumns(context, map, { texts, level, marked, column }, colours) {
  const { top, alike } = map;
  const [strong, muted] = ["--llm-fg", "--llm-muted"].map(colours);
  const size = !level && map.wide < DENSE ? SMALLER : undefined;
  const name = (/** @type {string} */ text, /** @type {number} */ x, lies = true, bold = false) => {
    context.save();
    context.translate(x, top - (lies ? 6 : 8));
    if (!lies) context.rotate(-Math.PI / 2);
    const align = lies ? "center" : "left";
    write(context, text, 0, lies ? -4 : 0, bold ? strong : muted, { align, bold, size });
    context.restore();
  };
  if (column >= alike && alike) {
    const [left, right] = [map.leftOf(0), map.leftOf(alike)];
    name(`${alike} alike`, (left + right) / 2, right - left > CLEAR);
  }
  texts.forEach((text, c) => {
    const isStrong = c === column || marked.has(c);
    if (c < alike && !isStrong) return;
    const [x, wide] = [map.leftOf(c), map.widthOf(c)];
    name(text, x + wide / 2, level || text.length <= LYING, isStrong);
    if (!marked.has(c)) return;
    context.fillStyle = `rgb(${strong})`; // a line above its cells: not the letters alone say it
    context.fillRect(x + 1, top - 5, wide - 3, 2);
  });
}
