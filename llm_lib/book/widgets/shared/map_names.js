// The names on an attention map: beside it where all have room, else in its free upper triangle.

import { monoFont } from "./dom.js";

export const LABEL = 13; // pixels, the size of a label's letters
const LEAST_LABEL = 11; // and of those that are neither the query's nor looked at
const LEVEL = 2; // letters of a column's name that lies: punctuation marks, mostly
const ASIDE = 5; // pixels between a name and its cell
export const TOLD = 0.1; // a weight whose token is named in any case

/**
 * What the names are written on.
 * @typedef {object} Sheet
 * @property {CanvasRenderingContext2D} context
 * @property {string[]} texts of the tokens
 * @property {number} row the query
 * @property {number} cell how large a square is
 * @property {number} gutter where the squares begin
 * @property {number} across how wide the whole is
 * @property {string} strong a colour
 * @property {string} muted
 */

/**
 * The room a name takes.
 * @typedef {[left: number, top: number, right: number, bottom: number]} Box
 */

/**
 * All names, left of their rows and above their columns.
 * @param {Sheet} sheet
 */
export function nameBeside({ context, texts, row, cell, gutter, strong, muted }) {
  context.textBaseline = "middle";
  texts.forEach((text, t) => {
    context.font = monoFont(LABEL, t === row);
    context.fillStyle = t === row ? strong : muted;
    context.textAlign = "right";
    context.fillText(text, gutter - ASIDE, gutter + (t + 0.5) * cell);
    context.save();
    context.translate(gutter + (t + 0.5) * cell, gutter - ASIDE);
    context.rotate(-Math.PI / 2);
    context.textAlign = "left";
    context.fillText(text, 0, 0);
    context.restore();
  });
}

/** Names in the upper triangle, where the future is and nothing else: none lies over another. */
class Stairs {
  /** @param {Sheet} sheet */
  constructor(sheet) {
    this.sheet = sheet;
    /** @type {Box[]} */
    this.taken = [];
    sheet.context.textBaseline = "middle";
  }

  /**
   * Whether a name has room; if so, it is taken.
   * @param {Box} box
   */
  take([left, top, right, bottom]) {
    const { across } = this.sheet;
    const isOver = (/** @type {Box} */ [l, t, r, b]) =>
      left < r && l < right && top < b && t < bottom;
    if (left < 0 || top < 0 || right > across - 1 || this.taken.some(isOver)) return false;
    this.taken.push([left, top, right, bottom]);
    return true;
  }

  /**
   * The name of a row, or of a token, behind the step of the stairs at `at`.
   * @param {number} t
   * @param {{ at?: number, letters?: number, bold?: boolean, colour: string }} look
   */
  behind(t, { at = t, letters = LABEL, bold = false, colour }) {
    const { context, texts, cell, gutter } = this.sheet;
    context.font = monoFont(letters, bold);
    const x = gutter + (at + 1) * cell + ASIDE;
    const y = Math.max(letters / 2 + 1, gutter + (at + 0.5) * cell);
    const half = Math.min(letters, cell) / 2;
    const box =
      /** @type {Box} */ ([x, y - half, x + context.measureText(texts[t]).width, y + half]);
    if (!this.take(box)) return false;
    context.fillStyle = colour;
    context.textAlign = "left";
    context.fillText(texts[t], x, y);
    return true;
  }

  /**
   * The name of a column, above it.
   * @param {number} k
   * @param {string} colour
   */
  above(k, colour) {
    const { context, texts, cell, gutter } = this.sheet;
    context.font = monoFont(LABEL, true);
    const lies = texts[k].length <= LEVEL;
    const long = context.measureText(texts[k]).width;
    const [x, y] = [gutter + (k + 0.5) * cell, gutter + k * cell - ASIDE];
    const [wide, high] = lies ? [long, LABEL] : [LABEL, long];
    if (!this.take([x - wide / 2, y - high, x + wide / 2, y])) return false;
    context.save();
    context.translate(x, lies ? y - LABEL / 2 + 1 : y);
    if (!lies) context.rotate(-Math.PI / 2);
    context.fillStyle = colour;
    context.textAlign = lies ? "center" : "left";
    context.fillText(texts[k], 0, 0);
    context.restore();
    return true;
  }
}

/**
 * Where not all names have room beside: the query's behind its row, those of the tokens that it
 * looks at above their columns, and others behind the step that is their row's end and their
 * column's beginning, as they fit.
 * @param {Sheet} sheet
 * @param {(t: number) => number} looks how much the query looks at a token before it
 */
export function nameInStairs(sheet, looks) {
  const { row, strong, muted } = sheet;
  const texts = sheet.texts.map((text) => text.replace(/^·(?=.)/, "")); // a blank says nothing here
  const stairs = new Stairs({ ...sheet, texts });
  let at = row; // one of the last rows: higher up, where it fits
  while (!stairs.behind(row, { at, bold: true, colour: strong }) && at > 0) at--;
  const others = [...texts.keys()].filter((t) => t !== row).sort((a, b) => looks(b) - looks(a));
  for (const t of others) {
    const isTold = looks(t) >= TOLD;
    if (isTold && stairs.above(t, strong)) continue;
    stairs.behind(t, {
      letters: isTold ? LABEL : LEAST_LABEL,
      bold: isTold,
      colour: isTold ? strong : muted,
    });
  }
}
