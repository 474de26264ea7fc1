// How long words are, and how numbers are written.

import { penOf } from "../shared/dom.js";
import { localPoint } from "../shared/localize.js";
import { superscript } from "../shared/words.js";

/** @type {Map<string, number>} */
const WIDTHS = new Map();
/** @type {CanvasRenderingContext2D | null} */
let pen = null;

/** Measure anew, for a font has come. */
export const forgetWidths = () => WIDTHS.clear();

/**
 * The width of a line of text on the page, in pixels.
 * @param {string} text
 * @param {number} size
 * @param {{ mono?: boolean, strong?: boolean }} [type]
 */
export function widthOf(text, size, { mono = false, strong = false } = {}) {
  const name = `${text}|${size}|${mono}|${strong}`;
  const known = WIDTHS.get(name);
  if (known !== undefined) return known;
  pen ??= penOf(document.createElement("canvas"));
  const theme = getComputedStyle(document.documentElement);
  const family = theme.getPropertyValue(mono ? "--llm-mono" : "--llm-font");
  pen.font = `${strong ? 600 : 400} ${size}px ${family || "sans-serif"}`;
  const { width } = pen.measureText(text);
  WIDTHS.set(name, width);
  return width;
}

const LARGE = 1e5; // from here on a number is written with a power of ten

/**
 * A number with a true minus: written(-0.5, 2) is "−0.50"; never "−0". A very large one is written
 * as in "2.3·10⁹".
 * @param {number} x
 * @param {number} digits after the point
 */
export function written(x, digits) {
  if (Math.abs(x) >= LARGE && Number.isFinite(x)) {
    const [front, power] = Math.abs(x).toExponential(1).split("e");
    return `${x < 0 ? "−" : ""}${localPoint(front)}·10${superscript(Number(power))}`;
  }
  const text = Math.abs(x).toFixed(digits);
  return (x < 0 && Number(text) ? "−" : "") + localPoint(text);
}

/**
 * What is written in an element.
 * @param {{ text?: string, value?: number, digits?: number }} element
 */
export const textOf = ({ text = "", value, digits = 0 }) =>
  value === undefined ? text : written(value, digits);

/**
 * How many digits after the point a number needs, two at most: 5 has 0, 2.5 has 1, 0.07 has 2.
 * @param {number} x
 */
export const digitsOf = (x) => [0, 1].find((n) => Math.abs(x - Number(x.toFixed(n))) < 1e-6) ?? 2;

/**
 * A number as it stands in a sentence.
 * @param {number} x
 * @param {number} [digits]
 */
export const inText = (x, digits = digitsOf(x)) => written(x, digits);

/**
 * How many of the digits of a number have room in a cell; a small number is never written as 0.
 * @param {number} x
 * @param {number} digits wanted
 * @param {number} size
 * @param {number} width of the cell
 */
export function digitsThatFit(x, digits, size, width) {
  const least = x !== 0 && Math.abs(x) < 1 ? 1 : 0;
  let n = digits;
  while (n > least && widthOf(written(x, n), size) > width) n--;
  return n;
}

/**
 * Two digits after the point: enough for a drawing.
 * @param {number} x
 */
export const rounded = (x) => Math.round(x * 100) / 100;
