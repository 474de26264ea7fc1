// The rank dial's picture of the change: how large it is in each matrix, and one of them drawn.

import { entryOf } from "../../engine/present.js";
import { h, onTheme, penOf, rove, themeColour } from "../shared/dom.js";

/**
 * At strength 1.
 * @typedef {{ change: Float32Array, share: number, r: number, inputs: number }} Change
 */

/** @param {number} share */
const wholePercent = (share) => `${Math.round(100 * share)}\u00a0%`;

/** "0.qkv" -> what a reader calls it. @param {string} matrix */
export const matrixWords = (matrix) => {
  const [block, part] = matrix.split(".");
  return `block ${block}, ${part}`;
};

export class DialChanges {
  /**
   * @param {{ matrices: string[], signal: AbortSignal, onpick: (matrix: string) => void }} options
   *   matrices: all that are changed, such as "0.qkv"
   */
  constructor({ matrices, signal, onpick }) {
    const unique = (/** @type {number} */ i) => [...new Set(matrices.map((m) => m.split(".")[i]))];
    const [blocks, parts] = [unique(0), unique(1)];
    const n_layer = blocks.length;
    this.cells = parts.flatMap((part) =>
      blocks.map((block) => {
        const matrix = `${block}.${part}`;
        const name = h("span", { class: "llm-dial-cell-name" });
        const view = h("button", { type: "button", onclick: () => onpick(matrix) }, name);
        return { matrix, view, name };
      })
    );
    const views = this.cells.map(({ view }) => view);
    const group = h(
      "div",
      {
        class: "llm-dial-cells",
        role: "group",
        "aria-label": "Matrices that the adapter changes",
        style: `--blocks:${n_layer}`,
      },
      h("span"),
      ...blocks.map((block) => h("span", { class: "llm-note" }, `block ${block}`)),
      ...parts.flatMap((part, row) => [
        h("span", { class: "llm-note" }, part),
        ...views.slice(row * n_layer, (row + 1) * n_layer),
      ]),
    );
    rove(group, () => views, { columns: () => n_layer });
    this.canvas = h("canvas", { role: "img" });
    this.drawnWords = h("span");
    const key = (/** @type {string} */ side, /** @type {string} */ meaning) =>
      h("span", { class: "llm-dial-key" }, h("i", { class: side, "aria-hidden": "true" }), meaning);
    this.note = h(
      "p",
      { class: "llm-note" },
      this.drawnWords,
      key("llm-dial-plus", "above 0"),
      ", ",
      key("llm-dial-minus", "below"),
      ", stronger where larger",
    );
    this.element = h(
      "div",
      { class: "llm-dial-changes" },
      h("p", { class: "llm-label" }, "Length of the change, as a share of the weight's"),
      h("div", { class: "llm-dial-matrices" }, group, this.canvas),
      this.note,
    );
    this.drawn = /** @type {Change | null} */ (null);
    onTheme(signal, () => this.draw());
  }

  /**
   * @param {Map<string, Change>} changes by matrix
   * @param {string} chosen
   * @param {number} factor on all of them
   */
  show(changes, chosen, factor) {
    const largest = Math.max(...[...changes.values()].map(({ share }) => share));
    for (const { matrix, view, name } of this.cells) {
      const share = factor * (changes.get(matrix)?.share ?? 0);
      const isChosen = matrix === chosen;
      name.textContent = wholePercent(share);
      const level = Math.round(45 * Math.min(1, share / (2 * largest)));
      view.style.setProperty("--level", `${level}%`);
      view.setAttribute("aria-pressed", String(isChosen));
      view.setAttribute("aria-label", `${matrixWords(matrix)}: ${wholePercent(share)}`);
      view.tabIndex = isChosen ? 0 : -1;
    }
    const drawn = entryOf(changes, chosen);
    const { r, change, inputs } = drawn;
    const outputs = change.length / inputs;
    this.drawnWords.textContent = `Drawn: B\u00a0A of ${matrixWords(chosen)}: rank ${r}, ${
      change.length.toLocaleString("en")
    } numbers from ${(r * (outputs + inputs)).toLocaleString("en")} learned ones; `;
    if (this.drawn?.change === change) return;
    this.drawn = drawn;
    this.canvas.setAttribute(
      "aria-label",
      `Heat map of ${matrixWords(chosen)}: ${outputs} outputs across, ${inputs} inputs down; ` +
        `each of its rows is a mix of the same ${r === 1 ? "row" : `${r} rows`}.`,
    );
    this.draw();
  }

  /** Paint the change, one pixel a number: outputs go across, inputs down. */
  draw() {
    if (!this.drawn) return;
    const { canvas, drawn: { change, inputs } } = this;
    const outputs = change.length / inputs;
    canvas.width = outputs;
    canvas.height = inputs;
    const context = penOf(canvas);
    const image = context.createImageData(outputs, inputs);
    const most = change.reduce((top, v) => Math.max(top, Math.abs(v)), 1e-9);
    const above = themeColour(canvas, "--llm-ramp-4");
    const below = themeColour(canvas, "--llm-below-2");
    change.forEach((value, i) => {
      const at = 4 * ((i % inputs) * outputs + Math.floor(i / inputs));
      image.data.set(value > 0 ? above : below, at);
      image.data[at + 3] = 255 * (Math.abs(value) / most) ** 0.6;
    });
    context.putImageData(image, 0, 0);
  }
}
