// All heads of a model as a grid of small attention maps, a row a layer.

import { paintThumbnail } from "./attention_map.js";
import { button } from "./controls.js";
import { h, rove, themeColour } from "./dom.js";

/** @import { Run } from "../../engine/types.js" */
/** @import { Colour } from "./types.js" */
/** @typedef {(layer: number, head: number) => void} OnHead */

/**
 * One head: its thumbnail, which is a button, and what it says. weights: those that are painted.
 * @typedef {object} Cell
 * @property {HTMLElement} element
 * @property {HTMLButtonElement} view
 * @property {HTMLElement} factor
 * @property {HTMLCanvasElement} canvas
 * @property {Float32Array} [weights]
 */

/** @param {number} factor */
const factorText = (factor) => factor === 0 ? "off" : factor === 1 ? "on" : `×${factor.toFixed(2)}`;

/**
 * @param {number} layer
 * @param {number} head
 */
export const headName = (layer, head) => `${layer}.${head}`;

const HUES = 4; // heads of a layer that have a colour each

/**
 * The colour of a head, as its number in its layer has it: in films, in grids, and here. Of more
 * heads than there are colours, none has one.
 * @param {number} head
 * @param {number} n_head
 */
const hueOfHead = (head, n_head) => n_head <= HUES ? `--head-${head}` : "--llm-weight";

/**
 * @param {number} head
 * @param {number} n_head
 */
export const inkOf = (head, n_head) => `--head: var(${hueOfHead(head, n_head)})`;

/**
 * @param {Element} root
 * @param {number} n_head
 */
export const coloursOf = (root, n_head) =>
  Array.from({ length: n_head }, (_, head) => themeColour(root, hueOfHead(head, n_head)));

export class HeadGrid {
  /**
   * pick(layer, head), toggle(layer, head) and toggleLayer(layer) are called for what the reader
   * does.
   * @param {{ n_layer: number, n_head: number, pick: OnHead, toggle: OnHead, toggleLayer: (layer:
   *   number) => void }} options
   */
  constructor({ n_layer, n_head, pick, toggle, toggleLayer }) {
    this.n_head = n_head;
    this.chosen = 0; // counted from the first head of all
    this.choose = (/** @type {number} */ i) => {
      this.chosen = i; // now, not at the next paint: keys may come fast
      pick(...this.place(i));
    };
    /** @type {Cell[]} */
    this.cells = [];
    this.element = h("div", {
      class: "llm-heads",
      role: "group",
      "aria-label": "All heads, a row a layer",
    });
    const columns = `grid-template-columns: 2.1rem repeat(${n_head}, minmax(2.25rem, 4.9rem))`;
    const heads = Array.from(
      { length: n_head },
      (_, head) => h("b", { style: inkOf(head, n_head) }, head ? `${head}` : "Head 0"),
    );
    this.element.append(
      h(
        "div",
        { class: "llm-layer llm-head-axis", style: columns, "aria-hidden": "true" },
        h("span"),
        ...heads,
      ),
    );
    this.layers = Array.from({ length: n_layer }, (_, layer) => {
      const name = button(`Layer ${layer}`, () => toggleLayer(layer), "llm-quiet llm-layer-name");
      const cells = Array.from(
        { length: n_head },
        (_, head) => this.makeCell(layer, head, toggle),
      );
      this.element.append(
        h(
          "div",
          { class: "llm-layer", style: columns, role: "group", "aria-label": `Layer ${layer}` },
          name,
          ...cells.map((cell) => cell.element),
        ),
      );
      return name;
    });
    const all = () => this.cells.map((cell) => cell.view);
    rove(this.element, all, {
      columns: () => n_head,
      onmove: (view) => this.choose(all().indexOf(view)),
    });
  }

  /**
   * @param {number} i
   * @returns {[layer: number, head: number]}
   */
  place(i) {
    return [Math.floor(i / this.n_head), i % this.n_head];
  }

  /**
   * @param {number} layer
   * @param {number} head
   * @param {OnHead} toggle
   */
  makeCell(layer, head, toggle) {
    const canvas = h("canvas", { "aria-hidden": "true" });
    const factor = h("b");
    const view = h(
      "button",
      { type: "button", class: "llm-head-one", tabindex: -1, style: inkOf(head, this.n_head) },
      canvas,
      h("span", {}, headName(layer, head)),
      factor,
    );
    // The first click chooses a head; once it is chosen, a click, Space or Enter switches it.
    const i = layer * this.n_head + head;
    view.addEventListener("click", () => {
      if (this.chosen === i) toggle(layer, head);
      else this.choose(i);
    });
    /** @type {Cell} */
    const cell = { element: h("div", { class: "llm-head-cell" }, view), view, factor, canvas };
    this.cells.push(cell);
    return cell;
  }

  /**
   * run: the forward pass to show; chosen [layer, head]; colours: of the heads of a layer;
   * thumbnails whose weights did not change are kept.
   * @param {{ run: Run, scale: number[][], chosen: number[], colours: Colour[], repaint: boolean }}
   *   options
   */
  show({ run, scale, chosen, colours, repaint }) {
    this.chosen = chosen[0] * this.n_head + chosen[1];
    this.cells.forEach((cell, i) => {
      const [l, hd] = this.place(i);
      const factor = scale[l][hd];
      const weights = run.attention[l][hd];
      const isNew = repaint || cell.weights !== weights;
      if (isNew) paintThumbnail(cell.canvas, weights, run.T, colours[hd]);
      cell.weights = weights;
      const selected = i === this.chosen;
      cell.view.setAttribute("aria-pressed", String(selected));
      cell.view.setAttribute("aria-label", `Head ${headName(l, hd)}, ${factorText(factor)}`);
      cell.view.tabIndex = selected ? 0 : -1;
      cell.factor.textContent = factor === 1 ? "" : factorText(factor);
      cell.element.classList.toggle("llm-off", factor === 0);
      cell.element.classList.toggle("llm-changed", factor !== 1);
    });
    this.layers.forEach((name, l) => {
      const off = scale[l].every((factor) => factor === 0);
      name.setAttribute("aria-label", `Layer ${l}: all ${off ? "on" : "off"}`);
    });
  }
}
