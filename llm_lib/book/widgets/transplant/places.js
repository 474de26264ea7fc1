// The error of each place of the model, in a table with a row for each layer; the first wrong one
// is framed.

import { h } from "../shared/dom.js";
import { shortError } from "./words.js";

/** @import { Shown } from "./words.js" */

const LEAST = -7; // log10 of the error that is filled least strongly
const COLUMNS = ["attention", "feed-forward", "stream"];

export class Places {
  /** @param {number} nLayer */
  constructor(nLayer) {
    /** @type {Map<string, HTMLTableCellElement>} */
    this.cells = new Map();
    const cell = (/** @type {string} */ place) => {
      const element = h("td", {});
      this.cells.set(place, element);
      return element;
    };
    const head = (/** @type {string} */ words) => h("th", { scope: "row" }, words);
    const empty = () => h("td", { class: "llm-transplant-none" });
    const layers = Array.from(
      { length: nLayer },
      (_, i) => h("tr", {}, head(`layer ${i}`), ...COLUMNS.map((kind) => cell(`${kind} ${i}`))),
    );
    this.inside = h("p", { class: "llm-note llm-transplant-inside" });
    this.element = h(
      "section",
      { class: "llm-stage-sticky" },
      h(
        "p",
        { class: "llm-label" },
        "Relative error, against the healthy model (1: as wrong as zeros)",
      ),
      h(
        "table",
        { class: "llm-transplant-table" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("td", {}),
            ...["attention", "feed-forward", "stream after"].map((words) =>
              h("th", { scope: "col" }, words)
            ),
          ),
        ),
        h(
          "tbody",
          {},
          h("tr", {}, head("embedding"), empty(), empty(), cell("embedding")),
          ...layers,
          h("tr", {}, head("logits"), empty(), empty(), cell("logits")),
        ),
      ),
      this.inside,
    );
  }

  /** @param {Shown} shown */
  show({ errors, firstWrong, inside }) {
    for (const [place, cell] of this.cells) {
      const error = errors[place];
      const level = error ? (Math.log10(Math.min(1, error)) - LEAST) / -LEAST : 0;
      cell.style.setProperty(
        "--level",
        `${Math.round(34 * Math.max(0.1 * Math.sign(error), level))}%`,
      );
      const isFirst = place === firstWrong;
      cell.classList.toggle("llm-transplant-first", isFirst);
      cell.replaceChildren(
        shortError(error),
        ...(isFirst ? [h("span", { class: "llm-transplant-flag" }, "1st")] : []),
      );
    }
    const said = inside.map(([name, error]) => `${name} ${shortError(error)}`).join(" · ");
    this.inside.textContent = said ? `In ${firstWrong}: ${said}` : "";
  }
}
