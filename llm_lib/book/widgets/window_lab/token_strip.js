// The row of tokens of the window lab.

import { h } from "../shared/dom.js";
import { showBlanks, spoken } from "../shared/tokens.js";
import { count, times } from "../shared/words.js";

/** @import { Plan } from "../../engine/windows.js" */

const DRAWN = 240; // tokens at the most

/**
 * A token as a block.
 * @param {string} label
 * @param {string} [kind]
 */
export const chip = (label, kind = "") =>
  h("span", { class: `llm-token ${kind}` }, h("span", {}, ...showBlanks(label)));

/** @param {"x" | "y"} side */
const bar = (side) => h("i", { class: `llm-window-bar llm-window-${side}` });

/**
 * @param {"x" | "y"} side
 * @param {string} [text]
 */
const counter = (side, text = "") =>
  h("b", { class: `llm-window-count llm-window-${side}` }, ...(text ? [text] : []));

/** The tokens, how often each is input and target, and which of them the window holds. */
export class TokenStrip {
  constructor() {
    /** @type {{ element: Element, input: HTMLElement, target: HTMLElement, label: string }[]} */
    this.cells = [];
    this.strip = h("ol", {
      class: "llm-window-strip",
      tabindex: 0,
      "aria-label": "The tokens, and how often each is input and target",
    });
    this.note = h("p", { class: "llm-note" });
    const key = h(
      "p",
      { class: "llm-note llm-window-key" },
      h("span", {}, bar("x"), "in the input"),
      h("span", {}, bar("y"), "in the target"),
      h("span", {}, counter("x", "2"), "times input this epoch"),
      h("span", {}, counter("y", "1"), "times target"),
    );
    this.element = h(
      "section",
      { class: "llm-window-row-part llm-stage-sticky", "aria-label": "The row of tokens" },
      this.strip,
      key,
      this.note,
    );
  }

  /** @param {string[]} tokens */
  draw(tokens) {
    this.cells = tokens.slice(0, DRAWN).map((label, i) => {
      const input = counter("x");
      const target = counter("y");
      const element = h(
        "li",
        {},
        bar("x"),
        chip(label),
        bar("y"),
        h("small", {}, String(i)),
        h("span", { class: "llm-window-counts" }, input, target),
      );
      return { element, input, target, label };
    });
    const more = tokens.length - this.cells.length;
    this.strip.replaceChildren(...this.cells.map(({ element }) => element));
    this.note.hidden = more <= 0;
    this.note.textContent = more > 0 ? `${count(more, "more token")}, counted but not drawn.` : "";
  }

  /** @param {Plan} plan whose counts are shown */
  showCounts({ as_input: inputs, as_target: targets }) {
    this.cells.forEach(({ element, input, target, label }, i) => {
      /** @type {[cell: HTMLElement, n: number][]} */
      const counts = [[input, inputs[i]], [target, targets[i]]];
      for (const [cell, n] of counts) {
        cell.textContent = String(n);
        cell.style.setProperty("--share", `${Math.round(55 * (1 - 0.75 ** n))}%`);
        cell.classList.toggle("llm-window-none", n === 0);
      }
      element.setAttribute(
        "aria-label",
        `${i}: ${spoken(label)}, input ${times(inputs[i])}, target ${times(targets[i])}`,
      );
    });
  }

  /**
   * Mark the input and the target of a window.
   * @param {number} start where it begins; -Infinity for no window
   * @param {number} T its length
   */
  mark(start, T) {
    this.cells.forEach(({ element }, i) => {
      element.classList.toggle("llm-window-in", i >= start && i < start + T);
      element.classList.toggle("llm-window-to", i > start && i <= start + T);
    });
    this.scrollToWindow();
  }

  /** Where the row of tokens is longer than its box, the window must be in sight. */
  scrollToWindow() {
    const box = this.strip;
    const cells = box.querySelectorAll(/** @type {"li"} */ (".llm-window-in, .llm-window-to"));
    const [first, last] = [cells[0], cells[cells.length - 1]];
    if (
      !first ||
      (first.offsetTop >= box.scrollTop &&
        last.offsetTop + last.offsetHeight <= box.scrollTop + box.clientHeight)
    ) return;
    box.scrollTop = first.offsetTop - 8;
  }
}
