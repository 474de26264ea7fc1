// Words that are marked as in Markdown: `code` and *stressed*.

import { h } from "./dom.js";

// an apostrophe, and no quotation mark
const STRAIGHT = /(?<=[\p{L}\d])'(?=\p{L})|(?<=s)'(?= )|^'(?=s\b)/gu;
const MARKS = /(`[^`]+`|(?<![\w*])\*(?=\S)[^*]+\*(?!\w))/;

/** @param {string} text */
const curled = (text) => text.replace(STRAIGHT, "’");

/**
 * What stands between two marks: code as it is.
 * @param {string} part
 */
const inside = (part) => part[0] === "`" ? part.slice(1, -1) : curled(part.slice(1, -1));

/**
 * A text as what a page shows, with `code` and *stressed* words set off; the rest stays text,
 * with the apostrophes of a printed page.
 * @param {string} text
 * @returns {(Node | string)[]}
 */
export const marked = (text) =>
  text.split(MARKS).filter(Boolean).map((part) => {
    if (!MARKS.test(part)) return curled(part);
    return h(part[0] === "`" ? "code" : "em", {}, inside(part));
  });

/**
 * The same text without its marks.
 * @param {string} text
 */
export const unmarked = (text) =>
  text.split(MARKS).map((part) => (MARKS.test(part) ? inside(part) : curled(part))).join("");
