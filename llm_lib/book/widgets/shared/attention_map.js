// Attention weights as pictures: small ones without labels, and a large one whose rows can be
// walked.

import { h, monoFont, onceLettersCome, penOf, themeColour } from "./dom.js";
import { visibleText } from "./tokens.js";

/** @import { Colour } from "./types.js" */

const LABEL = 13; // pixels, the size of a label's letters
const LETTER = 7.9; // and how wide one is
const AXIS = 18; // pixels, the room for an axis' name where no labels have room
const TOLD = 0.1; // a weight whose token is named in any case

/**
 * How dark a weight is drawn: a little darker than its share, so that faint ones are still seen.
 * @param {number} weight
 */
export const shade = (weight) => weight ** 0.7;

/**
 * A label that fits beside the map.
 * @param {string} text
 */
const shorten = (text) => text.length > 9 ? text.slice(0, 8) + "…" : text;

/**
 * Paint weights (T, T) on a canvas, one pixel a weight; CSS makes it large.
 * @param {HTMLCanvasElement} canvas
 * @param {Float32Array} weights
 * @param {number} T
 * @param {Colour} pair
 */
export function paintThumbnail(canvas, weights, T, [red, green, blue]) {
  canvas.width = canvas.height = T;
  const context = penOf(canvas);
  const image = context.createImageData(T, T);
  for (let i = 0; i < T * T; i++) {
    image.data[4 * i] = red;
    image.data[4 * i + 1] = green;
    image.data[4 * i + 2] = blue;
    image.data[4 * i + 3] = 255 * shade(weights[i]);
  }
  context.putImageData(image, 0, 0);
}

/**
 * A map with the tokens on both axes: rows are queries (who looks), columns are keys (at whom).
 * onpick(row): a row was chosen by click, tap or arrow key. onhover(row or null): the mouse is over
 * it. It is a slider for assistive technology: one value, the row, that arrow keys change.
 */
