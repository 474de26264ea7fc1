// One window of the window lab: its input over its target, and what each place teaches.

import { h } from "../shared/dom.js";
import { count } from "../shared/words.js";
import { chip } from "./token_strip.js";

const CONTEXT_DRAWN = 44; // letters before the token to guess

/** A window as a table, and the guesses in it as a list. */
export class WindowTable {
  constructor() {
    this.title = h("p", { class: "llm-label" });
    this.table = h("table", { class: "llm-window-table" });
    this.pairs = h("ol", {
      class: "llm-window-pairs",
      tabindex: 0,
      "aria-label": "What this window teaches",
    });
    this.pairsTitle = h("p", { class: "llm-label" });
    const scrolling = {
      class: "llm-window-scroll",
      tabindex: 0,
      role: "region",
      "aria-label": "Input and target, one under the other",
    };
    this.element = h(
      "section",
      { class: "llm-window-part", "aria-label": "The window" },
      this.title,
      h("div", scrolling, this.table),
      this.pairsTitle,
      this.pairs,
    );
  }

  /**
   * @param {string[]} tokens of the text
   * @param {number | undefined} window its number; undefined where there is none
   * @param {number} start where it begins
   * @param {number} T its length
   */
  show(tokens, window, start, T) {
    const none = window === undefined;
    this.title.textContent = none
      ? "No window"
      : `Window ${window}: input ${start} to ${start + T - 1}, target ${start + 1} to ${start + T}`;
    for (const element of [this.table, this.pairs, this.pairsTitle]) element.hidden = none;
    if (none) {
      this.table.replaceChildren();
      this.pairs.replaceChildren();
      return;
    }
    const places = Array.from({ length: T }, (_, t) => start + t);
    this.table.replaceChildren(rowsOf(tokens, places));
    this.pairsTitle.textContent = T === 1
      ? "It teaches one guess"
      : `It teaches ${T} guesses at once`;
    this.pairs.replaceChildren(...places.map((end) => guess(tokens, start, end)));
  }
}

/**
 * The input, the target, and the places of both.
 * @param {string[]} tokens
 * @param {number[]} places of the input
 */
function rowsOf(tokens, places) {
  const token = (/** @type {number} */ i) => h("td", {}, chip(tokens[i]));
  const place = (/** @type {number} */ i) => h("td", {}, h("small", {}, String(i)));
  const row = (
    /** @type {string} */ name,
    /** @type {string} */ kind,
    /** @type {number} */ shift,
    /** @type {(place: number) => Node} */ cell,
  ) =>
    h(
      "tr",
      { class: kind },
      h("th", { scope: "row" }, name),
      ...places.map((i) => cell(i + shift)),
    );
  return h(
    "tbody",
    {},
    row("input x", "llm-window-x", 0, token),
    row("", "llm-window-at", 0, place),
    row("target y", "llm-window-y", 1, token),
    row("", "llm-window-at", 1, place),
  );
}

/**
 * One guess: the tokens from the window's start, as many as there is room for, and the next one.
 * @param {string[]} tokens
 * @param {number} start of the window
 * @param {number} end the last token that is seen
 */
function guess(tokens, start, end) {
  let from = end;
  let letters = tokens[end].length;
  while (from > start && (letters += tokens[from - 1].length + 2) < CONTEXT_DRAWN) from--;
  return h(
    "li",
    {},
    h("small", {}, `after ${count(end - start + 1, "token")}`),
    h(
      "span",
      { class: "llm-window-guess" },
      ...(from > start ? ["… "] : []),
      ...tokens.slice(from, end + 1).map((label) => chip(label, "llm-window-x")),
      h("span", { class: "llm-window-arrow" }, "→"),
      chip(tokens[end + 1], "llm-window-y"),
    ),
  );
}
