// Words that are marked as in Markdown: `code` and *stressed*.

import { h } from "./dom.js";

const MARKS = /(`[^`]+`|(?<![\w*])\*(?=\S)[^*]+\*(?!\w))/;

/**
 * A text as what a page shows, with `code` and *stressed* words set off; the rest stays text.
 * @param {string} text
 * @returns {(Node | string)[]}
 */
export const marked = (text) =>
  text.split(MARKS).filter(Boolean).map((part) => {
    if (!MARKS.test(part)) return part;
    return h(part[0] === "`" ? "code" : "em", {}, part.slice(1, -1));
  });

/**
 * The same text without its marks.
 * @param {string} text
 */
export const unmarked = (text) =>
  text.split(MARKS).map((part) => (MARKS.test(part) ? part.slice(1, -1) : part)).join("");
