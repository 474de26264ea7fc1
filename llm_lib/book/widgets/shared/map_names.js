// The names on an attention map: beside it where all have room, else in its free upper triangle,
// each behind the end of its row, which is the beginning of its column.

import { monoFont } from "./dom.js";

export const LABEL = 13; // pixels, the size of a label's letters
const LEAST_LABEL = 11; // and of those that are neither the query's nor looked at
const OVER = 3; // pixels by which letters may be higher than their row: those below stand aside
const IN_LETTERS = 4; // pixels of a letter's height that hardly any takes
const MOST_BEHIND = 36; // pixels that a name may cost the squares; a longer one is cut
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

/** Punctuation is so small that it is written as strongly as what is looked at. */
const isMark = (/** @type {string} */ text) => !/[\p{L}\p{N}]/u.test(text);

/** What stands behind a row: a blank before it says nothing there. */
const bare = (/** @type {string} */ text) => text.replace(/^·(?=.)/, "");

/**
 * How large squares can be that have their names behind them.
 * @param {CanvasRenderingContext2D} context
 * @param {string[]} texts
 * @param {number} room how wide the whole may be
 */
export function roomInStairs(context, texts, room) {
  context.font = monoFont(LEAST_LABEL, true);
  const each = texts.map((text, t) => {
    const long = Math.min(MOST_BEHIND, context.measureText(bare(text)).width);
    return (room - 2 * ASIDE - long) / (t + 1);
  });
  return Math.min(...each);
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
    const isOver = (/** @type {Box} */ [l, t, r, b]) =>
      left < r && l < right && top < b && t < bottom;
    if (left < 0 || right > this.sheet.across - 1 || this.taken.some(isOver)) return false;
    this.taken.push([left, top, right, bottom]);
    return true;
  }

  /**
   * A name with as many of its letters as there is room for.
   * @param {string} text
   * @param {number} room
   */
  cut(text, room) {
    const { context } = this.sheet;
    const isLong = (/** @type {string} */ words) => context.measureText(words).width > room;
    if (!isLong(text)) return text;
    let n = text.length - 1;
    while (n > 1 && isLong(text.slice(0, n) + "…")) n--;
    return text.slice(0, n) + "…";
  }

  /**
   * The name of a row, behind it.
   * @param {number} t
   * @param {{ most: number, bold: boolean, colour: string }} look most: the size of its letters
   */
  behind(t, { most, bold, colour }) {
    const { context, texts, cell, gutter, across } = this.sheet;
    const letters = Math.max(LEAST_LABEL, Math.min(most, cell + OVER));
    context.font = monoFont(letters, bold);
    const x = gutter + (t + 1) * cell + ASIDE;
    const y = Math.max(letters / 2 + 1, gutter + (t + 0.5) * cell);
    const text = this.cut(texts[t], across - 2 - x);
    const isDense = cell < letters - IN_LETTERS; // of so many rows, some are named
    const half = isDense ? letters / 2 : Math.min(cell, letters - IN_LETTERS) / 2;
    if (!this.take([x, y - half, x + context.measureText(text).width, y + half])) return;
    context.fillStyle = colour;
    context.textAlign = "left";
    context.fillText(text, x, y);
  }
}

/**
 * Where not all names have room beside: each behind the step that is its row's end and its column's
 * beginning; first those of the query and of what it looks at, others as they fit.
 * @param {Sheet} sheet
 * @param {(t: number) => number} looks how much the query looks at a token before it
 */
export function nameInStairs(sheet, looks) {
  const { row, strong, muted } = sheet;
  const stairs = new Stairs({ ...sheet, texts: sheet.texts.map(bare) });
  const others = [...sheet.texts.keys()].filter((t) => t !== row);
  for (const t of [row, ...others.sort((a, b) => looks(b) - looks(a))]) {
    const isTold = t === row || looks(t) >= TOLD;
    const isStrong = isTold || isMark(sheet.texts[t]);
    stairs.behind(t, {
      most: isStrong ? LABEL : LEAST_LABEL,
      bold: isStrong,
      colour: isStrong ? strong : muted,
    });
  }
}
