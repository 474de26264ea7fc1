// A map with a cell for each layer and token, or each layer and head, from −1 through 0 to 1.

import { h, monoFont, onceLettersCome, penOf, themeColour } from "../shared/dom.js";
import { visibleText } from "../shared/tokens.js";
import { decimals } from "../shared/words.js";

/** @import { Colour } from "../shared/types.js" */

/**
 * @typedef {object} MapShown
 * @property {number[][]} values by row and column; one that is not there yet is undefined
 * @property {string[]} rows their names
 * @property {string[]} columns their names
 * @property {Set<number>} marked columns that are set off, as the texts differ there
 * @property {[row: number, column: number]} cell that is chosen
 * @property {string} words what it says
 */

const LETTERS = 12; // pixels, the size of a label's letters
const NARROW = 13; // pixels: below that a finger finds no column, and the map scrolls
const SMALL = 480; // pixels of the whole: below that, the rows' names are short
const HIGH = 25; // as the rows' names in patch_lab.css
const LEFT = 2; // where the cells begin
const MARGIN = 4; // around the canvas, for the outline of what has the focus
const WIDE_ENOUGH = 38; // for a number in the cell

/** @param {string} text */
const inShort = (text) => text.length > 11 ? text.slice(0, 10) + "…" : text;

/**
 * The colour of a value: amounts below zero and above have a hue each, and 0 is the page's.
 * @param {number} value
 * @param {(name: string) => Colour} theme
 * @returns {Colour}
 */
export function divergingColour(value, theme) {
  const names = value < 0 ? ["0", "below-1", "below-2"] : ["0", "ramp-2", "ramp-4"];
  const stops = names.map((name) => theme(name === "0" ? "--llm-bg" : `--llm-${name}`));
  const along = 2 * Math.min(1, Math.abs(value));
  const i = Math.min(1, Math.floor(along));
  const mix = (/** @type {number} */ c) =>
    Math.round(stops[i][c] + (along - i) * (stops[i + 1][c] - stops[i][c]));
  return [mix(0), mix(1), mix(2)];
}

/**
 * The map, of which one cell is chosen by click, tap or arrow key. It is a slider for assistive
 * technology: one value, the cell, that arrow keys change.
 */
export class PatchMap {
  /** @type {MapShown} */ shown;

