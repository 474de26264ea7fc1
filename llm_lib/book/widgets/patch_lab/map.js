// A map with a cell for each layer and token, or each layer and head, from −1 through 0 to 1.

import { h, onceLettersCome, penOf } from "../shared/dom.js";
import { decimals } from "../shared/words.js";
import { coloursOf, divergingColour, nameOf, onTop, tersely, write } from "./ink.js";
import { labelColumns } from "./names.js";
import { drawRoutes } from "./routes.js";

/** @import { Colour } from "../shared/types.js" */

/**
 * @typedef {object} MapShown
 * @property {number[][]} values by row and column; one that is not there yet is undefined
 * @property {string[]} rows their names
 * @property {string[]} columns their names
 * @property {Set<number>} marked columns that are set off, as the texts differ there
 * @property {number} alike how many of the first columns can hold nothing: both texts begin so
 * @property {[row: number, column: number]} cell that is chosen
 * @property {string} words what it says
 * @property {boolean} isStream whether a column is a token's vector, layer after layer
 */

const NARROW = 11; // pixels: below that a finger finds no column, and the map scrolls
const SMALL = 480; // pixels of the whole: below that, the rows' names are short
const HIGH = 25;
const HIGHER = 34; // where the map stands alone, or its numbers stand upright
const FEW = 6; // rows of cells that may be higher
const FIRST_ALIKE = 6; // columns that hold nothing: as many are drawn narrow
const SLIM = 7; // and how wide one of those is
const SLIMMEST = 20; // or all of them, where there is little room: as wide as their one name stands
const LEFT = 2; // where the cells begin
const MARGIN = 4; // around the canvas, for the outline of what has the focus
const WIDE_ENOUGH = 38; // for a number in each cell
const NOTHING = 0.05; // a value below it has a dot in place of a cell
const TELLING = 0.1; // a value whose number stands in a somewhat narrower cell, too
const UPRIGHT = 11; // pixels, the size of a number's letters in a cell that is higher than wide

/**
 * The map, of which one cell is chosen by click, tap or arrow key. It is a slider for assistive
 * technology: one value, the cell, that arrow keys change.
 */
export class PatchMap {
  /** @type {MapShown} */ shown;

  /**
   * @param {(row: number, column: number) => void} onpick
   * @param {boolean} [isAlone] whether no controls stand above it
   */
  constructor(onpick, isAlone = false) {
    this.isAlone = isAlone;
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
    this.high = HIGH;
    this.alike = 0; // how many are narrow
    this.slim = SLIM;
    this.isUpright = false; // whether cells are higher than wide
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
      const row = Math.floor((event.clientY - top - this.top) / this.high);
      const column = this.columnAt(event.clientX - left);
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
    const { rows, columns, values, cell: [row, column], marked } = this.shown;
    const texts = columns.map(nameOf);
    const longest = (/** @type {string[]} */ names) => Math.max(...names.map((n) => n.length));
    this.measure();
    this.nameRows();
    const level = this.wide >= 7.3 * longest(texts) + 6; // names lie, where there is room
    const all = this.slim < SLIM ? [...texts, `${this.alike} alike`] : texts; // as it stands there
    this.top = level ? 20 : 18 + 7.3 * longest(all);
    const width = Math.ceil(this.leftOf(columns.length) + 3);
    const height = Math.ceil(this.top + rows.length * this.high + 3);
    const isNew = this.canvas.style.width !== `${width}px`;
    const context = this.start(width, height);
    const colours = coloursOf(this.control);
    if (this.shown.isStream) drawRoutes(context, values, rows.length, this, colours);
    rows.forEach((_, r) => {
      if (this.alike) this.drawAlike(context, r, colours);
      for (let c = this.alike; c < columns.length; c++) {
        this.drawCell(context, r, c, values[r]?.[c], colours);
      }
    });
    this.names.style.paddingTop = `${this.top + MARGIN}px`;
    this.names.style.setProperty("--top", `${this.top}px`);
    this.names.style.setProperty("--high", `${this.high}px`);
    labelColumns(context, this, { texts, level, marked, column }, colours);
    context.strokeStyle = `rgb(${colours("--llm-fg")})`;
    context.lineWidth = 3;
    const y = this.top + row * this.high;
    context.beginPath();
    context.roundRect(this.leftOf(column) - 1, y - 1, this.widthOf(column) + 1, this.high + 1, 4);
    context.stroke();
    if (isNew) { // the end, where the answer is, and from there back to the cell
      this.box.scrollLeft = this.box.scrollWidth;
      this.bringIntoView();
    }
    this.fade();
  }

