// Sentences with symbols in them.

import { h } from "../shared/dom.js";

/** Apostrophes as the page prints them. @type {(words: string) => string} */
const typeset = (words) => words.replace(/(?<=\p{L})'(?=\p{L})/gu, "’");

/**
 * Words as what an element holds: a symbol such as "W_Q" has its Q below the line, a name such as
 * "ln_f" stays as it is.
 * @param {string} words
 */
export const withSubscripts = (words) =>
  typeset(words).split(/(?<!\w\w)(_\w\b)/)
    .map((part) => (part[0] === "_" ? h("sub", {}, part.slice(1)) : part));

/**
 * How high a place for sentences has to be for the longest of some, in pixels.
 * @param {HTMLElement} place
 * @param {string[]} sentences
 */
export function heightOfLongest(place, sentences) {
  const probe = h("p", { class: `${place.className} llm-walk-probe`, "aria-hidden": "true" });
  probe.style.width = `${place.clientWidth}px`;
  place.after(probe);
  const heights = sentences.map((words) => {
    probe.replaceChildren(...withSubscripts(words));
    return probe.offsetHeight;
  });
  probe.remove();
  return Math.max(...heights);
}
