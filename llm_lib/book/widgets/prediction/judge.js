// Whether an answer is right, and what to say to it; as llm_lib/book/checks/prediction.py does.

import { localize } from "../shared/localize.js";

/**
 * What is asked; see prediction.py.
 * @typedef {object} Task
 * @property {string} kind
 * @property {any} right
 * @property {[answer: any, words: string][]} feedback
 * @property {string[]} hints
 * @property {string[][]} item_hints
 * @property {number} tolerance
 */
/**
 * item: the place of the first wrong item of a list, -1 for none. hidden: whether hints wait until
 * they are asked for.
 * @typedef {{ right: boolean, said: string, hints: string[], hidden: boolean, item: number }}
 *   Verdict
 */

const ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split(" ");

/**
 * The word for place i of a list, counted from 0.
 * @param {number} i
 */
export const ordinal = (i) => ORDINALS[i] ?? `${i + 1}th`;

/**
 * Whether two answers agree: numbers within the tolerance, words without regard to capitals.
 * @param {any} expected
 * @param {any} got
 * @param {number} tolerance
 * @returns {boolean}
 */
export function agree(expected, got, tolerance) {
  if (Array.isArray(expected)) {
    return Array.isArray(got) && got.length === expected.length &&
      expected.every((one, i) => agree(one, got[i], tolerance));
  }
  if (typeof expected !== "number" || typeof got !== "number") {
    return typeof expected === typeof got && plain(expected) === plain(got);
  }
  if (Number.isInteger(expected) && Number.isInteger(got)) return expected === got;
  const most = tolerance * Math.max(1, Math.abs(expected), Math.abs(got));
  return Math.abs(expected - got) <= most;
}

/** @param {any} word */
const plain = (word) => (typeof word === "string" ? word.trim().toLowerCase() : word);

/**
 * Judge an answer.
 * @param {Task} task
 * @param {any} answer
 * @returns {Verdict}
 */
export function judge({ right, feedback, hints, item_hints, tolerance }, answer) {
  const verdict = { right: false, said: "", hints, hidden: false, item: -1 };
  if (agree(right, answer, tolerance)) return { ...verdict, right: true, hints: [] };
  const found = feedback.find(([wrong]) => agree(wrong, answer, 1e-9));
  if (found) return { ...verdict, said: found[1], hidden: true };
  if (!Array.isArray(right)) return verdict;
  const item = right.findIndex((one, i) => !agree(one, answer[i], tolerance));
  const said = localize`The ${localize(ordinal(item))} is not right yet.`;
  return { ...verdict, said, item, hints: item_hints[item] ?? hints };
}

/**
 * The number that a reader has typed: 0.5, .5, 1/2, 50 %, 1,000 or 2e3; NaN for anything else.
 * @param {string} text
 * @returns {number}
 */
export function readNumber(text) {
  const typed = text.trim().replace(/[\u2212\u2013]/g, "-").replace(/\s/g, "");
  if (typed.endsWith("%")) return readNumber(typed.slice(0, -1)) / 100;
  const parts = typed.split("/");
  if (parts.length === 2) return readNumber(parts[0]) / readNumber(parts[1]);
  const thousands = /^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/.test(typed);
  const number = typed.replace(thousands ? /,/g : ",", thousands ? "" : ".");
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(number) ? Number(number) : NaN;
}
