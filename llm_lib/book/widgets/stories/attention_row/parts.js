// The three matrices, and what they make of each token's vector.

import { column, picture, row, space, table } from "../../moving/layout.js";
import { chip, heads, label, matrix, note, rule, vector } from "../../moving/pieces.js";
import { CHANNELS, FOUR, PARTS } from "./facts.js";
import { shrinking } from "./lines.js";

/** @import { Room } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */

const TELLS = ["what it looks for", "how it is found", "what it gives"];

/**
 * A matrix and the vector beside it, whose numbers scale its rows; below, what these add up to.
 * @param {Facts} m
 * @param {number} p which of the matrices
 * @param {number} step the one that the vector has come to; later ones wait
 * @param {number} w the width of a cell
 */
function product(m, p, step, w) {
  const cells = { w, h: 30, gap: 3 };
  const isNow = p === step;
  const waits = p > step;
  const { role, letter, matrix: name, setting, names } = PARTS[p];
  const x = m.x[m.row];
  const most = Math.max(1, ...m[setting].flat().map(Math.abs));
  const isOff = (/** @type {number} */ i) => x[Math.floor(i / names.length)] === 0;
  const rows = matrix(setting, role, m[setting], { ...cells, looks: { most, r: 3 } })
    .with((_, i) => (waits || isOff(i) ? { dim: 1 } : {}));
  const first = Math.max(0, x.findIndex((value) => value !== 0));
  const result = vector(`${letter}${m.row}`, role, m[letter][m.row], cells)
    .from((j) => `${setting}.${first}.${j}`);
  const down = { ...cells, down: true };
  return table([
    [
      null,
      isNow ? label("visitor", "x", { size: 17, role: "x", look: "formula" }) : null,
      label(`m.${setting}`, name, { size: 17, role, look: "formula" }).faint(waits),
    ],
    [null, null, heads(`cols.${setting}`, names, cells).faint(waits)],
    [
      heads(`rows.${setting}`, CHANNELS, down).faint(waits),
      isNow ? vector(`x${m.row}`, "x", x, down) : space(w),
      rows,
    ],
    [null, null, waits ? space(0, 1.25) : rule(`sum.${setting}`, rows.w)],
    waits ? [space(0, result.h)] : [
      label(`is.${setting}`, role, { size: 14, role, strong: true }),
      null,
      result.late(isNow ? 700 : 0, isNow ? 90 : 0),
    ],
  ], { gap: 10, gapY: 8, align: ["end"] });
}

/** @param {Facts} m @param {Room} room @param {number} step */
export function drawMatrices(m, room, step) {
  if (!room.wide) return picture(room, product(m, step, step, 38));
  const f = shrinking(room, 860);
  const products = PARTS.map((_, p) => product(m, p, step, Math.floor(38 * f)));
  return picture(room, row(products, { gap: Math.floor(44 * f) }));
}

/**
 * A part of all four vectors, with its names over it.
 * @param {Facts} m
 * @param {number} p
 * @param {{ w: number, h: number, gap: number }} cells
 */
function partOfAll(m, p, cells) {
  const { role, letter, matrix: name, names } = PARTS[p];
  const most = Math.max(1, ...m[letter].flat().map(Math.abs));
  return {
    title: column([
      label(`h.${role}`, role, { role, size: 17, strong: true }),
      note(`d.${role}`, TELLS[p]),
    ], { gap: 2 }),
    formula: label(`f.${role}`, `x ${name}`, { role: "muted", size: 15, look: "formula" })
      .late(950),
    heads: heads(`h.${role}`, names, { ...cells, looks: { size: 12 } }),
    vectors: FOUR.map((s) =>
      vector(`${letter}${s}`, role, m[letter][s], { ...cells, looks: { most } })
        .from((i) => `x${s}.${p === 2 ? 3 + i : Math.min(i, 2)}`).late(p * 260 + s * 110, 30)
    ),
  };
}

/** @param {Facts} m @param {Room} room */
export const drawParts = (
  m,
  room,
) => (room.wide ? drawPartsWide(m, room) : drawPartsNarrow(m, room));

/**
 * @param {Facts} m
 * @param {number} s
 * @param {string} text
 * @param {import("../../moving/pieces.js").Looks} looks
 */
const named = (m, s, text, looks) =>
  chip(`t${s}`, text, { ...looks, look: s === m.row ? "asks" : "" });

/** @param {Facts} m @param {Room} room */
function drawPartsWide(m, room) {
  const f = shrinking(room, 890);
  const cells = { w: Math.max(30, Math.floor(36 * f)), h: 36, gap: 3 };
  const parts = PARTS.map((_, p) => partOfAll(m, p, cells));
  const x = { w: Math.floor(30 * f), h: 36, gap: 3, split: 5 };
  return picture(
    room,
    table([
      [
        null,
        label("h.x", "vector", { size: 17, strong: true }),
        ...parts.map((part) => part.title),
      ],
      [null, null, ...parts.map((part) => part.heads)],
      ...FOUR.map((s) => [
        named(m, s, m.names[s], { w: 112, h: 36, size: f < 1 ? 13 : 14 }),
        vector(`x${s}`, "x", m.x[s], x).with({ z: 1 }),
        ...parts.map((part) => part.vectors[s]),
      ]),
      [
        null,
        label("f.x", "x", { role: "muted", size: 15, look: "formula" }).late(950),
        ...parts.map((part) => part.formula),
      ],
    ], { gap: Math.floor(28 * f * f), gapY: 12 }),
  );
}

/** @param {Facts} m @param {Room} room */
function drawPartsNarrow(m, room) {
  const [q, k, v] = PARTS.map((_, p) => partOfAll(m, p, { w: p === 2 ? 33 : 26, h: 30, gap: 2 }));
  const title = (/** @type {number} */ p) => {
    const { role } = PARTS[p];
    return label(`h.${role}`, role, { role, size: 16, strong: true });
  };
  const names = FOUR.map((s) =>
    named(m, s, m.names[s].replace(" ", "\n"), { w: 62, h: 36, size: 12 })
  );
  const again = FOUR.map((s) => note(`again${s}`, m.names[s].replace(" ", "\n"), { size: 12 }));
  const columns = [66, 110, 110];
  return picture(
    room,
    column([
      table([
        [null, title(0), title(1)],
        [null, q.heads, k.heads],
        ...FOUR.map((s) => [names[s], q.vectors[s], k.vectors[s]]),
      ], { columns, gap: 8, gapY: 4 }),
      table([
        [null, title(2)],
        [null, v.heads],
        ...FOUR.map((s) => [again[s], v.vectors[s]]),
      ], { columns, gap: 8, gapY: 4 }),
    ], { gap: 18 }),
  );
}
