// The token, its one-hot vector, the table, and the plane in which its rows are places.

import { column, flow, over, picture, row, space, table, within } from "../../moving/layout.js";
import {
  around,
  cell,
  chip,
  disc,
  figure,
  label,
  note,
  rule,
  spin,
  vector,
} from "../../moving/pieces.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Room, Sketch } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */

const REACH = 3.2; // of the plane
const MENU = 62; // the height of the menu, where it lies over the picture
/** The scenes, by their numbers. */
const AT = { HOT: 1, PRODUCT: 2, SUM: 3, LOOKUP: 4, PLACE: 5, NEAR: 6, YOURS: 7 };

/** @param {Room} room */
const cellsOf = ({ wide }) => ({
  w: wide ? 50 : 40,
  h: wide ? 32 : 28,
  gap: 3,
  looks: { digits: 1, most: 3, size: wide ? 14 : 13 },
});

/**
 * One line of the table: its token, the number of the one-hot vector, the row, and the products.
 * @param {Facts} m
 * @param {number} v
 * @param {Room} room
 * @param {number} scene
 */
function line(m, v, room, scene) {
  const cells = cellsOf(room);
  const isIt = v === m.id;
  const waits = scene >= AT.PRODUCT && scene <= AT.PLACE && !isIt;
  const name = `${v} ${m.words[v]}`;
  const isHot = scene >= AT.HOT && scene <= AT.SUM;
  const row = vector(`e${v}`, isIt && scene > AT.HOT ? "value" : "x", m.table[v], cells)
    .with((_, c) =>
      scene === AT.YOURS
        ? { spin: { ...spin("table", [v, c], `${m.words[v]}, number ${c + 1}`), min: -3, max: 3 } }
        : {}
    );
  const one = cell(`hot${v}`, "weight", m.hot[v], { w: room.wide ? 34 : 28, h: cells.h, size: 14 })
    .with({ role: "amount", value: m.hot[v], digits: 0 });
  const products = vector(`prod${v}`, isIt ? "value" : "product", m.products[v], cells)
    .from((c) => `e${v}.${c}`).late(150 * v);
  return [
    label(`name${v}`, name, { mono: true, size: 13, role: isIt ? "none" : "muted" }),
    isHot ? one.late(scene === AT.HOT ? 60 * v : 0) : space(34),
    scene === AT.HOT ? row.faint(false) : row.faint(waits),
    scene === AT.PRODUCT || scene === AT.SUM ? products.faint(scene === AT.SUM && !isIt) : null,
  ];
}

/**
 * @param {Facts} m
 * @param {Room} room
 * @param {number} scene
 */
function tableOf(m, room, scene) {
  const heads = [
    note("h.id", "id"),
    scene >= AT.HOT && scene <= AT.SUM ? note("h.hot", room.wide ? "one-hot" : "hot") : null,
    note("h.table", "table"),
    scene === AT.PRODUCT || scene === AT.SUM ? note("h.product", "product") : null,
  ];
  const lines = [heads, ...m.words.map((_, v) => line(m, v, room, scene))];
  const cells = cellsOf(room);
  if (scene === AT.SUM) {
    const result = vector("row", "value", m.result, cells).from((c) => `prod${m.id}.${c}`);
    lines.push([null, null, null, rule("sum", 2 * cells.w + 3)]);
    lines.push([null, null, note("is", "added up"), result]);
  }
  const grid = table(lines, { gap: room.wide ? 16 : 5, gapY: 5, align: ["start"] });
  if (scene !== AT.LOOKUP) return grid;
  const frame = (/** @type {(name: string) => import("../../moving/types.js").Box} */ at) => [
    around("picked", [at(`e${m.id}.0`), at(`e${m.id}.1`)], { role: "ring", room: 3, r: 6 }),
  ];
  return over(grid, frame);
}

/**
 * The rows as arrows from the middle.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} scene
 */
function plane(m, room, scene) {
  const size = scene === AT.YOURS && room.wide ? 246 : room.wide ? 280 : 210;
  return disc("plane", size, REACH, (to) =>
    m.words.flatMap((word, v) => {
      const isIt = v === m.id;
      if (scene === AT.PLACE && !isIt) return [];
      const place = to(m.table[v]);
      const role = isIt ? "value" : "x";
      const [x, y] = [Math.cos(place.turn), -Math.sin(place.turn)]
        .map((d, i) => [place.x, place.y][i] + d * (place.reach + 20));
      const w = 48;
      /** @type {Sketch[]} */
      const arrow = [
        { key: `ray${v}`, kind: "link", way: "ray", role, ...place, thick: isIt ? 4 : 2 },
        {
          key: `at${v}`,
          kind: "label",
          role,
          look: isIt ? "strong" : "",
          text: word,
          size: 14,
          x: x - w / 2,
          y: y - 9,
          w,
          h: 18,
          delay: 250,
        },
      ];
      return arrow;
    }));
}

/**
 * How close the other tokens are.
 * @param {Facts} m
 */
const cosines = (m) =>
  table([
    [note("cos.name", `cosine with ${m.word}`), null],
    ...m.words.map((word, v) => [
      label(`cos.word${v}`, word, { size: 14 }),
      figure(`cos${v}`, m.cosines[v], { digits: 2, size: 14 }),
    ]).filter((_, v) => v !== m.id),
  ], { gap: 12, gapY: 6, align: ["start", "end"] });

/** @param {Facts} m @param {Room} room @param {number} scene */
export function drawLookup(m, room, scene) {
  const { wide } = room;
  const token = column([
    chip("token", m.word, { w: wide ? 74 : 58, h: 40, size: wide ? 17 : 14, look: "answer" }),
    label("id", `id ${m.id}`, { size: 15 }),
  ], { gap: 6 });
  const lay = wide ? row : column;
  const gap = wide ? 48 : 18;
  /** @type {(Piece | null)[]} */
  let pieces = [flow(
    m.words.map((word, v) =>
      v === m.id ? token : column([
        chip(`other${v}`, word, { w: wide ? 74 : 58, h: 40, size: wide ? 17 : 14 }),
        label(`other${v}.id`, `id ${v}`, { size: 15, role: "muted" }),
      ], { gap: 6 })
    ),
    room.W,
    { gap: wide ? 40 : 0, gapY: 18 },
  )];
  if (scene >= AT.HOT) {
    pieces = [wide || scene <= AT.LOOKUP ? token : null, tableOf(m, room, scene)];
  }
  if (scene >= AT.PLACE) pieces.push(plane(m, room, scene));
  if (scene >= AT.NEAR && wide) pieces = [...pieces.slice(1), within(cosines(m), { w: 130 })];
  const free = wide && scene === AT.YOURS ? { W: room.W, H: room.H - MENU } : room;
  return picture(free, lay(pieces, { gap }));
}