  /** @param {(row: number, column: number) => void} onpick */
  constructor(onpick) {
    this.canvas = h("canvas", { class: "llm-patch-canvas" });
    this.control = h("div", {
      class: "llm-patch-control",
      role: "slider",
      tabindex: 0,
      "aria-label": "Cell of the map: arrow keys go through layers and columns",
    }, this.canvas);
    this.names = h("div", { class: "llm-patch-names", "aria-hidden": "true" });
    this.box = h("div", { class: "llm-patch-box" }, this.control); // scrolls, where it is narrow
    this.element = h("div", { class: "llm-patch-map" }, this.names, this.box);
    onceLettersCome(() => this.shown && this.draw());
    this.top = this.wide = 0; // where the cells begin, and how wide one is
    this.box.addEventListener("scroll", () => this.fade(), { passive: true });
    const pick = (/** @type {number} */ row, /** @type {number} */ column) => {
      const { rows, columns } = this.shown;
      const clamp = (/** @type {number} */ i, /** @type {number} */ n) =>
        Math.max(0, Math.min(n - 1, i));
      this.shown.cell = [clamp(row, rows.length), clamp(column, columns.length)];
      onpick(...this.shown.cell);
      this.bringIntoView();
    };
    this.control.addEventListener("click", (event) => {
      const { left, top } = this.canvas.getBoundingClientRect();
      const row = Math.floor((event.clientY - top - this.top) / HIGH);
      const column = Math.floor((event.clientX - left - LEFT) / this.wide);
      const { rows, columns, cell } = this.shown;
      const isInside = row < rows.length && column >= 0 && column < columns.length;
      if (isInside) pick(row < 0 ? cell[0] : row, column); // a name chooses its column
    });
    this.control.addEventListener("keydown", (event) => {
      const [row, column] = this.shown.cell;
      /** @type {Record<string, [row: number, column: number]>} */
      const cells = {
        ArrowUp: [row - 1, column],
        ArrowDown: [row + 1, column],
        ArrowLeft: [row, column - 1],
        ArrowRight: [row, column + 1],
        Home: [row, 0],
        End: [row, this.shown.columns.length - 1],
      };
      if (!(event.key in cells) || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      pick(...cells[event.key]);
    });
  }

  /** @param {MapShown} shown */
  show(shown) {
    const moved = String(this.shown?.cell) !== String(shown.cell);
    this.shown = shown;
    const { rows, columns, cell: [row, column] } = shown;
    const said = {
      valuemin: 0,
      valuemax: rows.length * columns.length - 1,
      valuenow: row * columns.length + column,
      valuetext: shown.words,
    };
    for (const [name, value] of Object.entries(said)) {
      this.control.setAttribute(`aria-${name}`, String(value));
    }
    this.draw();
    if (moved) this.bringIntoView();
  }

  /** Draw all of it anew. */
  draw() {
    const { rows, columns, values, cell, marked } = this.shown;
    const texts = columns.map((text) => inShort(visibleText(text)));
    const longest = (/** @type {string[]} */ names) => Math.max(...names.map((n) => n.length));
    this.nameRows();
    const room = (this.box.clientWidth - 16) / columns.length;
    this.wide = Math.max(NARROW, Math.min(60, Math.floor(room)));
    const level = this.wide >= 7.3 * longest(texts) + 6; // names lie, where there is room
    this.top = level ? 20 : 10 + 7.3 * longest(texts);
    const width = Math.ceil(LEFT + columns.length * this.wide + 3);
    const height = Math.ceil(this.top + rows.length * HIGH + 3);
    const isNew = this.canvas.style.width !== `${width}px`;
    const context = this.start(width, height);
    const colours = this.theme();
    rows.forEach((_, r) => {
      columns.forEach((_, c) => {
        const x = LEFT + c * this.wide;
        const y = this.top + r * HIGH;
        const value = values[r]?.[c];
        const colour = value === undefined ? colours("--llm-bg") : divergingColour(value, colours);
        context.fillStyle = `rgb(${colour})`;
        context.fillRect(x, y, this.wide - 1, HIGH - 1);
        context.strokeStyle = `rgb(${colours("--llm-line")})`;
        context.strokeRect(x - 0.5, y - 0.5, this.wide, HIGH);
        if (value !== undefined && this.wide >= WIDE_ENOUGH) {
          this.write(context, decimals(value), x + this.wide / 2, y + HIGH / 2, onTop(colour));
        }
      });
    });
    this.label(context, texts, level, marked, colours);
    context.strokeStyle = `rgb(${colours("--llm-fg")})`;
    context.lineWidth = 3;
    const [row, column] = cell;
    const x = LEFT + column * this.wide;
    context.strokeRect(x - 1, this.top + row * HIGH - 1, this.wide + 1, HIGH + 1);
    if (isNew) { // the end, where the answer is, and from there back to the cell
      this.box.scrollLeft = this.box.scrollWidth;
      this.bringIntoView();
    }
    this.fade();
  }

  /** The rows' names; where there is little room, what they have in common stands above them. */
  nameRows() {
    const { rows, cell: [row] } = this.shown;
    const isSmall = this.element.clientWidth < SMALL;
    const short = (/** @type {string} */ name) => name.split(" ").at(-1) ?? name;
    this.names.dataset.kind = isSmall ? rows[0].split(" ")[0] : "";
    this.names.replaceChildren(
      ...rows.map((name, r) => h(r === row ? "b" : "span", {}, isSmall ? short(name) : name)),
    );
  }

  /** Where more columns lie beyond an edge, it fades. */
  fade() {
    const { classList, scrollLeft, scrollWidth, clientWidth } = this.box;
    classList.toggle("llm-patch-before", scrollLeft > MARGIN);
    classList.toggle("llm-patch-after", scrollLeft + clientWidth < scrollWidth - MARGIN);
  }

  /** A theme's colours, each looked up once. */
  theme() {
    /** @type {Map<string, Colour>} */
    const known = new Map();
    return (/** @type {string} */ name) => {
      const colour = known.get(name) ?? themeColour(this.control, name);
      known.set(name, colour);
      return colour;
    };
  }

  /**
   * A clean sheet of a size in pixels of the page.
   * @param {number} width
   * @param {number} height
   */
  start(width, height) {
    const ratio = Math.min(devicePixelRatio || 1, 8000 / width);
    const { canvas } = this;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    const context = penOf(canvas);
    context.scale(ratio, ratio);
    return context;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {string[]} texts
   * @param {boolean} level
   * @param {Set<number>} marked
   * @param {(name: string) => Colour} colours
   */
  label(context, texts, level, marked, colours) {
    const [strong, muted] = ["--llm-fg", "--llm-muted"].map(colours);
    const [, column] = this.shown.cell;
    this.names.style.paddingTop = `${this.top + MARGIN}px`;
    this.names.style.setProperty("--top", `${this.top}px`);
    texts.forEach((text, c) => {
      const isStrong = c === column || marked.has(c);
      context.save();
      context.translate(LEFT + (c + 0.5) * this.wide, this.top - 6);
      if (!level) context.rotate(-Math.PI / 2);
      const align = level ? "center" : "left";
      this.write(context, text, 0, level ? -4 : 0, isStrong ? strong : muted, align, isStrong);
      if (marked.has(c)) { // a line under the name, so that not the letters alone say it
        context.fillStyle = `rgb(${strong})`;
        const length = context.measureText(text).width;
        if (level) context.fillRect(-length / 2, 3, length, 1.5);
        else context.fillRect(0, 6, length, 1.5);
      }
      context.restore();
    });
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {string} text
   * @param {number} x
   * @param {number} y its middle
   * @param {Colour} colour
   * @param {CanvasTextAlign} [align]
   * @param {boolean} [bold]
   */
  write(context, text, x, y, colour, align = "center", bold = false) {
    context.font = monoFont(LETTERS, bold);
    context.textBaseline = "middle";
    context.textAlign = align;
    context.fillStyle = `rgb(${colour})`;
    context.fillText(text, x, y);
  }

  /** In a box that scrolls, keep the chosen cell in sight. */
  bringIntoView() {
    const { box } = this;
    const left = MARGIN + this.shown.cell[1] * this.wide;
    if (left < box.scrollLeft + this.wide) box.scrollLeft = left - 2 * this.wide;
    if (left + 2 * this.wide > box.scrollLeft + box.clientWidth) {
      box.scrollLeft = left + 2 * this.wide - box.clientWidth;
    }
  }
}

/**
 * Black or white, whichever can be read on a colour.
 * @param {Colour} colour
 * @returns {Colour}
 */
function onTop([red, green, blue]) {
  const light = 0.299 * red + 0.587 * green + 0.114 * blue;
  return light > 140 ? [0, 0, 0] : [255, 255, 255];
}
