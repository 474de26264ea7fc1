// The likeliest next tokens as rows: logit, bar, probability.

import { column, flow, over, picture, row, space, table, within } from "../../moving/layout.js";
import { cell, chip, figure, label, note, solid } from "../../moving/pieces.js";
import { percent } from "../../shared/words.js";
import { SHOWN } from "./facts.js";
import { roleOf, stack } from "./stack.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Box, Room, Sketch } from "../../moving/types.js" */
/** @import { Cut, Facts } from "./facts.js" */

const MENUS = 62; // the height of the menus, which lie over the picture where it is wide
const LEAST = 1.5; // the width of the thinnest bar
const BREAK = 18; // the end of a bar that is too long to draw, and the gap before it

/** @param {Room} room */
const sizesIn = ({ W, wide }) =>
  wide
    ? { name: 100, logit: 58, bar: Math.min(600, W - 300), number: 62, h: 23, size: 15 }
    : { name: 74, logit: 44, bar: W - 74 - 44 - 56 - 42, number: 60, h: 23, size: 12 };

/** @param {Facts} m @param {Room} room @param {string[]} [written] */
const textRow = (m, room, written = []) => {
  const looks = room.wide ? { size: 17, h: 38, pad: 24 } : { size: 14, h: 34, pad: 14 };
  return flow(
    [
      chip("text", m.place, looks),
      ...written.map((word) => chip("pick", word, { ...looks, look: "answer" })),
      chip("next", "?", { ...looks, w: 52, look: "empty" }),
    ],
    room.W,
    { gap: room.wide ? 10 : 6, align: "start" },
  );
};

/** @param {Facts} m @param {Room} room */
export function drawText(m, room) {
  const chips = m.words.slice(0, SHOWN).map((word, i) =>
    chip(`c${i}`, word, { size: room.wide ? 14 : 12, pad: 16 }).late(200 + i * 90)
  );
  const n = room.wide ? SHOWN : 3;
  const lines = Array.from(
    { length: Math.ceil(SHOWN / n) },
    (_, i) => row(chips.slice(i * n, (i + 1) * n), { gap: room.wide ? 8 : 6 }),
  );
  const more = note("others", `and ${(m.V - SHOWN).toLocaleString("en")} others`);
  return picture(
    room,
    column([space(0, 4), textRow(m, room), space(0, 20), column(lines, { gap: 8 }), more]),
    { alignY: "start" },
  );
}

/** @param {Facts} m @param {Room} room */
export const drawAppend = (m, room) => picture(room, textRow(m, room, [m.word(m.film.pick)]));

/**
 * The name, and the logit, of token i.
 * @param {Facts} m
 * @param {Cut} c
 * @param {number} i
 * @param {Room} room
 */
function headOf(m, c, i, room) {
  const { name, logit, h, size } = sizesIn(room);
  const word = label(`n${i}`, m.words[i], { mono: true, size }).faint(!c.stays[i]).from(`c${i}`);
  const z = cell(`z${i}`, "score", c.scaled[i], {
    w: logit,
    h,
    digits: 1,
    size: room.wide ? 14 : 12,
  });
  return [within(word, { w: name, align: "start" }), z];
}

/**
 * A bar of a length, hatched where it is cut, and its number.
 * @param {string} name of the token, in the keys
 * @param {number} p
 * @param {number} w how long
 * @param {Cut} c what cuts
 * @param {boolean} stays
 * @param {Room} room
 * @param {{ past?: number, isBroken?: boolean }} [options] past: how far along the bars a line
 *     stands, which the number keeps clear of; isBroken: a part of the bar is left out
 */
function barOf(name, p, w, c, stays, room, { past = 0, isBroken = false } = {}) {
  const { bar, number, h, size } = sizesIn(room);
  const looks = { role: stays ? roleOf(c) : "mask" };
  const part = (/** @type {string} */ key, /** @type {number} */ long) =>
    solid(key, { w: long, h: h - 6 }, looks);
  const piece = !isBroken ? part(`b${name}`, w) : row([
    part(`b${name}`, w - 2 * BREAK),
    label("slashes", "//", { mono: true, strong: true, size: 14 }),
    part(`end${name}`, BREAK),
  ], { gap: 1 });
  const text = label(`p${name}`, stays ? percent(p) : "cut", {
    size: Math.max(12, size - 1),
    strong: stays,
  });
  const both = row([piece, text.faint(!stays)], { gap: Math.max(8, past + 8 - w) });
  return within(both, { w: bar + number + 8, h, align: "start" });
}

/**
 * The row of all tokens that have none of their own. A bar that would dwarf theirs is broken.
 * @param {Facts} m
 * @param {Cut} c
 * @param {number} p
 * @param {{ w: number, most: number }} length as long as it is, and may be
 * @param {Room} room
 */