export class AttentionMap {
  /**
   * ink: the colour of the weights; calm: where there is no room for all labels, those of the row
   * and of what it looks at alone, and the axes' names.
   * @param {{ onpick: (row: number) => void, onhover: (row: number | null) => void, ink?: string,
   *   calm?: boolean }} options
   */
  constructor({ onpick, onhover, ink = "--llm-weight", calm = false }) {
    this.ink = ink;
    this.calm = calm;
    this.canvas = h("canvas", { class: "llm-map-canvas" });
    this.control = h("div", {
      class: "llm-map-control",
      role: "slider",
      tabindex: 0,
      "aria-orientation": "vertical",
      "aria-label": "Query token in the attention map",
    }, this.canvas);
    this.element = h("div", { class: "llm-map" }, this.control);
    this.T = 0;
    this.row = -1; // the query that is marked
    this.gutter = 0; // the room for labels, in pixels
    this.rise = 0; // of which so much is not needed above, where the axis' name is in the future
    this.cell = 0; // the size of a square
    this.named = true; // whether labels are drawn
    this.hovering = false;
    this.drawAgain = () => {}; // what was shown last
    onceLettersCome(() => this.drawAgain());
    const rowAt = (/** @type {MouseEvent} */ event) =>
      Math.floor(
        (event.clientY - this.canvas.getBoundingClientRect().top - this.top) / this.cell,
      );
    const hover = (/** @type {number | null} */ row) => {
      this.hovering = row !== null;
      onhover(row);
    };
    const inside = (/** @type {number} */ row) => row >= 0 && row < this.T;
    this.control.addEventListener("click", (event) => {
      if (inside(rowAt(event))) onpick(rowAt(event));
    });
    this.control.addEventListener("pointermove", (event) => {
      if (event.pointerType === "mouse") hover(inside(rowAt(event)) ? rowAt(event) : null);
    });
    this.control.addEventListener("pointerleave", () => hover(null));
    this.control.addEventListener("keydown", (event) => {
      /** @type {Record<string, number>} */
      const rows = {
        ArrowUp: this.row - 1,
        ArrowLeft: this.row - 1,
        ArrowDown: this.row + 1,
        ArrowRight: this.row + 1,
        Home: 0,
        End: this.T - 1,
      };
      const row = rows[event.key];
      if (row === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      hover(null);
      // Now, not at the next paint: keys may come fast
      this.row = Math.min(this.T - 1, Math.max(0, row));
      onpick(this.row);
      this.bringIntoView();
    });
  }

  /**
   * weights (T, T); labels: T texts; row: the query to mark; words: what that row says.
   * @param {{ weights: Float32Array, labels: string[], row: number, words: string, off: boolean }}
   *   options
   */
  show({ weights, labels, row, words, off }) {
    const T = (this.T = labels.length);
    const moved = this.row !== row && !this.hovering;
    this.row = row;
    const said = { valuemin: 0, valuemax: T - 1, valuenow: row, valuetext: words };
    for (const [name, value] of Object.entries(said)) {
      this.control.setAttribute(`aria-${name}`, String(value));
    }
    const texts = labels.map((label) => shorten(visibleText(label)));
    this.measure(texts);
    this.draw(weights, texts, row, off);
    this.drawAgain = () => this.draw(weights, texts, row, off);
    if (moved) this.bringIntoView();
  }

  /**
   * Find the size of a square, and whether labels have room beside them.
   * @param {string[]} texts
   */
  measure(texts) {
    const { T } = this;
    const room = () => Math.floor((this.element.clientWidth - this.gutter - 12) / T);
    this.gutter = 12 + LETTER * Math.max(...texts.map((text) => text.length));
    this.named = room() >= LABEL + 1;
    if (!this.named) this.gutter = this.calm ? AXIS : 2;
    this.rise = this.named ? 0 : this.gutter - 2;
    this.cell = Math.max(2, Math.min(26, room()));
  }

  /** The room above the first row. */
  get top() {
    return this.gutter - this.rise;
  }

  /**
   * @param {Float32Array} weights
   * @param {string[]} texts
   * @param {number} row
   * @param {boolean} off
   */
  draw(weights, texts, row, off) {
    const { T, cell, gutter, rise } = this;
    const size = Math.ceil(gutter + T * cell + 2);
    const { canvas } = this;
    const ratio = Math.min(devicePixelRatio || 1, 8000 / size);
    const context = penOf(canvas);
    canvas.width = Math.round(size * ratio);
    canvas.height = Math.round((size - rise) * ratio);
    canvas.style.width = `${size}px`;
    canvas.style.height = `${size - rise}px`;
    context.scale(ratio, ratio);
    context.translate(0, -rise);
    const rgb = (/** @type {string} */ name) => `rgb(${themeColour(this.element, name)})`;
    const [line, strong, muted] = ["--llm-line", "--llm-fg", "--llm-muted"].map(rgb);
    context.fillStyle = off ? muted : rgb(this.ink);
    for (let q = 0; q < T; q++) {
      for (let k = 0; k <= q; k++) {
        context.globalAlpha = shade(weights[q * T + k]);
        context.fillRect(gutter + k * cell, gutter + q * cell, cell - 1, cell - 1);
      }
    }
    context.globalAlpha = 1;
    // The staircase: to its upper right lies the future, which no token can see.
    context.strokeStyle = line;
    context.beginPath();
    context.moveTo(gutter - 0.5, gutter - 0.5);
    for (let q = 0; q < T; q++) {
      context.lineTo(gutter + (q + 1) * cell - 0.5, gutter + q * cell - 0.5);
      context.lineTo(gutter + (q + 1) * cell - 0.5, gutter + (q + 1) * cell - 0.5);
    }
    context.lineTo(gutter - 0.5, gutter + T * cell - 0.5);
    context.closePath();
    context.stroke();
    if (this.named) this.drawLabels(context, texts, row, strong, muted);
    else this.drawStairs(context, weights, texts, row, size, strong, muted);
    if (this.calm && !this.named) this.drawAxes(context, muted, size);
    context.strokeStyle = strong;
    context.lineWidth = 2;
    context.strokeRect(gutter - 1.5, gutter + row * cell - 1.5, (row + 1) * cell + 2, cell + 2);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {string[]} texts
   * @param {number} row
   * @param {string} strong
   * @param {string} muted
   */
  drawLabels(context, texts, row, strong, muted) {
    const { T, cell, gutter } = this;
    context.textBaseline = "middle";
    for (let t = 0; t < T; t++) {
      context.font = monoFont(LABEL, t === row);
      context.fillStyle = t === row ? strong : muted;
      context.textAlign = "right";
      context.fillText(texts[t], gutter - 5, gutter + (t + 0.5) * cell);
      context.save();
      context.translate(gutter + (t + 0.5) * cell, gutter - 5);
      context.rotate(-Math.PI / 2);
      context.textAlign = "left";
      context.fillText(texts[t], 0, 0);
      context.restore();
    }
  }

  /**
   * What a row is, and a column.
   * @param {CanvasRenderingContext2D} context
   * @param {string} muted
   * @param {number} size of the canvas, in pixels
   */
  drawAxes(context, muted, size) {
    const { gutter, rise } = this;
    context.font = `13px ${getComputedStyle(this.element).fontFamily}`;
    context.textBaseline = "middle";
    context.fillStyle = muted;
    context.textAlign = "right";
    context.fillText("which token is looked at (key) →", size - 2, rise + 9);
    context.save();
    context.translate(gutter / 2 - 1, gutter);
    context.rotate(-Math.PI / 2);
    context.textAlign = "right";
    context.fillText("← which token looks (query)", 0, 0);
    context.restore();
  }

  /**
   * Where not all labels have room: along the staircase, where the future is, the chosen row's,
   * those of the tokens that it looks at most, and of others as they fit.
   * @param {CanvasRenderingContext2D} context
   * @param {Float32Array} weights
   * @param {string[]} texts
   * @param {number} row
   * @param {number} size of the canvas, in pixels
   * @param {string} strong
   * @param {string} muted
   */
  drawStairs(context, weights, texts, row, size, strong, muted) {
    const { cell, gutter, T } = this;
    const write = (
      /** @type {number} */ t,
      /** @type {number} */ at,
      /** @type {boolean} */ bold,
    ) => {
      context.font = monoFont(LABEL, bold);
      const y = Math.max(this.rise + LABEL / 2 + 1, gutter + (at + 0.5) * cell);
      const x = gutter + (at + 1) * cell + 6;
      const isFree = taken.every((other) => Math.abs(other - y) > LABEL);
      if (!isFree || x + context.measureText(texts[t]).width > size - 2) return false;
      context.fillText(texts[t], x, y);
      taken.push(y);
      return true;
    };
    /** @type {number[]} */
    const taken = [];
    context.textBaseline = "middle";
    context.textAlign = "left";
    context.fillStyle = strong;
    let beside = row; // one of the last rows: higher up, where it fits
    while (!write(row, beside, true) && beside > 0) beside--;
    const looks = (/** @type {number} */ t) => t < row ? weights[row * T + t] : 0;
    const others = [...texts.keys()].filter((t) => t !== row).sort((a, b) => looks(b) - looks(a));
    const told = this.calm ? others.filter((t) => looks(t) >= TOLD) : others;
    for (const t of told) {
      context.fillStyle = looks(t) >= TOLD ? strong : muted;
      write(t, t, false);
    }
  }

  /** In a box that scrolls, keep the chosen row in sight. */
  bringIntoView() {
    const top = this.top + this.row * this.cell;
    const box = this.element;
    if (top < box.scrollTop + this.top) box.scrollTop = top - this.top;
    if (top + this.cell > box.scrollTop + box.clientHeight) {
      box.scrollTop = top + this.cell - box.clientHeight + 8;
    }
  }
}
