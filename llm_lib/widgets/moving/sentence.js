// Sentences with symbols in them.

import { h } from "../shared/dom.js";

/** Apostrophes as the page prints them. @type {(words: string) => string} */
const typeset = (words) => words.replace(/(?<=\p{L})'(?=\p{L})/gu, "’");

/**
 * "W_Q" with its Q below the line, as what an element holds.
 * @param {string} words
 */
export const withSubscripts = (words) =>
  typeset(words).split(/(_\w\b)/)
    .map((part) => (part[0] === "_" ? h("sub", {}, part.slice(1)) : part));
