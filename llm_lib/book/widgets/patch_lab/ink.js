// What a map is drawn with: the colour of a value, and letters.

import { monoFont, themeColour } from "../shared/dom.js";
import { visibleText } from "../shared/tokens.js";
import { decimals } from "../shared/words.js";

/** @import { Colour } from "../shared/types.js" */

const LETTERS = 12; // pixels, the size of a label's letters

/** @param {string} text */
const inShort = (text) => text.length > 11 ? text.slice(0, 10) + "…" : text;

/**
 * The name of a column: the blank before a word says nothing here.
 * @param {string} text
 */
export const nameOf = (text) => inShort(visibleText(text).replace(/^·(?=.)/, ""));

/**
 * A share as short as it can be: .53, and 1.0 for all.
 * @param {number} value
 */
export function tersely(value) {
  const text = decimals(value);
  return /^\D?0/.test(text) ? text.replace("0", "") : text.slice(0, -1);
}

/**
 * The colours of the theme that an element has, each looked up once.
 * @param {Element} element
 */
export function coloursOf(element) {
  /** @type {Map<string, Colour>} */
  const known = new Map();
  return (/** @type {string} */ name) => {
    const colour = known.get(name) ?? themeColour(element, name);
    known.set(name, colour);
    return colour;
  };
}

/**
 * The colour of a value: amounts below zero and above have a hue each, and 0 is the page's.
 * @param {number} value
 * @param {(name: string) => Colour} theme
 * @returns {Colour}
 */
export function divergingColour(value, theme) {
  const names = value < 0 ? ["0", "below-1", "below-2"] : ["0", "ramp-2", "ramp-4"];
  const stops = names.map((name) => theme(name === "0" ? "--llm-bg" : `--llm-${name}`));
  const along = 2 * Math.min(1, Math.abs(value));
  const i = Math.min(1, Math.floor(along));
  const mix = (/** @type {number} */ c) =>
    Math.round(stops[i][c] + (along - i) * (stops[i + 1][c] - stops[i][c]));
  return [mix(0), mix(1), mix(2)];
}

/**
 * Black or white, whichever can be read on a colour.
 * @param {Colour} colour
 * @returns {Colour}
 */
export function onTop([red, green, blue]) {
  const light = 0.299 * red + 0.587 * green + 0.114 * blue;
  return light > 140 ? [0, 0, 0] : [255, 255, 255];
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} text
 * @param {number} x
 * @param {number} y its middle
 * @param {Colour} colour
 * @param {{ align?: CanvasTextAlign, bold?: boolean, size?: number }} [looks]
 */
export function write(context, text, x, y, colour, looks = {}) {
  const { align = "center", bold = false, size = LETTERS } = looks;
  context.font = monoFont(size, bold);
  context.textBaseline = "middle";
  context.textAlign = align;
  context.fillStyle = `rgb(${colour})`;
  context.fillText(text, x, y);
}
