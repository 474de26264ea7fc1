// Pieces that lay themselves out. A piece knows how much room it takes; rows, columns and tables
// measure what they hold. So a scene says what stands beside what, and no coordinates.

import { withoutGaps } from "../../engine/present.js";

/** @import { Box, Element, Sketch } from "./types.js" */
/** @typedef {"start" | "middle" | "end"} Align */
/** @typedef {Map<string, Box>} Boxes where the pieces that have a name came to stand */
/** @typedef {Partial<Element> | ((e: Sketch, i: number) => Partial<Element>)} More */

export class Piece {
  /**
   * @param {number} w
   * @param {number} h
   * @param {(x: number, y: number, boxes: Boxes) => Sketch[]} put its elements, from the top left
   */
  constructor(w, h, put) {
    this.w = w;
    this.h = h;
    this.put = put;
  }

  /**
   * The same with other elements.
   * @param {(sketches: Sketch[]) => Sketch[]} change
   */
  changed(change) {
    return new Piece(this.w, this.h, (x, y, boxes) => change(this.put(x, y, boxes)));
  }

  /**
   * The same with more said of each element.
   * @param {More} more
   */
  with(more) {
    const of = typeof more === "function" ? more : () => more;
    return this.changed((sketches) => sketches.map((e, i) => ({ ...e, ...of(e, i) })));
  }

  /**
   * Known to `over` by this name.
   * @param {string} name
   */
  named(name) {
    return new Piece(this.w, this.h, (x, y, boxes) => {
      boxes.set(name, { x, y, w: this.w, h: this.h });
      return this.put(x, y, boxes);
    });
  }

  /**
   * Its turn in a move comes later, by so many milliseconds, and by `each` more for each element.
   * @param {number} ms
   * @param {number} [each]
   */
  late(ms, each = 0) {
    return this.with((e, i) => ({ delay: (e.delay ?? 0) + ms + i * each }));
  }

  /**
   * What it comes out of when it is new, by key; or by a function of the element's place.
   * @param {string | ((i: number) => string)} key
   */
  from(key) {
    return this.with((_, i) => ({ born: typeof key === "string" ? key : key(i) }));
  }

  /**
   * What it goes into when it is no longer needed, by key.
   * @param {string | ((i: number) => string)} key
   */
  into(key) {
    return this.with((_, i) => ({ into: typeof key === "string" ? key : key(i) }));
  }

  /**
   * Still there, but not what it is about now: boxes are paler, and words, which would be hard to
   * read then, lose their colour.
   * @param {boolean} [waits]
   */
  faint(waits = true) {
    const pale = (/** @type {Sketch} */ e) => e.kind === "label" ? { role: "muted" } : { dim: 1 };
    return waits ? this.with(pale) : this;
  }
}

/**
 * How far from the start a piece stands in a longer room.
 * @param {Align} align
 * @param {number} room
 * @param {number} length
 */
const offset = (align, room, length) =>
  align === "start" ? 0 : align === "end" ? room - length : (room - length) / 2;

/** @param {number[]} lengths @param {number} gap */
const lengthWith = (lengths, gap) =>
  lengths.reduce((sum, length) => sum + length, 0) + gap * Math.max(0, lengths.length - 1);

/**
 * Room in which nothing stands.
 * @param {number} w
 * @param {number} [h]
 */
export const space = (w, h = 0) => new Piece(w, h, () => []);

/**
 * Pieces side by side. null is left out.
 * @param {(Piece | null)[]} pieces
 * @param {{ gap?: number, align?: Align }} [options]
 */
export function row(pieces, { gap = 8, align = "middle" } = {}) {
  const all = withoutGaps(pieces);
  const h = Math.max(0, ...all.map((piece) => piece.h));
  return new Piece(lengthWith(all.map((piece) => piece.w), gap), h, (x, y, boxes) => {
    let at = x - gap;
    return all.flatMap((piece) => {
      at += gap;
      const left = at;
      at += piece.w;
      return piece.put(left, y + offset(align, h, piece.h), boxes);
    });
  });
}

/**
 * Pieces one below the other. null is left out.
 * @param {(Piece | null)[]} pieces
 * @param {{ gap?: number, align?: Align }} [options]
 */
