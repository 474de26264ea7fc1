// As many ranks as the reader likes, with gradients that can be changed.

import { column, picture, row, table, within } from "../../moving/layout.js";
import { cell, label, lying, note, spin } from "../../moving/pieces.js";
import { costOf, gigabytes, GRADIENT } from "./facts.js";

/** @import { Room } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */

const MENUS = 62; // the height of the menu, which lies over the picture where it is wide

/** @param {number} n @param {Room} room */
function sizesOf(n, { wide, W }) {
  const w = Math.floor(
    wide ? Math.min(56, (W - 424) / (n + 1) - 3) : Math.min(48, (W - 50) / n - 3),
  );
  const h = Math.min(wide ? 38 : 30, Math.floor((wide ? 206 : 184) / n));
  return { w, h, gap: 3, size: Math.min(15, Math.max(12, w * 0.3)) };
}

/**
 * The gradients, a column for each rank, and the mean that all of them get.
 * @param {Facts} m
 * @param {Room} room
 */
function grid({ yours, ranks }, room) {
  const { w, h, gap, size } = sizesOf(ranks, room);
  const heads = yours.mine.map((_, r) =>
    note(`head${r}`, w < 44 ? `${r}` : `rank ${r}`, { size: 12 })
  );
  const lines = yours.mine[0].map((_, c) => [
    ...yours.mine.map((numbers, r) =>
      cell(`y${r}.${c}`, "x", numbers[c], { w, h, size, most: 9 })
        .with({ spin: spin("grads", [r, c], `rank ${r}, chunk ${c}`) })
    ),
    cell(`mean${c}`, "value", yours.means[c], { w: Math.max(w, 38), h, size, most: 9 }),
  ]);
  const mean = label("mean", "mean", { size: 12, strong: true, role: "value" });
  return table([[...heads, mean], ...lines], { gap, gapY: 3 });
}

/**
 * How much the busiest rank sends of a gradient of 140 GB, both ways.
 * @param {Facts} m
 * @param {Room} room
 */
function bars({ yours }, room) {
  const { wide } = room;
  const w = wide ? 200 : 118;
  const most = costOf(8).one;
  const rows = /** @type {const} */ (["one", "ring"]).map((way) => [
    note(`${way}.name`, way === "one" ? "all to one" : "ring", { size: 13 }),
    lying(way, yours[way] / most, { w, h: 14 }),
    within(label(`${way}.gb`, gigabytes(yours[way]), { size: 13, strong: true }), {
      w: 66,
      align: "start",
    }),
  ]);
  const head = note("head", `of ${GRADIENT} GB, the busiest rank sends`, { size: 13 });
  return column([head, table(rows, { gap: 8, gapY: 6, align: ["end", "start", "start"] })], {
    gap: 8,
    align: "start",
  });
}

/** @param {Facts} m @param {Room} room */
export function drawTurn(m, room) {
  const { wide } = room;
  const free = { W: room.W, H: room.H - (wide ? MENUS : 0) };
  const parts = [grid(m, room), bars(m, room)];
  return picture(free, wide ? row(parts, { gap: 34 }) : column(parts, { gap: 14 }));
}
