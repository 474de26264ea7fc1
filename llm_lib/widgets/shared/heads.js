// All heads of a model as a grid of small attention maps, a row a layer.

import { paintThumbnail } from "./attention_map.js";
import { h, rove } from "./dom.js";

/** @import { Run } from "../../engine/types.js" */
/** @import { Colour } from "./types.js" */
/** @typedef {(layer: number, head: number) => void} OnHead */

/**
 * One head: its thumbnail, a button, and its switch. weights: those that are painted.
 * @typedef {object} Cell
 * @property {HTMLElement} element
 * @property {HTMLButtonElement} view
 * @property {HTMLButtonElement} onOff
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

export class HeadGrid {
  /**
   * pick(layer, head), toggle(layer, head) and toggleLayer(layer) are called for what the reader
   * does.
   * @param {{ n_layer: number, n_head: number, pick: OnHead, toggle: OnHead, toggleLayer: (layer:
   *   number) => void }} options
   */
  constructor({ n_layer, n_head, pick, toggle, toggleLayer }) {
    this.n_head = n_head;
    /** @type {Cell[]} */
    this.cells = [];
    this.element = h("div", {
      class: "llm-heads",
      role: "group",
      "aria-label": "All heads, a row a layer",
    });
    const columns = `grid-template-columns: 4.1rem repeat(${n_head}, minmax(2.6rem, 4.5rem))`;
    this.layers = Array.from({ length: n_layer }, (_, layer) => {
      const button = h("button", {
        type: "button",
        class: "llm-layer-switch",
        onclick: () => toggleLayer(layer),
      });
      const cells = Array.from(
        { length: n_head },
        (_, head) => this.makeCell(layer, head, pick, toggle),
      );
      this.element.append(
        h(
          "div",
          { class: "llm-layer", style: columns, role: "group", "aria-label": `Layer ${layer}` },
          h("div", { class: "llm-layer-name" }, h("span", {}, `Layer ${layer}`), button),
          ...cells.map((cell) => cell.element),
        ),
      );
      return button;
    });
    const all = () => this.cells.map((cell) => cell.view);
    rove(this.element, all, { columns: () => n_head, onmove: (view) => view.click() });
  }

  /**
   * @param {number} layer
   * @param {number} head
   * @param {OnHead} pick
   * @param {OnHead} toggle
   */
  makeCell(layer, head, pick, toggle) {
    const canvas = h("canvas", { "aria-hidden": "true" });
    const view = h(
      "button",
      {
        type: "button",
        class: "llm-head",
        tabindex: -1,
        onclick: () => pick(layer, head),
      },
      canvas,
      h("span", {}, headName(layer, head)),
    );
    // A thumbnail that has the focus is chosen already: Space and Enter switch its head.
    view.addEventListener("keydown", (event) => {
      if (event.key !== " " && event.key !== "Enter") return;
      event.preventDefault();
      toggle(layer, head);
    });
    // Not a Tab stop of its own: from the keyboard, Space on the thumbnail does the same.
    const onOff = h("button", {
      type: "button",
      class: "llm-switch",
      role: "switch",
      tabindex: -1,
      "aria-label": `Head ${headName(layer, head)}`,
      onclick: () => toggle(layer, head),
    });
    /** @type {Cell} */
    const cell = {
      element: h("div", { class: "llm-head-cell" }, view, onOff),
      view,
      onOff,
      canvas,
    };
    this.cells.push(cell);
    return cell;
  }

  /**
   * run: the forward pass to show; chosen [layer, head]; thumbnails whose weights did not change
   * are kept.
   * @param {{ run: Run, scale: number[][], chosen: number[], colour: Colour, repaint: boolean }}
   *   options
   */
  show({ run, scale, chosen, colour, repaint }) {
    const [layer, head] = chosen;
    this.cells.forEach((cell, i) => {
      const l = Math.floor(i / this.n_head);
      const hd = i % this.n_head;
      const factor = scale[l][hd];
      const weights = run.attention[l][hd];
      if (repaint || cell.weights !== weights) paintThumbnail(cell.canvas, weights, run.T, colour);
      cell.weights = weights;
      const selected = l === layer && hd === head;
      cell.view.setAttribute("aria-pressed", String(selected));
      cell.view.setAttribute("aria-label", `Head ${headName(l, hd)}, ${factorText(factor)}`);
      cell.view.tabIndex = selected ? 0 : -1;
      cell.onOff.setAttribute("aria-checked", String(factor > 0));
      cell.onOff.textContent = factorText(factor);
      cell.element.classList.toggle("llm-off", factor === 0);
      cell.element.classList.toggle("llm-changed", factor !== 1);
    });
    this.layers.forEach((button, l) => {
      const off = scale[l].every((factor) => factor === 0);
      button.textContent = off ? "all on" : "all off";
      button.setAttribute("aria-label", `Layer ${l}: ${button.textContent}`);
    });
  }
}
