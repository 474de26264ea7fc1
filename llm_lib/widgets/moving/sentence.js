// Sentences with symbols in them.

import { h } from "../shared/dom.js";

/**
 * "W_Q" with its Q below the line, as what an element holds.
 * @param {string} words
 */
export const withSubscripts = (words) =>
  words.split(/(_\w\b)/).map((part) => (part[0] === "_" ? h("sub", {}, part.slice(1)) : part));