  /** Find how large the cells are, and which are narrow. */
  measure() {
    const { rows, columns, alike } = this.shown;
    this.alike = alike >= FIRST_ALIKE ? alike : 0;
    const isSmall = this.element.clientWidth < SMALL;
    this.slim = isSmall && this.alike ? SLIMMEST / this.alike : SLIM;
    const room = this.box.clientWidth - 16 - this.alike * this.slim;
    const wide = Math.floor(room / (columns.length - this.alike));
    this.wide = Math.max(NARROW, Math.min(60, wide));
    const isRoomy = this.isAlone && !isSmall;
    this.isUpright = this.wide < WIDE_ENOUGH - 8 && isSmall;
    this.high = rows.length <= FEW && (isRoomy || this.isUpright) ? HIGHER : HIGH;
  }

  /** @param {number} c a column, or the one behind the last */
  leftOf(c) {
    const slim = Math.min(c, this.alike);
    return LEFT + slim * this.slim + (c - slim) * this.wide;
  }

  /** @param {number} c */
  widthOf(c) {
    return c < this.alike ? this.slim : this.wide;
  }

  /** @param {number} x in pixels of the canvas */
  columnAt(x) {
    const start = this.leftOf(this.alike);
    return Math.floor(x < start ? (x - LEFT) / this.slim : this.alike + (x - start) / this.wide);
  }

  /**
   * What holds nothing, in one: a patch from a text that is the same up to there changes nothing.
   * @param {CanvasRenderingContext2D} context
   * @param {number} r
   * @param {(name: string) => Colour} colours
   */
  drawAlike(context, r, colours) {
    context.fillStyle = `rgba(${colours("--llm-line")}, 0.45)`;
    context.beginPath();
    const wide = this.alike * this.slim - 2;
    context.roundRect(LEFT + 0.5, this.top + r * this.high + 0.5, wide, this.high - 2, 3);
    context.fill();
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} r
   * @param {number} c
   * @param {number | undefined} value
   * @param {(name: string) => Colour} colours
   */
  drawCell(context, r, c, value, colours) {
    const [x, y, wide] = [this.leftOf(c), this.top + r * this.high, this.widthOf(c)];
    context.fillStyle = `rgb(${colours("--llm-line")})`;
    const isNothing = Math.abs(value ?? 0) < NOTHING;
    const isDot = value === undefined || isNothing && wide < WIDE_ENOUGH;
    if (isDot) return context.fillRect(x + wide / 2 - 1.5, y + this.high / 2 - 1.5, 2, 2);
    const inset = this.shown.isStream ? 4.5 : 0.5; // room for a ribbon between two
    const colour = divergingColour(isNothing ? 0 : value, colours);
    context.fillStyle = `rgb(${colour})`;
    context.beginPath();
    context.roundRect(x + 0.5, y + inset, wide - 2, this.high - 2 * inset - 1, 3);
    if (!isNothing) context.fill();
    const ink = onTop(colour);
    if (this.isUpright && this.high === HIGHER && Math.abs(value) >= TELLING) {
      context.save();
      context.translate(x + wide / 2 - 0.5, y + this.high / 2);
      context.rotate(-Math.PI / 2);
      write(context, tersely(value), 0, 0, ink, { size: UPRIGHT });
      context.restore();
      return;
    }
    const isTelling = Math.abs(value) >= TELLING && wide >= WIDE_ENOUGH - 8;
    if (wide < WIDE_ENOUGH && !isTelling) return;
    const number = wide < WIDE_ENOUGH ? tersely(value) : decimals(value);
    write(context, number, x + wide / 2 - 0.5, y + this.high / 2, ink);
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

  /** In a box that scrolls, keep the chosen cell in sight. */
  bringIntoView() {
    const { box } = this;
    const left = MARGIN + this.leftOf(this.shown.cell[1]) - LEFT;
    if (left < box.scrollLeft + this.wide) box.scrollLeft = left - 2 * this.wide;
    if (left + 2 * this.wide > box.scrollLeft + box.clientWidth) {
      box.scrollLeft = left + 2 * this.wide - box.clientWidth;
    }
  }
}
