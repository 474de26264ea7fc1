// The text on top, the model below it, then the bars of the next token and the line of the draw.

import { ribbon } from "../../moving/arrows.js";
import { column, flow, over, picture, Piece, row, space, table } from "../../moving/layout.js";
import { chip, label, lying, note, solid, spin } from "../../moving/pieces.js";
import { decimals, percent } from "../../shared/words.js";
import { SHOWN, shown } from "./facts.js";

/** @import { Box, Room, Sketch } from "../../moving/types.js" */
/** @import { Facts, Likely, Turn } from "./facts.js" */
/** @typedef {{ drawn?: boolean, put?: boolean, yours?: boolean }} Now */

const STRIP = 26; // the height of the line of the draw

/** @param {Room} room */
const typeOf = ({ wide }) => wide ? { size: 16, pad: 16, h: 32 } : { size: 13, pad: 8, h: 27 };

/** @param {Piece[]} pieces @param {Room} room */
const wrapped = (pieces, { W, wide }) =>
  flow(pieces, W - 4, { gap: wide ? 6 : 3, gapY: 5, align: "start" });

/**
 * The text as tokens, those that were written, and an empty place.
 * @param {Facts} m
 * @param {Room} room
 * @param {string[]} written
 * @param {{ latest?: boolean, ids?: boolean }} [looks] latest: the last of those has just come
 */
function textRow(m, room, written, { latest = false, ids = false } = {}) {
  const type = typeOf(room);
  const start = m.words.length;
  const all = [...m.words, ...written].map((word, i) => {
    const isLatest = latest && i === start + written.length - 1;
    const box = chip(`t${i}`, word, { ...type, look: isLatest ? "answer" : "" }).from(
      i < start ? `w${i}` : "pick",
    );
    const id = label(`id${i}`, String(m.ids[i]), { size: 12, role: "muted" });
    return ids ? column([box, id], { gap: 1 }) : box;
  });
  const empty = chip("next", "?", { ...type, look: "empty" });
  return wrapped(
    latest ? all : [...all, ids ? column([empty, space(1, 15)], { gap: 1 }) : empty],
    room,
  );
}

const TOP = /** @type {{ alignY: "start" }} */ ({ alignY: "start" });

/** @param {Facts} m @param {Room} room */
export function drawText(m, room) {
  const size = room.wide ? 21 : 18;
  const words = m.words.map((word, i) => label(`w${i}`, word, { size, mono: true }));
  const dots = label("dots", "…", { size, mono: true });
  const could = m.turns[0].likeliest.slice(0, SHOWN).map(([text], i) =>
    chip(`could${i}`, `${shown(text)}?`, { ...typeOf(room), look: "empty" })
  );
  const whole = [space(1, 4), wrapped([...words, dots], room), column(could, { gap: 6 })];
  return picture(room, column(whole, { gap: 24 }), TOP);
}

/** @param {Facts} m @param {Room} room */
export const drawTokens = (m, room) =>
  picture(room, column([space(1, 16), textRow(m, room, [], { ids: true })]), TOP);

/** @param {Facts} m @param {Room} room */
function modelBox(m, room) {
  const words = `${m.model_name}: ${m.parameters.toLocaleString("en")} numbers`;
  return chip("model", words, { size: room.wide ? 15 : 13, pad: 28, h: room.wide ? 40 : 34 });
}

/** @param {Piece} top @param {Piece} below @param {Room} room */
const under = (top, below, room) =>
  over(column([top.named("text"), below], { gap: room.wide ? 22 : 14 }), (at) => {
    const a = at("text");
    const b = at("model");
    const x = b.x + b.w / 2;
    return [ribbon("in", { x, y: a.y, w: 0, h: a.h + 3 }, { ...b, y: b.y - 3 }, { head: true })];
  });

/** @param {Facts} m @param {Room} room */
export const drawModel = (m, room) =>
  picture(room, under(textRow(m, room, []), modelBox(m, room), room), TOP);

/**
 * The tokens that are named: the likeliest, and the drawn one.
 * @param {Turn} turn
 * @param {string} drawn "" before the draw
 */
function namedTokens({ likeliest }, drawn) {
  const isDrawn = (/** @type {Likely} */ [text]) => shown(text) === drawn;
  const listed = likeliest.slice(0, SHOWN);
  return listed.some(isDrawn) ? listed : [...listed, ...likeliest.filter(isDrawn).slice(0, 1)];
}

/**
 * Those tokens as bars, and one bar for all others.
 * @param {Facts} m
 * @param {Turn} turn
 * @param {Room} room
 * @param {string} picked
 */
function barsOf(m, turn, room, picked) {
  const size = room.wide ? 14 : 13;
  const w = room.wide ? 180 : room.W - 176;
  const listed = namedTokens(turn, picked);
  const rest = 1 - listed.reduce((sum, [, p]) => sum + p, 0);
  const others = `${(m.vocab_size - listed.length).toLocaleString("en")} others`;
  /** @type {[name: string, p: number, mono: boolean][]} */
  const all = [
    ...listed.map(([text, p]) => /** @type {[string, number, boolean]} */ ([shown(text), p, true])),
    [others, rest, false],
  ];
  const rows = all.map(([name, p, mono], i) => [
    label(`n${i}`, name, { size, mono, strong: mono && name === picked }),
    lying(`b${i}`, p, { w, h: 14 }),
    label(`p${i}`, percent(p), { size }),
  ]);
  const columns = room.wide ? [104, w, 66] : [92, w, 60];
  return table(rows, { columns, gap: 10, gapY: 3, align: ["end", "start", "end"] });
}

