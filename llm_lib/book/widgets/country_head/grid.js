// A grid of shares, a column for each token and a row for each depth of the stream.

import { h } from "../shared/dom.js";
import { svg } from "../shared/svg.js";

/**
 * @typedef {object} GridShown
 * @property {string[]} tokens of the run
 * @property {string[]} other those of the run that gives its stream
 * @property {number[][]} shares by token and depth
 * @property {{ depth: number, position: number }} cell that is chosen
 * @property {string} words what it says
 */

const ROW = 11; // units of height; a column is 100 wide
const COLUMN = 100;
const MARKS = 5; // a row's number at each fifth depth

/** One cell is chosen by click, tap or arrow key: a slider for assistive technology. */
export class CountryGrid {
  /** @type {GridShown} */ shown;
  /** @type {SVGRectElement} */ frame;

  /** @param {(depth: number, position: number) => void} onpick */
  constructor(onpick) {
    this.onpick = onpick;
    this.names = h("div", { class: "llm-country-names", "aria-hidden": "true" });
    this.depths = h("div", { class: "llm-country-depths", "aria-hidden": "true" });
    this.drawing = svg("svg", { preserveAspectRatio: "none", "aria-hidden": "true" });
    this.control = h("div", {
      class: "llm-country-control",
      role: "slider",
      tabindex: 0,
      "aria-label": "Cell of the grid: arrow keys go through depths and tokens",
      onclick: (/** @type {MouseEvent} */ event) => this.pickAt(event),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.move(event),
    }, this.drawing);
    this.element = h("div", { class: "llm-country-grid" }, this.names, this.depths, this.control);
  }

  /** @param {MouseEvent} event */
  pickAt(event) {
    const { left, top, width, height } = this.drawing.getBoundingClientRect();
    const { shares } = this.shown;
    const at = (/** @type {number} */ share, /** @type {number} */ n) =>
      Math.max(0, Math.min(n - 1, Math.floor(share * n)));
    this.onpick(
      at((event.clientY - top) / height, shares[0].length),
      at((event.clientX - left) / width, shares.length),
    );
  }

  /** @param {KeyboardEvent} event */
  move(event) {
    const { depth, position } = this.shown.cell;
    const { shares } = this.shown;
    /** @type {Record<string, [depth: number, position: number]>} */
    const cells = {
      ArrowUp: [depth - 1, position],
      ArrowDown: [depth + 1, position],
      ArrowLeft: [depth, position - 1],
      ArrowRight: [depth, position + 1],
      Home: [0, position],
      End: [shares[0].length - 1, position],
    };
    if (!(event.key in cells) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const [row, column] = cells[event.key];
    if (shares[column]?.[row] === undefined) return;
    this.shown.cell = { depth: row, position: column }; // now: keys may come fast
    this.onpick(row, column);
  }

  /** @param {GridShown} shown */
  show(shown) {
    if (this.shown?.shares !== shown.shares) this.draw(shown);
    this.shown = shown;
    const { shares, cell: { depth, position }, words } = shown;
    const said = {
      valuemin: 0,
      valuemax: shares.length * shares[0].length - 1,
      valuenow: depth * shares.length + position,
      valuetext: words,
    };
    for (const [name, value] of Object.entries(said)) {
      this.control.setAttribute(`aria-${name}`, String(value));
    }
    this.frame.setAttribute("x", String(position * COLUMN));
    this.frame.setAttribute("y", String(depth * ROW));
    [...this.names.children].forEach((name, t) =>
      name.classList.toggle("llm-country-chosen", t === position)
    );
  }

  /** @param {GridShown} shown */
  draw({ tokens, other, shares }) {
    const depths = shares[0].length;
    this.drawing.setAttribute("viewBox", `0 0 ${tokens.length * COLUMN} ${depths * ROW}`);
    const cells = shares.flatMap((column, t) =>
      column.map((share, depth) => {
        const level = 100 * Math.max(0, Math.min(1, share));
        return svg("rect", {
          x: t * COLUMN + 1,
          y: depth * ROW + 0.5,
          width: COLUMN - 2,
          height: ROW - 1,
          style: `--level:${level.toFixed(1)}%`,
        });
      })
    );
    this.frame = svg("rect", {
      class: "llm-country-frame",
      width: COLUMN,
      height: ROW,
      "vector-effect": "non-scaling-stroke",
    });
    this.drawing.replaceChildren(...cells, this.frame);
    this.names.replaceChildren(...tokens.map((token, t) => {
      if (!t) return h("span", {}, h("i", {}, "start"));
      const isOther = other[t] !== token;
      return h(
        "span",
        {},
        ...(isOther ? [h("s", {}, token.trim()), other[t].trim()] : [token.trim()]),
      );
    }));
    this.depths.replaceChildren(
      ...Array.from(
        { length: depths },
        (_, depth) =>
          h("span", {}, depth % MARKS ? "" : depth === depths - 1 ? "end" : String(depth)),
      ),
    );
  }
}