function restRow(m, c, p, { w, most }, room) {
  const { name, logit, h, size } = sizesIn(room);
  const isCut = c.others === 0;
  const n = (m.V - SHOWN).toLocaleString("en");
  const words = note("others", `${n} others`, {
    size: Math.max(12, size - 2),
  });
  const some = c.others < m.V - SHOWN && !isCut ? `${c.others} left` : "";
  return [
    within(words, { w: name, h, align: "start" }),
    within(note("some", some, { size: 12 }), { w: logit }),
    barOf("rest", p, Math.min(w, most), c, !isCut, room, { isBroken: w > most }),
  ];
}

/**
 * The table of tokens, with their shares before or after the filter.
 * @param {Facts} m
 * @param {Room} room
 * @param {Cut} c
 * @param {{ after?: boolean, sums?: boolean, past?: number, end?: number }} [options] sums: how
 *     much they hold so far; past: as in barOf; end: of the bars' scale
 */
function rows(m, room, c, { after = false, sums = false, past = 0, end = m.end } = {}) {
  const p = after ? c.after : c.before;
  const wide = (/** @type {number} */ x) => Math.max(LEAST, (x / end) * sizesIn(room).bar);
  let held = 0;
  const all = m.words.slice(0, SHOWN).map((_, i) => {
    held += c.before[i];
    const sum = sums && room.wide && c.stays[i]
      ? within(figure(`sum${i}`, held, { digits: 2, size: 14 }), { w: 40 }).late(i * 120)
      : null;
    const stays = c.stays[i];
    return [
      ...headOf(m, c, i, room),
      after && !stays ? null : barOf(String(i), p[i], wide(p[i]), c, stays, room, { past }),
      sum,
    ];
  });
  const others = after ? c.rest.after : c.rest.before;
  const most = Math.min(sizesIn(room).bar, Math.max(5 * BREAK, 1.25 * wide(p[0])));
  const length = { w: wide(others), most };
  const rest = after && c.others === 0 ? [] : [restRow(m, c, others, length, room)];
  return table([...all, ...rest], { gap: room.wide ? 10 : 6, gapY: 3 });
}

/**
 * The text above what is shown of its next token.
 * @param {Facts} m
 * @param {Room} room
 * @param {Piece} piece
 */
const under = (m, room, piece) =>
  picture(
    room,
    column([space(0, 4), textRow(m, room), space(0, room.wide ? 18 : 16), piece], {
      gap: 0,
      align: "start",
    }),
    { alignY: "start" }, // the text stays where it is, from scene to scene
  );

/** @param {Facts} m @param {Room} room */
export function drawLogits(m, room) {
  const all = m.words.slice(0, SHOWN).map((_, i) =>
    headOf(m, m.plain, i, room).map((piece) => piece.late(i * 90))
  );
  const n = note("others", `and ${(m.V - SHOWN).toLocaleString("en")} others`, { size: 13 });
  const whole = column([table(all, { gap: 10, gapY: 4 }), n], { gap: 10, align: "start" });
  return under(m, room, whole);
}

/** @param {Facts} m @param {Room} room @param {Cut} c */
export const drawShares = (m, room, c) => under(m, room, rows(m, room, c));

/**
 * A filter at work: what it cuts is hatched. Min-p has a line at the least that stays.
 * @param {Facts} m
 * @param {Room} room
 * @param {Cut} c
 */
export function drawFilter(m, room, c) {
  const { minP, topP } = c.knobs;
  const past = (minP ?? 0) * (c.before[0] / m.end) * sizesIn(room).bar;
  const whole = rows(m, room, c, { sums: topP !== undefined, past });
  return under(m, room, minP ? over(whole, (at) => [least(at, past)]) : whole);
}

/**
 * A line down through all bars.
 * @param {(at: string) => Box} at
 * @param {number} x
 * @returns {Sketch}
 */
function least(at, x) {
  const [first, last] = [at("b0"), at("brest")];
  const y = first.y - 6;
  return {
    key: "least",
    role: "frame",
    x: first.x + x,
    y,
    w: 0.5,
    h: last.y + last.h + 6 - y,
    r: 0,
    z: 5,
  };
}

/** @param {Facts} m @param {Room} room */
export const drawRescale = (m, room) => under(m, room, rows(m, room, m.film, { after: true }));

/** @param {Facts} m @param {Room} room */
export function drawDraw(m, room) {
  const { pick } = m.film;
  const drawn = chip("pick", m.word(pick), { size: 17, h: 38, pad: 24, look: "answer" })
    .from(`b${pick}`).late(1100);
  return under(m, room, column([stack(m, room, m.film, { h: 54 }), drawn], { gap: 24 }));
}

/** @param {Facts} m @param {Room} room */
export function drawTurn(m, room) {
  const free = { W: room.W, H: room.H - (room.wide ? MENUS : 0) };
  const whole = column([
    rows(m, room, m.yours, { end: m.yourEnd }),
    stack(m, room, m.yours, { h: room.wide ? 26 : 30, edit: true }),
  ], { gap: 4 });
  return picture(free, whole);
}
