// Numbers, and how often and how many, in words.

/**
 * 0.873 -> "87.3 %": never a bare 0 or 100 for what is only close to it.
 * @param {number} p
 * @param {number} [digits] after the point
 */
export function percent(p, digits = 1) {
  if (p > 0 && p < 0.0005) return "<\u00a00.1\u00a0%";
  if (p < 1 && p > 0.9995) return ">\u00a099.9\u00a0%";
  return `${(100 * p).toFixed(p > 0.1 && p < 0.99 ? digits : 1)}\u00a0%`;
}

/**
 * The same for running text: whole percents where that is precise enough.
 * @param {number} p
 */
export const roughly = (p) => percent(p, 0);

/**
 * A share as a length in a style: 0.25 -> "25.00%".
 * @param {number} share
 */
export const cssPercent = (share) => `${(100 * share).toFixed(2)}%`;

/**
 * What a model has written, as it can be shown: for a control character, which one that has learned
 * little may write, stands "�".
 * @param {string} text
 */
export const printable = (text) => text.replace(/(?![\n\r\t])\p{Cc}/gu, "\ufffd");

/**
 * "1 token", "2 tokens".
 * @param {number} n
 * @param {string} noun
 */
export const count = (n, noun) => `${n.toLocaleString("en")} ${noun}${n === 1 ? "" : "s"}`;

/**
 * "never", "once", "twice", "3 times".
 * @param {number} n
 */
export const times = (n) => ["never", "once", "twice"][n] ?? `${n.toLocaleString("en")} times`;

/**
 * Two decimals, with a true minus and never "−0.00": -0.5 -> "−0.50".
 * @param {number} x
 */
export const decimals = (x) =>
  Math.abs(x) < 0.005 ? "0.00" : `${x < 0 ? "−" : ""}${Math.abs(x).toFixed(2)}`;

/**
 * The same in brackets if it is negative, as it stands in a sum.
 * @param {number} x
 */
export const inBrackets = (x) => (decimals(x).startsWith("−") ? `(${decimals(x)})` : decimals(x));

/**
 * A whole number as an exponent: -12 -> "⁻¹²".
 * @param {number} n
 */
export const superscript = (n) =>
  Array.from(String(n), (sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)])).join("");

/** @type {[unit: number, name: string][]} */
const LARGE_UNITS = [
  [1e15, "quadrillion"],
  [1e12, "trillion"],
  [1e9, "billion"],
  [1e6, "million"],
  [1e3, "thousand"],
];

/**
 * A large number in the largest of the units that it reaches, with three digits that count.
 * @param {number} n
 * @param {[unit: number, name: string][]} [units] the largest first
 */
export function inUnits(n, units = LARGE_UNITS) {
  const [unit, name] = units.find(([unit]) => n >= 0.9995 * unit) ?? [1, ""];
  const digits = Number((n / unit).toPrecision(3)).toLocaleString("en");
  return name ? `${digits}\u00a0${name}` : digits;
}

/**
 * With a capital letter, as a sentence begins.
 * @param {string} words
 */
export const capital = (words) => words[0].toUpperCase() + words.slice(1);

/**
 * "a", "a and b", "a, b and c".
 * @param {string[]} names
 */
export const enumerated = (names) =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;

/**
 * “word”.
 * @param {string} word
 */
export const quote = (word) => `“${word}”`;

/**
 * Six decimals: what a trait shows of a number.
 * @param {number} x
 */
export const round6 = (x) => Math.round(x * 1e6) / 1e6;
