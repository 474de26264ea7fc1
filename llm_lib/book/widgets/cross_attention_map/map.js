// All weights of a sentence: a row for each word of the translation, a column for each word of the
// source.

import { indexOfLargest } from "../../engine/vectors.js";
import { h } from "../shared/dom.js";
import { percent } from "../shared/words.js";
import { named, share } from "./words.js";

/** @import { Example } from "./words.js" */

const LEVEL = 6; // letters of a word that can lie above its column, where there is room

export class CrossMap {
  // no image, in which a screen reader would find nothing to choose
  element = h("div", { class: "llm-cross-map", role: "group" });

  /** @param {(word: number) => void} onpick told which word of the translation was chosen */
  constructor(onpick) {
    this.onpick = onpick;
  }

  /**
   * @param {Example} example
   * @param {number[][]} map
   * @param {number} word the one that looks
   */
  show({ source, target, origin }, map, word) {
    this.element.style.setProperty("--columns", String(source.length));
    const heads = source.map((token) =>
      h("span", { class: "llm-cross-column" }, h("i", {}, named(token)))
    );
    const rows = map.flatMap((row, t) => {
      const onclick = () => this.onpick(t);
      const chosen = t === word ? "llm-cross-chosen" : "";
      const cells = row.map((weight, s) => {
        const title = `${named(target[t])} → ${named(source[s])}: ${share(weight)}`;
        const cell = h("span", { class: "llm-cross-cell", title, onclick });
        cell.style.setProperty("--weight", `${Math.round(100 * weight ** 0.7)}%`);
        cell.classList.toggle("llm-cross-ring", origin?.[t] === s);
        return cell;
      });
      return [h("b", { class: chosen, onclick }, named(target[t])), ...cells];
    });
    const frame = h("span", { class: "llm-cross-row" });
    frame.style.gridArea = `${word + 2} / 2 / ${word + 3} / -1`;
    const longest = Math.max(...source.map((token) => named(token).length));
    this.element.classList.toggle("llm-cross-level", longest <= LEVEL);
    this.element.replaceChildren(h("span"), ...heads, ...rows, frame);
    const lines = map.map((row, t) =>
      `${named(target[t])}: ${named(source[indexOfLargest(row)])} ` +
      `${percent(Math.max(...row), 0)}`
    );
    this.element.setAttribute(
      "aria-label",
      `Where each word of the translation looks most. ${lines.join("; ")}.`,
    );
  }
}
