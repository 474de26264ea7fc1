// A frozen matrix, and below it the detour; or both as one matrix.

import { column, picture, row, space } from "../../moving/layout.js";
import { label, matrix, note, spin, vector } from "../../moving/pieces.js";
import { inText } from "../../moving/ruler.js";
import { writtenOut } from "./facts.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Room } from "../../moving/types.js" */
/** @import { Facts, Layer } from "./facts.js" */

const MENUS = 62; // the height of the menus, which lie over the picture where it is wide
const REACH = 3; // of a number that a reader sets
const STAGES = ["frozen", "down", "up", "scale", "add"];

/** @param {Room} room */
function sizesOf({ W, wide }) {
  if (wide) return { cells: { w: 52, h: 38, looks: { most: 6 } }, type: 16, gap: 16 };
  const w = Math.min(44, Math.floor((W - 130) / 8)); // eight cells, signs and names in a row
  return { cells: { w, h: 26, looks: { most: 6, size: 12 } }, type: 12, gap: 6 };
}

/** @typedef {ReturnType<typeof sizesOf>} Sizes */

/**
 * A piece below its name.
 * @param {string} key
 * @param {string} name
 * @param {Piece} piece
 * @param {Sizes} sizes
 * @param {string} [role]
 */
const named = (key, name, piece, { type }, role = "none") =>
  column([label(`n.${key}`, name, { strong: true, size: type, role }), piece], { gap: 4 });

/**
 * A sign between two pieces, at the height of what stands below their names.
 * @param {string} key
 * @param {string} sign
 * @param {Sizes} sizes
 */
const joint = (key, sign, { type }) =>
  column([space(0, type), label(`sign.${key}`, sign, { size: type, role: "muted" })], { gap: 4 });

/**
 * The numbers of a vector, one below the other.
 * @param {string} key
 * @param {number[]} values
 * @param {Sizes} sizes
 * @param {string} [role]
 */
const standing = (key, values, { cells }, role = "x") =>
  vector(key, role, values, { ...cells, down: true });

/**
 * What a reader may change.
 * @param {Piece} piece
 * @param {string} setting
 * @param {(i: number) => number[]} path
 * @param {string} name
 */
const editable = (piece, setting, path, name) =>
  piece.with((e, i) => ({
    spin: {
      ...spin(setting, path(i), `${name}, number ${i + 1}`),
      ...{ min: -REACH, max: REACH },
    },
    look: `edit ${e.look ?? ""}`,
  }));

/**
 * The layer, as far as it is computed.
 * @param {Room} room
 * @param {Layer} m
 * @param {string} stage
 * @param {boolean} [edit]
 */
function layer(room, m, stage, edit = false) {
  const sizes = sizesOf(room);
  const { cells, gap } = sizes;
  const at = STAGES.indexOf(stage);
  /** @param {number} from @param {Piece} piece */
  const since = (from, piece) =>
    at >= from ? piece.late(from === at ? 300 : 0) : space(piece.w, piece.h);
  const x = standing("x", m.x, sizes);
  const a = matrix("A", "value", m.a, cells);
  const b = matrix("B", "value", m.b, cells);
  const input = edit ? editable(x, "x", (i) => [0, i], "x") : x;
  const down = edit ? editable(a, "a", (i) => [0, i], "A") : a;
  const up = edit ? editable(b, "b", (i) => [i, 0], "B") : b;
  const above = row([
    named(
      "W",
      "W, frozen",
      matrix("W", "product", m.w, cells),
      sizes,
      "muted",
    ),
    joint("w", "→", sizes),
    named("wx", "W x", standing("wx", m.wx, sizes).from("W.0.0"), sizes),
  ], { gap });
  const arrow = (/** @type {string} */ key) => room.wide ? joint(key, "→", sizes) : null;
  const detour = row([
    since(1, named("A", "A", down, sizes, "value")),
    room.wide ? since(1, arrow("a")) : null,
    since(1, named("ax", "A x", standing("ax", m.ax, sizes, "value").from("A.0.0"), sizes)),
    room.wide ? since(2, arrow("ax")) : null,
    since(2, named("B", "B", up, sizes, "value")),
    room.wide ? since(2, arrow("b")) : null,
    since(2, named("bax", "B A x", standing("bax", m.bax, sizes, "value").from("ax.0"), sizes)),
    since(3, joint("scale", `· ${inText(m.scale)}`, sizes)),
    since(
      3,
      named(
        "change",
        "change",
        standing("change", m.change, sizes, "value")
          .from((i) => `bax.${i}`),
        sizes,
      ),
    ),
  ], { gap });
  const output = row([
    joint("y", "W x + change =", sizes),
    named(
      "y",
      "y",
      standing("y", m.y, sizes).with({ look: "result" }).from((i) => `wx.${i}`),
      sizes,
    ),
  ], { gap });
  const ways = row([
    named("x", "x", input, sizes),
    column([above, detour], { gap: room.wide ? 30 : 22, align: "start" }),
  ], { gap: room.wide ? 30 : 10 });
  const all = [ways, since(4, output)];
  return room.wide ? row(all, { gap: 24 }) : column(all, { gap: 14 });
}

/** @param {Room} room @param {Layer} m @param {string} stage */
export const drawLayer = (room, m, stage) => picture(room, layer(room, m, stage));

/** @param {Facts} m @param {Room} room */
export function drawMerge({ trained: m }, room) {
  const sizes = sizesOf(room);
  const { cells, gap } = sizes;
  const name = room.wide ? `${inText(m.scale)} · B A` : `${inText(m.scale)} B A`;
  const sum = row([
    named("W", "W", matrix("W", "product", m.w, cells), sizes, "muted"),
    joint("plus", "+", sizes),
    named("BA", name, matrix("BA", "value", m.added, cells).from("B.0.0"), sizes, "value"),
    joint("merged", "=", sizes),
    named("M", "merged", matrix("M", "x", m.merged, cells).late(500), sizes),
  ], { gap });
  const use = row([
    named("x", "x", standing("x", m.x, sizes), sizes),
    joint("use", "→ merged →", sizes),
    named("y", "y", standing("y", m.y, sizes).with({ look: "result" }), sizes),
  ], { gap });
  const sums = note("first", `first row: ${writtenOut(m.merged[0], m.x)} = ${inText(m.y[0])}`, {
    size: room.wide ? 14 : 12,
  });
  return picture(room, column([sum, use, sums], { gap: room.wide ? 22 : 16 }));
}

/** @param {Facts} m @param {Room} room */
export function drawTurn({ trained }, room) {
  const free = { ...room, H: room.H - (room.wide ? MENUS : 0) };
  return picture(free, layer(room, trained, "add", true));
}
