// The layer above, the detour below it, and where both meet; and what is added, to scale.

import { column, over, picture, row, space, table, within } from "../../moving/layout.js";
import { around, cell, label, matrix, note, solid, spin, vector } from "../../moving/pieces.js";
import { learnedBy, RANKS, SIDE } from "./facts.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Room } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */

const STRONGEST = 6; // the number that is filled most strongly

/** @param {Room} room */
function sizesIn({ W, wide }) {
  const looks = { most: STRONGEST };
  if (!wide) return { w: 32, h: 28, gap: 2, size: 13, space: 6, looks };
  if (W < 860) return { w: 36, h: 34, gap: 3, size: 14, space: 10, looks };
  return { w: 46, h: 36, gap: 3, size: 16, space: 16, looks };
}

/**
 * A piece with its name above it.
 * @param {string} key
 * @param {string} name
 * @param {Piece} piece
 * @param {Room} room
 * @param {string} [role]
 */
const named = (key, name, piece, room, role = "none") =>
  column([label(key, name, { role, size: sizesIn(room).size, strong: true }), piece], { gap: 5 });

/**
 * A vector that stands upright, as the numbers that a matrix gives.
 * @param {string} key
 * @param {string} role
 * @param {number[]} values
 * @param {Room} room
 */
const upright = (key, role, values, room) =>
  vector(key, role, values, { ...sizesIn(room), down: true });

/**
 * W with the sign that nothing in it moves.
 * @param {Facts} m
 * @param {Room} room
 */
const frozen = (m, room) =>
  over(
    named("n.w", "W, frozen", matrix("w", "key", m.w, sizesIn(room)), room, "key"),
    (at) => [around("frost", [at("w")], { room: 3, role: "frame" })],
  );

/**
 * A or B, and whether a reader may change its numbers.
 * @param {"a" | "b"} name
 * @param {number[][]} rows
 * @param {Room} room
 * @param {boolean} edit
 */
function thin(name, rows, room, edit) {
  const numbers = matrix(name, "value", rows, sizesIn(room));
  const letter = name.toUpperCase();
  const wide = rows[0].length;
  const touched = numbers.with((e, n) => {
    const [i, j] = [Math.floor(n / wide), n % wide];
    const which = wide > 1 ? j + 1 : i + 1;
    return {
      spin: spin(name, [i, j], `${letter}, number ${which}`),
      look: `edit ${e.look ?? ""}`,
    };
  });
  return named(`n.${name}`, letter, edit ? touched.named(name) : numbers, room, "value");
}

/**
 * The detour, as far as it is made: 1 down, 2 up with B at zero, 3 up, 4 scaled.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} far
 * @param {boolean} [edit]
 */
function detour(m, room, far, edit = false) {
  const sign = (/** @type {string} */ key, /** @type {string} */ text) =>
    label(key, text, { size: sizesIn(room).size, role: "muted" });
  const b = far === 2 ? m.b.map(() => [0]) : m.b;
  const up = far === 2 ? m.up.map(() => 0) : m.up;
  const { w, h, size } = sizesIn(room);
  const one = cell("down", "value", m.down, { w, h, most: STRONGEST });
  return [
    thin("a", m.a, room, edit),
    far > 0 ? sign("to.down", "→") : null,
    far > 0 ? named("n.down", "A x", one.from("a.0.0").late(300), room) : null,
    far > 1 ? thin("b", b, room, edit).late(far === 2 ? 200 : 0) : null,
    far > 1 ? sign("to.up", "→") : null,
    far > 1
      ? named("n.up", "B A x", upright("up", "value", up, room).from("down").late(400), room)
      : null,
    far > 3 ? label("times", `× ${m.alpha}`, { size, strong: true }) : null,
    far > 3
      ? named(
        "n.scaled",
        "detour",
        upright("scaled", "value", m.scaled, room).from((i) => `up.${i}`).late(300),
        room,
      )
      : null,
  ].filter(Boolean);
}

/**
 * The output, and of what it is the sum.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} far
 */
function output(m, room, far) {
  const y = far > 3 ? m.y : m.wx;
  const name = far > 3 ? "W x + detour" : "output";
  const numbers = upright("y", "x", y, room).from((i) => `wx.${i}`).late(700)
    .with({ look: "result" });
  return named("n.y", name, numbers, room, "x");
}

/**
 * The layer, and beside it the detour as far as it is made.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} far 0: no detour yet
 * @param {boolean} [edit]
 */