export function column(pieces, { gap = 8, align = "middle" } = {}) {
  const all = withoutGaps(pieces);
  const w = Math.max(0, ...all.map((piece) => piece.w));
  return new Piece(w, lengthWith(all.map((piece) => piece.h), gap), (x, y, boxes) => {
    let at = y - gap;
    return all.flatMap((piece) => {
      at += gap;
      const top = at;
      at += piece.h;
      return piece.put(x + offset(align, w, piece.w), top, boxes);
    });
  });
}

/**
 * Pieces one after the other, in as many lines as they need.
 * @param {Piece[]} pieces
 * @param {number} W how long a line may be
 * @param {{ gap?: number, gapY?: number, align?: Align }} [options] gapY: between lines
 */
export function flow(pieces, W, { gap = 6, gapY = 6, align = "middle" } = {}) {
  /** @type {Piece[][]} */
  const lines = [[]];
  let used = 0;
  for (const piece of pieces) {
    if (used + piece.w > W && used) {
      lines.push([]);
      used = 0;
    }
    lines[lines.length - 1].push(piece);
    used += piece.w + gap;
  }
  return column(lines.map((line) => row(line, { gap })), { gap: gapY, align });
}

/**
 * Rows whose columns stand below each other. A column is as wide as its widest piece, or as
 * `columns` says; null leaves a place empty.
 * @param {(Piece | null)[][]} rows
 * @param {object} [options]
 * @param {number[]} [options.columns] their widths
 * @param {number} [options.gap] between columns
 * @param {number} [options.gapY] between rows
 * @param {Align[]} [options.align] of each column; the middle if not given
 */
export function table(rows, { columns, gap = 12, gapY = 12, align = [] } = {}) {
  const n = Math.max(...rows.map((pieces) => pieces.length));
  const widest = (/** @type {number} */ j) => Math.max(0, ...rows.map((r) => r[j]?.w ?? 0));
  const widths = columns ?? Array.from({ length: n }, (_, j) => widest(j));
  const cells = rows.map((pieces) =>
    row(
      widths.map((w, j) => within(pieces[j] ?? space(0), { w, align: align[j] })),
      { gap },
    )
  );
  return column(cells, { gap: gapY });
}

/**
 * A piece in a room of its own size or larger.
 * @param {Piece} piece
 * @param {{ w?: number, h?: number, align?: Align, alignY?: Align }} room
 */
export function within(piece, { w = piece.w, h = piece.h, align = "middle", alignY = "middle" }) {
  return new Piece(
    w,
    h,
    (x, y, boxes) =>
      piece.put(x + offset(align, w, piece.w), y + offset(alignY, h, piece.h), boxes),
  );
}

/**
 * Pieces in one place, one over the other.
 * @param {(Piece | null)[]} pieces
 * @param {{ align?: Align, alignY?: Align }} [options]
 */
export function layers(pieces, { align, alignY } = {}) {
  const all = withoutGaps(pieces);
  const w = Math.max(...all.map((piece) => piece.w));
  const h = Math.max(...all.map((piece) => piece.h));
  const rooms = all.map((piece) => within(piece, { w, h, align, alignY }));
  return new Piece(w, h, (x, y, boxes) => rooms.flatMap((room) => room.put(x, y, boxes)));
}

/**
 * A piece, and over it what depends on where its parts came to stand: arrows, ribbons, rings.
 * at(name) is the box of an element, by its key, or of a piece, by the name given with `named`.
 * @param {Piece} piece
 * @param {(at: (name: string) => Box) => (Sketch | null)[]} draw
 */
export function over(piece, draw) {
  return new Piece(piece.w, piece.h, (x, y, boxes) => {
    const sketches = piece.put(x, y, boxes);
    const at = (/** @type {string} */ name) => {
      const found = boxes.get(name) ?? sketches.find((e) => e.key === name);
      if (!found) throw new Error(`Nothing in the picture is called "${name}".`);
      return /** @type {Box} */ (found);
    };
    return [...sketches, ...withoutGaps(draw(at))];
  });
}

/**
 * A whole picture: a piece in the room of the stage.
 * @param {{ W: number, H: number }} room
 * @param {Piece} piece
 * @param {{ align?: Align, alignY?: Align }} [options]
 * @returns {Sketch[]}
 */
export const picture = ({ W, H }, piece, options) =>
  within(piece, { w: W, h: H, ...options }).put(0, 0, new Map());
