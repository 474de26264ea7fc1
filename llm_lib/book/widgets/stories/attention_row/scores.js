// The query meets each key; the dot products are divided; the mask falls.

import { column, layers, over, picture, row, space, within } from "../../moving/layout.js";
import { around, cell, label, note, rising, rule, vector } from "../../moving/pieces.js";
import { digitsOf, inText } from "../../moving/ruler.js";
import { FOUR } from "./facts.js";
import { chips, line, pitch, waiting, withFoot } from "./lines.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Room } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */

const PLUS = 12; // the least gap that has room for a plus sign

/**
 * The cells of queries, keys and products: one grid, with room for plus signs where it is wide.
 * @param {Room} room
 */
function cellsOf(room) {
  if (!room.wide) return { w: 23, h: 44, gap: 3, down: true };
  const gap = pitch(room) > 190 ? PLUS : 4;
  return { w: Math.min(34, Math.floor((pitch(room) - 36 - 3 * gap) / 4)), h: 36, gap };
}

/**
 * The products of query and key, each below the numbers that it is made of; plus signs between.
 * @param {Facts} m
 * @param {number} now
 * @param {Room} room
 */
function products(m, now, room) {
  const { w, gap, h } = cellsOf(room);
  const cells = m.products[now].map((value, i) =>
    cell(`p${now}.${i}`, "product", value, { w, h, z: 2 })
      .from(`k${now}.${i}`).into(`s${now}`).late(480 + i * 170)
  );
  if (!room.wide) return column(cells, { gap });
  if (gap < PLUS) return row(cells, { gap });
  const plus = (/** @type {number} */ i) =>
    within(note(`plus${now}.${i}`, "+").late(1000), { w: gap });
  return row(cells.flatMap((each, i) => (i ? [plus(i), each] : [each])), { gap: 0 });
}

/**
 * A sign before a piece that stays in the middle.
 * @param {Piece} sign
 * @param {Piece} piece
 */
const signed = (sign, piece) => row([within(sign, { w: 16 }), piece, space(16)], { gap: 4 });

/** @param {Facts} m @param {number} s @param {Room} room */
const sum = (m, s, room) =>
  cell(`s${s}`, "score", m.dots[m.row][s], {
    w: room.wide ? 72 : 56,
    h: 46,
    size: 18,
  });

/**
 * The query over one key after the other; once it is known what happens, faster.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} now
 */
export function drawProducts(m, room, now) {
  const top = room.wide ? meetingWide(m, room, now) : meeting(m, room, now);
  const pace = now ? 0.5 : 1;
  const paced = top.with((e) => (e.delay ? { delay: pace * e.delay } : {}));
  return picture(room, withFoot(room, paced, waiting(m, room)));
}

/** @param {Facts} m @param {number} s @param {Room} room */
const key = (m, s, room) =>
  vector(`k${s}`, "key", m.k[s], cellsOf(room)).from(`t${s}`).into(`t${s}`);

/** @param {Facts} m @param {Room} room */
const query = (m, room) =>
  vector(`q${m.row}`, "query", m.q[m.row], cellsOf(room)).with({ z: 3 })
    .from(`t${m.row}`).into(`t${m.row}`);

/**
 * Side by side: the query over the key, then their products, then the sum.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} now
 */
function meetingWide(m, room, now) {
  const { h } = cellsOf(room);
  const only = (/** @type {() => Piece} */ piece, height = h) => (/** @type {number} */ s) =>
    s === now ? piece() : space(0, height);
  const keyAt = (/** @type {number} */ s) =>
    s === now
      ? signed(note(`times${now}`, "×", { size: 16 }), key(m, s, room))
      : key(m, s, room).faint();
  const sumAt = (/** @type {number} */ s) => {
    if (s > now) return space(0, 46);
    const made = sum(m, s, room);
    if (s < now) return made;
    return signed(note(`equal${now}`, "=", { size: 16 }), made).late(1420);
  };
  const width = query(m, room).w;
  return column([
    chips(m, room, (s) => s !== now && s !== m.row),
    space(0, 10),
    line(room, "query", only(() => query(m, room)), { role: "query" }),
    line(room, "key", keyAt, { role: "key" }),
    line(room, "", only(() => rule(`rule${now}`, width).late(400), 2), { key: "rule" }),
    line(room, "products", only(() => products(m, now, room))),
    line(room, "sum", sumAt),
  ], { gap: 16 });
}

/**
 * Stacked, for a phone: query, key and products stand beside each other, downwards.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} now
 */