export function drawDetour(m, room, far, edit = false) {
  const { space: gap, size } = sizesIn(room);
  const into = (/** @type {string} */ key) => label(key, "→", { size, role: "muted" });
  const x = named("n.x", "x", upright("x", "x", m.x, room), room, "x");
  const wx = named("n.wx", "W x", upright("wx", "key", m.wx, room), room, "key");
  const layer = [frozen(m, room), into("to.wx"), wx];
  const free = { W: room.W, H: room.H - (edit && room.wide ? 62 : 0) };
  if (!room.wide) return picture(free, stacked(m, room, far, edit, x, layer));
  const beside = far ? row(detour(m, room, far, edit), { gap }) : space(1, 90);
  const paths = column([row(layer, { gap }), beside], { gap: 30, align: "start" });
  const sum = [into("to.y"), output(m, room, far)];
  return picture(free, row([x, into("to.w"), paths, ...sum], { gap: gap * 1.4 }));
}

/**
 * For a phone: what comes in and the layer, the detour in two lines, the output.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} far
 * @param {boolean} edit
 * @param {Piece} x
 * @param {Piece[]} layer
 */
function stacked(m, room, far, edit, x, layer) {
  const { space: gap, size } = sizesIn(room);
  const parts = far ? detour(m, room, far, edit) : [];
  const y = row([label("to.y", "→", { size, role: "muted" }), output(m, room, far)], { gap });
  return column([
    row([x, label("to.w", "→", { size, role: "muted" }), ...layer], { gap: gap + 2 }),
    parts.length ? row(parts.slice(0, 4), { gap }) : space(1, 60),
    row([...parts.slice(4), y], { gap: gap + 2 }),
  ], { gap: 22 });
}

/** @param {Facts} m @param {Room} room */
export const drawTurn = (m, room) => drawDetour(m, room, 4, true);

/**
 * W, and B A as often as it counts, become one matrix.
 * @param {Facts} m
 * @param {Room} room
 */
export function drawMerged(m, room) {
  const { size, space: gap } = sizesIn(room);
  const sign = (/** @type {string} */ key, /** @type {string} */ text) =>
    label(key, text, { size, strong: true });
  const change = named(
    "n.change",
    "B A",
    matrix("change", "value", m.change, sizesIn(room)).from("scaled.0").late(200),
    room,
    "value",
  );
  const whole = named(
    "n.merged",
    "merged W",
    matrix("merged", "x", m.merged, sizesIn(room)).from("change.0.0").late(600),
    room,
    "x",
  );
  const sum = [frozen(m, room), sign("plus", `+ ${m.alpha} ×`), change];
  const x = named("n.x", "x", upright("x", "x", m.x, room), room, "x");
  const y = named(
    "n.y",
    "output",
    upright("y", "x", m.y, room).with({ look: "result" }),
    room,
    "x",
  );
  const use = [x, sign("to.w", "→"), whole, sign("to.y", "→"), y];
  return picture(
    room,
    column([row(sum, { gap }), row(use, { gap })], { gap: room.wide ? 26 : 30 }),
  );
}

/**
 * A matrix of base Sprout and its A and B, all to one scale.
 * @param {Facts} _m
 * @param {Room} room
 * @param {number} k
 */
export function drawToScale(_m, room, k) {
  const r = RANKS[k];
  const unit = room.wide ? 1.25 : 0.75; // pixels of a number
  const side = unit * SIDE;
  const bar = (/** @type {string} */ key, /** @type {number} */ w, /** @type {number} */ h) =>
    solid(key, { w, h }, { role: "value", r: 0, level: 0.8 });
  const under = (
    /** @type {Piece} */ piece,
    /** @type {string} */ name,
    /** @type {string} */ shape,
  ) =>
    column([
      within(piece, { h: side }),
      label(`name.${name}`, name, { strong: true }),
      note(`shape.${name}`, shape),
    ], { gap: 6 });
  const whole = solid("whole", { w: side, h: side }, { role: "key", r: 0, level: 0.25 });
  const learned = row([
    under(bar("bar.a", side, unit * r), "A", `${r} × ${SIDE}`),
    under(bar("bar.b", unit * r, side), "B", `${SIDE} × ${r}`),
  ], { gap: room.wide ? 24 : 8 });
  const share = `${learnedBy(r).toLocaleString("en")} learn`;
  const columns = [
    [under(whole, "W", `${SIDE} × ${SIDE}`), learned],
    [
      note("count.w", `${(SIDE * SIDE).toLocaleString("en")} numbers`),
      label("share", share, { role: "value", strong: true }),
    ],
  ];
  return picture(room, table(columns, { gap: room.wide ? 90 : 22, gapY: 10 }));
}