/**
 * How long the line of the draw is: beside the bars, or below them.
 * @param {Room} room
 */
const lineWidth = ({ wide, W }) => wide ? Math.min(480, W - 420) : W - 4;

/**
 * Where each part of the line ends: the likeliest tokens that can be seen, the drawn one, others.
 * @param {Turn} turn
 * @param {number} W
 * @returns {{ key: string, name: string, end: number, role: string }[]}
 */
function partsOf({ likeliest, picked }, W) {
  let end = 0;
  /** @type {ReturnType<typeof partsOf>} */
  const parts = [];
  likeliest.forEach(([text, p], i) => {
    const isDrawn = text === picked;
    const isSeen = i < SHOWN && p * W >= 3;
    if (isDrawn && i >= SHOWN) parts.push({ key: "before", name: "", end, role: "track" });
    end += p;
    if (isSeen || isDrawn) {
      const key = i < SHOWN ? `s${i}` : "drawn";
      parts.push({ key, name: shown(text), end, role: "weight" });
    }
  });
  return [...parts, { key: `s${SHOWN}`, name: "others", end: 1, role: "track" }];
}

/**
 * The same bars end to end, on a line from 0 to 1, and a mark where a number falls.
 * @param {Turn} turn
 * @param {Room} room
 * @param {boolean} yours whether the number can be changed
 */
function drawLine(turn, room, yours) {
  const W = lineWidth(room);
  const all = partsOf(turn, W);
  const line = all.flatMap(({ key, name, end, role }, i) => {
    const start = all[i - 1]?.end ?? 0;
    const w = (end - start) * W;
    if (w < 1) return [];
    const gap = w > 4 ? 2 : 0;
    const part = solid(key, { w: w - gap, h: STRIP }, {
      role,
      text: w > 8 * name.length + 10 ? name : "",
      look: role === "track" ? "" : "inverse",
      size: 12,
    });
    return [part.from(key.replace("s", "b")), space(gap, STRIP)];
  });
  const strip = row(line, { gap: 0 }).named("line");
  const plain = label("u", decimals(turn.draw), { size: 15, strong: true, role: "query" });
  const shownNumber = yours
    ? chip("yours", "", { w: 58, h: 30 }).with({
      role: "query",
      text: undefined,
      value: turn.draw,
      digits: 2,
      look: "slides",
    })
    : plain;
  const name = label("hit", shown(turn.picked), { size: 14, mono: true, strong: true });
  const whole = column([space(W, 36), strip, scale(W)], { gap: 3 });
  return new Piece(whole.w, whole.h, (x, y, boxes) => {
    const centre = x + turn.draw * W;
    /** @param {Piece} piece @param {number} margin */
    const left = (piece, margin) =>
      Math.min(Math.max(centre - piece.w / 2, x + margin), x + W - piece.w - margin);
    const along = { x, w: W };
    const own = { ...spin("draw", [0, 0], "random number"), min: 0, max: 0.99, step: 0.01, along };
    const number = yours ? shownNumber.with({ spin: own }) : shownNumber;
    const grip = yours ? { grip: "yours" } : {};
    const mark = { ...grip, role: "query", x: centre - 1.5, w: 3, r: 1, z: 7, level: 1 };
    return [
      ...whole.with(grip).put(x, y, boxes),
      ...number.put(left(shownNumber, 0), y + (yours ? 0 : 8), boxes),
      ...name.put(left(name, 18), y + 46 + STRIP, boxes),
      { ...mark, key: "mark", y: y + 30, h: 14 }, // above the name in the part, and below it
      { ...mark, key: "mark2", y: y + 34 + STRIP, h: 11 },
    ];
  });
}

/** @param {number} W */
const scale = (W) => row([note("zero", "0"), space(W - 16), note("one", "1")], { gap: 0 });

/**
 * A turn of writing: the text, the model, its bars, and once it is drawn, the line and the token.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} k
 * @param {Now} [now]
 */
export function drawTurn(m, room, k, { drawn = false, put = false } = {}) {
  const written = m.turns.slice(0, put ? k + 1 : k).map(({ picked }) => shown(picked));
  return wholeTurn(m, room, m.turns[k], written, { drawn, put });
}

/** @param {Facts} m @param {Room} room */
export const drawYours = (m, room) =>
  wholeTurn(m, room, m.yours, [shown(m.yours.picked) === "␣" ? "…" : shown(m.yours.picked)], {
    drawn: m.choose === "draw",
    put: true,
    yours: true,
  });

/**
 * @param {Facts} m
 * @param {Room} room
 * @param {Turn} now
 * @param {string[]} written
 * @param {Now} looks
 */
function wholeTurn(m, room, now, written, { drawn, put, yours }) {
  const { wide } = room;
  const picked = drawn || put ? shown(now.picked) : "";
  const list = barsOf(m, now, room, picked);
  const foot = drawn ? drawLine(now, room, Boolean(yours)) : space(lineWidth(room), 60);
  const both = wide ? row([list, foot], { gap: 36 }) : column([list, foot], { gap: 8 });
  const whole = column([modelBox(m, room), both], { gap: wide ? 14 : 8 });
  return picture(room, under(textRow(m, room, written, { latest: put }), whole, room), TOP);
}