function meeting(m, room, now) {
  const title = (/** @type {string} */ words, /** @type {string} */ role, strong = true) =>
    within(label(`title.${role}`, words, { size: 13, role, strong }), { w: cellsOf(room).w });
  const at = (/** @type {number} */ s) => {
    if (s !== now) return column([space(0, 17), key(m, s, room).faint()], { gap: 6 });
    return row([
      column([title("q", "query"), query(m, room)], { gap: 6 }),
      column([title("k", "key"), key(m, s, room)], { gap: 6 }),
      column([title("q·k", "muted", false), products(m, s, room)], { gap: 6 }),
    ], { gap: 2 });
  };
  return column([
    chips(m, room, (s) => s !== now && s !== m.row),
    line(room, "", at, { key: "meeting" }),
    line(room, "sum", (s) => s > now ? space(0, 46) : sum(m, s, room).late(s === now ? 1420 : 0), {
      key: "sums",
      above: true,
    }),
  ], { gap: 20 });
}

/** @param {Facts} m @param {number} s @param {Room} room */
const dividedBy = (m, s, { wide }) =>
  `${inText(m.dots[m.row][s])}${wide ? " " : "\n"}÷ ${inText(Math.sqrt(m.D))}`;

/** @param {Facts} m @param {Room} room @param {number} step */
export function drawScale(m, room, step) {
  const w = Math.min(112, pitch(room) - 10);
  const numbers = (step ? m.scores : m.dots)[m.row];
  const tall = room.wide ? 124 : 110;
  const most = Math.max(10, ...m.dots[m.row]);
  const bar = (/** @type {number} */ s) => {
    const share = Math.max(0, numbers[s]) / most;
    return rising(`bar.s${s}`, share, { w, h: tall, role: "score" })
      .with({ level: 0.3 }).into(`b${s}`).late(s * 120);
  };
  const score = (/** @type {number} */ s) =>
    cell(`s${s}`, "score", numbers[s], {
      w,
      h: room.wide ? 48 : 44,
      size: room.wide ? 22 : 18,
      digits: step ? Math.max(1, digitsOf(numbers[s])) : digitsOf(numbers[s]),
    }).late(s * 120);
  const division = (/** @type {number} */ s) =>
    note(`d${s}`, dividedBy(m, s, room), { size: 14 })
      .late(150 + s * 120);
  const top = column([
    chips(m, room),
    line(room, step ? "score" : "q · k", (s) => column([bar(s), score(s)], { gap: 2 }), {
      key: "sum",
      above: true,
    }),
    step ? line(room, "", division, { key: "divided" }) : null,
  ], { gap: 14 });
  return picture(room, withFoot(room, top, waiting(m, room)));
}

/**
 * One score of the table: number s of the row in which token t asks, and the mask over it.
 * @param {Facts} m
 * @param {number} t
 * @param {number} s
 * @param {Room} room
 * @param {{ step: number, shown: number }} moment shown: the row that is spoken of
 */
function scoreOf(m, t, s, room, { step, shown }) {
  const size = { w: Math.min(112, pitch(room) - 10), h: room.wide ? 44 : 50 };
  const ours = t === m.row;
  const looks = { ...size, digits: 1, size: room.wide ? 17 : 15 };
  const score = cell(ours ? `s${s}` : `z${t}.${s}`, "score", m.scores[t][s], looks)
    .late(step ? 0 : Math.abs(m.row - t) * 110).faint(!ours && t !== shown);
  const mask = () =>
    cell(`m${t}.${s}`, "mask", 0, { ...size, size: 16 })
      .with({ text: "−∞", value: undefined, z: 4, from: { y: -70 } })
      .late(120 + (s - 1) * 150 + (2 - t) * 60);
  return layers([
    ours ? score : score.from(`s${s}`).into(`t${s}`),
    step && m.hidden(t, s) ? mask() : null,
  ]);
}

/**
 * The scores of all four tokens that ask; then the mask comes down over what is later.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} step
 */
export function drawMask(m, room, step) {
  const { wide } = room;
  const shown = step && m.row === 3 ? 1 : m.row;
  const rows = FOUR.map((t) => {
    const name = wide ? m.names[t] : "";
    const key = `asks${t}`;
    const scores = line(room, name, (s) => scoreOf(m, t, s, room, { step, shown }), { key });
    if (wide) return scores;
    return column([note(`who${t}`, `${m.names[t]} asks`), scores], { gap: 3, align: "start" });
  });
  const all = column([chips(m, room), ...rows], { gap: wide ? 14 : 12, align: "start" });
  const seen = FOUR.slice(0, shown + 1).map((s) => (shown === m.row ? `s${s}` : `z${shown}.${s}`));
  const framed = over(
    all,
    (at) => step ? [around("frame", seen.map(at), { delay: 700, room: wide ? 5 : 4 })] : [],
  );
  const whole = wide ? withFoot(room, framed, waiting(m, room)) : framed;
  return picture(room, whole, { alignY: "start" });
}
