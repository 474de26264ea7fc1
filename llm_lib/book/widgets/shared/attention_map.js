// Attention weights as pictures: small ones without labels, and a large one whose rows can be
// walked.

import { h, onceLettersCome, penOf, themeColour } from "./dom.js";
import { LABEL, nameBeside, nameInStairs, roomInStairs, TOLD } from "./map_names.js";
import { visibleText } from "./tokens.js";

/** @import { Colour } from "./types.js" */

const LETTER = 7.9; // pixels, how wide a label's letter is
const LABEL_LETTERS = 13; // letters of a label: as many as <|endoftext|> has
const EDGE = 8; // pixels that the map's control has around it
const SQUARES = 24; // squares of a small picture's side; of more tokens, some share one

/**
 * How dark a weight is drawn: a little darker than its share, so that faint ones are still seen.
 * @param {number} weight
 */
export const shade = (weight) => weight ** 0.7;

const DARK = 0.6; // the same exponent for a small picture, which is darker

/**
 * A label that fits beside the map.
 * @param {string} text
 */
const shorten = (text) =>
  text.length > LABEL_LETTERS ? text.slice(0, LABEL_LETTERS - 1) + "…" : text;

/**
 * Paint weights (T, T) small on a canvas, a pixel a square; CSS makes it large. Where tokens share
 * a square, it shows the largest of their weights.
 * @param {HTMLCanvasElement} canvas
 * @param {Float32Array} weights
 * @param {number} T
 * @param {Colour} pair
 */
export function paintThumbnail(canvas, weights, T, [red, green, blue]) {
  const shared = Math.ceil(T / SQUARES);
  const n = canvas.width = canvas.height = Math.ceil(T / shared);
  const most = new Float32Array(n * n);
  for (let i = 0; i < T * T; i++) {
    const square = n * Math.floor(i / T / shared) + Math.floor((i % T) / shared);
    most[square] = Math.max(most[square], weights[i]);
  }
  const context = penOf(canvas);
  const image = context.createImageData(n, n);
  most.forEach((weight, i) => image.data.set([red, green, blue, 255 * weight ** DARK], 4 * i));
  context.putImageData(image, 0, 0);
}

/**
 * A map with the tokens on both axes: rows are queries (who looks), columns are keys (at whom).
 * onpick(row): a row was chosen by click, tap or arrow key. onhover(row or null): the mouse is over
 * it. It is a slider for assistive technology: one value, the row, that arrow keys change.
 */
export class AttentionMap {
  /**
   * ink: the colour of the weights.
   * @param {{ onpick: (row: number) => void, onhover: (row: number | null) => void, ink?: string }}
   *   options
   */
  constructor({ onpick, onhover, ink = "--llm-weight" }) {
    this.ink = ink;
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
    this.cell = 0; // the size of a square
    this.named = true; // whether labels are drawn
    this.hovering = false;
    this.drawAgain = () => {}; // what was shown last
    onceLettersCome(() => this.drawAgain());
    const rowAt = (/** @type {MouseEvent} */ event) =>
      Math.floor(
        (event.clientY - this.canvas.getBoundingClientRect().top - this.gutter) / this.cell,
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
    if (this.named) {
      this.cell = Math.min(26, room());
      return;
    }
    this.gutter = 2;
    const free = this.element.clientWidth - EDGE - this.gutter;
    const dots = devicePixelRatio || 1; // squares begin at whole ones
    const most = roomInStairs(penOf(this.canvas), texts, free);
    this.cell = Math.max(2, Math.min(26, Math.floor(most * dots) / dots));
  }

  /**
   * @param {Float32Array} weights
   * @param {string[]} texts
   * @param {number} row
   * @param {boolean} off
   */
  draw(weights, texts, row, off) {
    const { T, cell, gutter } = this;
    const size = Math.ceil(gutter + T * cell + 2);
    const across = this.named ? size : Math.max(size, this.element.clientWidth - EDGE);
    const { canvas } = this;
    const ratio = Math.min(devicePixelRatio || 1, 8000 / across);
    const context = penOf(canvas);
    canvas.width = Math.round(across * ratio);
    canvas.height = Math.round(size * ratio);
    canvas.style.width = `${across}px`;
    canvas.style.height = `${size}px`;
    context.scale(ratio, ratio);
    const rgb = (/** @type {string} */ name) => `rgb(${themeColour(this.element, name)})`;
    const [strong, muted] = ["--llm-fg", "--llm-muted"].map(rgb);
    this.drawGround(context, rgb);
    context.fillStyle = off ? muted : rgb(this.ink);
    for (let q = 0; q < T; q++) {
      for (let k = 0; k <= q; k++) {
        context.globalAlpha = shade(weights[q * T + k]);
        context.fillRect(gutter + k * cell, gutter + q * cell, cell - 1, cell - 1);
      }
    }
    context.globalAlpha = 1;
    const looks = (/** @type {number} */ t) => t < row ? weights[row * T + t] : 0;
    const sheet = { context, texts, row, cell, gutter, across, strong, muted };
    if (this.named) nameBeside(sheet);
    else nameInStairs(sheet, looks);
    context.strokeStyle = off ? muted : rgb(this.ink); // from a named token down to who looks at it
    for (let k = 0; k < row; k++) {
      const from = gutter + k * cell - 0.5;
      if (!this.named && looks(k) >= TOLD) context.strokeRect(from, from, cell, (row - k) * cell);
    }
    context.strokeStyle = strong;
    context.lineWidth = 2;
    context.strokeRect(gutter - 1.5, gutter + row * cell - 1.5, (row + 1) * cell + 2, cell + 2);
  }

  /**
   * The ground of what can be seen: to the upper right of its stairs lies the future, which no
   * token can see. They have a line where no names stand along them.
   * @param {CanvasRenderingContext2D} context
   * @param {(name: string) => string} rgb
   */
  drawGround(context, rgb) {
    const { T, cell, gutter } = this;
    context.beginPath();
    context.moveTo(gutter - 0.5, gutter - 0.5);
    for (let q = 0; q < T; q++) {
      context.lineTo(gutter + (q + 1) * cell - 0.5, gutter + q * cell - 0.5);
      context.lineTo(gutter + (q + 1) * cell - 0.5, gutter + (q + 1) * cell - 0.5);
    }
    context.lineTo(gutter - 0.5, gutter + T * cell - 0.5);
    context.closePath();
    context.fillStyle = rgb("--llm-surface");
    context.strokeStyle = rgb("--llm-line");
    if (this.named) context.stroke();
    else context.fill();
  }

  /** In a box that scrolls, keep the chosen row in sight. */
  bringIntoView() {
    const top = this.gutter + this.row * this.cell;
    const box = this.element;
    if (top < box.scrollTop + this.gutter) box.scrollTop = top - this.gutter;
    if (top + this.cell > box.scrollTop + box.clientHeight) {
      box.scrollTop = top + this.cell - box.clientHeight + 8;
    }
  }
}
