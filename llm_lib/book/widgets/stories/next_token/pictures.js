// The loop: the text on top, below it the model, what could come next, and the token that is
// chosen, from which an arrow leads back to the end of the text.

import {
  column,
  flow,
  over,
  picture,
  Piece,
  row,
  space,
  table,
  within,
} from "../../moving/layout.js";
import { chip, label, lying, note } from "../../moving/pieces.js";
import { percent } from "../../shared/words.js";
import { SHOWN, shown } from "./facts.js";
import { drawLine, MIDDLE } from "./line.js";
import { along, down, intoModel, wayBack, wordOver } from "./loop.js";

/** @import { Box, Room, Sketch } from "../../moving/types.js" */
/** @import { Facts, Likely, Turn } from "./facts.js" */
/** @typedef {{ drawn?: boolean, put?: boolean, yours?: boolean }} Now */

const PAD = 12; // between the edge of the bars' card and what is in it
const PICK = 92; // the room of the chosen token, in which it stands at the right
const BACK = 30; // what the way back takes on a phone
const TOP = /** @type {{ alignY: "start" }} */ ({ alignY: "start" });

/** @param {Room} room */
const typeOf = ({ wide, W }) =>
  W >= 860 && wide ? { size: 15, pad: 14, h: 34 } : { size: 13, pad: wide ? 9 : 8, h: 28 };

/** @param {Piece[]} pieces @param {Room} room @param {number} [W] */
const wrapped = (pieces, { wide }, W = 0) =>
  flow(pieces, W, { gap: wide ? 5 : 3, gapY: 5, align: "start" });

/**
 * The text as tokens, those that were written, and an empty place.
 * @param {Facts} m
 * @param {Room} room
 * @param {string[]} written
 * @param {{ latest?: boolean, ids?: boolean, W?: number }} [looks] latest: the last of those has
 *   just come; W: how long a line may be
 */
function textRow(m, room, written, { latest = false, ids = false, W = room.W - 4 } = {}) {
  const type = typeOf(room);
  const start = m.words.length;
  const all = [...m.words, ...written].map((word, i) => {
    const isLatest = latest && i === start + written.length - 1;
    const box = chip(`t${i}`, word, { ...type, look: isLatest ? "answer" : "" })
      .from(i < start ? `w${i}` : "pick")
      .named(isLatest ? "end" : "");
    const id = label(`id${i}`, String(m.ids[i]), { size: 12, role: "muted" });
    return ids ? column([box, id], { gap: 1 }) : box;
  });
  const empty = chip("next", "?", { ...type, look: "empty" }).named("end");
  const last = ids ? column([empty, space(1, 15)], { gap: 1 }) : empty;
  return wrapped(latest ? all : [...all, last], room, W).named("text");
}

/** @param {Facts} m @param {Room} room */
export function drawText(m, room) {
  const size = room.wide ? 21 : 18;
  const words = m.words.map((word, i) => label(`w${i}`, word, { size, mono: true }));
  const dots = label("dots", "…", { size, mono: true });
  const could = m.turns[0].likeliest.slice(0, SHOWN).map(([text], i) =>
    chip(`could${i}`, `${shown(text)}?`, { ...typeOf(room), look: "empty" })
  );
  const text = wrapped([...words, dots], room, room.W - 4);
  return picture(
    room,
    column([space(1, 4), text, column(could, { gap: 6 })], { gap: 24 }),
    TOP,
  );
}

/** @param {Facts} m @param {Room} room */
export const drawTokens = (m, room) =>
  picture(room, column([space(1, 16), textRow(m, room, [], { ids: true })]), TOP);

/**
 * The model as a box, at least so large.
 * @param {Facts} m
 * @param {Room} room
 * @param {{ w?: number, h?: number }} [size]
 */
function modelBox(m, { wide }, { w = 0, h = 0 } = {}) {
  const name = label("model.name", m.model_name, { size: wide ? 17 : 14, strong: true });
  const numbers = note("model.size", `${m.parameters.toLocaleString("en")} numbers`);
  const words = (wide ? column([name, numbers], { gap: 0 }) : row([name, numbers])).with({ z: 7 });
  const box = chip("model", "", {
    w: Math.max(w, words.w + (wide ? 28 : 24)),
    h: Math.max(h, words.h + 14),
  });
  return new Piece(box.w, box.h, (x, y, boxes) => [
    ...box.put(x, y, boxes),
    ...words.put(x + (box.w - words.w) / 2, y + (box.h - words.h) / 2, boxes),
  ]);
}

/** @param {Facts} m @param {Room} room */
export function drawModel(m, room) {
  const pieces = [textRow(m, room, []), modelBox(m, room)];
  const whole = column([space(1, 2), column(pieces, { gap: room.wide ? 34 : 30 })]);
  return picture(
    room,
    over(whole, (at) => intoModel(m.words.map((_, i) => at(`t${i}`)), at("model"))),
    TOP,
  );
}

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
 * @param {number} W
 * @param {Room} room
 * @param {string} picked
 */
function barsOf(m, turn, W, { wide }, picked) {
  const size = wide ? 15 : 13;
  const columns = wide ? [96, W - 190, 74] : [88, W - 168, 66];
  const listed = namedTokens(turn, picked);
  const rest = 1 - listed.reduce((sum, [, p]) => sum + p, 0);
  const others = `${(m.vocab_size - listed.length).toLocaleString("en")} others`;
  const all = [...listed.map(([text, p]) => ({ name: shown(text), p, mono: true })), {
    ...{ name: others, p: rest, mono: false },
  }];
  const rows = all.map(({ name, p, mono }, i) => {
    const isPicked = mono && name === picked;
    const role = isPicked ? "value" : mono ? "none" : "muted";
    return [
      label(`n${i}`, name, { size, mono, strong: isPicked, role }),
      lying(`b${i}`, p, { w: columns[1], h: wide ? 19 : 13 }).with(({ key }) =>
        isPicked && key === `b${i}` ? { role: "value" } : {}
      ),
      label(`p${i}`, percent(p), { size, strong: isPicked }),
    ];
  });
  return table(rows, {
    columns,
    gap: wide ? 10 : 7,
    gapY: wide ? 5 : 3.5,
    align: ["end", "start", "end"],
  });
}

/**
 * A card of this width, with what could come next as bars and, once it is drawn, as a line.
 * @param {Facts} m
 * @param {Turn} turn
 * @param {number} W
 * @param {Room} room
 * @param {Now} now
 * @returns {{ card: Piece, bars: number, middle: number }} how high its bars are, and where its
 *   middle is, or that of the line
 */
function cardOf(m, turn, W, room, { drawn, put, yours }) {
  const inside = W - 2 * PAD;
  const bars = barsOf(m, turn, inside, room, drawn || put ? shown(turn.picked) : "");
  const line = drawn ? drawLine(turn, inside, Boolean(yours)) : null;
  const body = column([bars, line], { gap: 6 });
  const h = body.h + 2 * PAD;
  const middle = line ? PAD + bars.h + 6 + MIDDLE : h / 2;
  const card = new Piece(W, h, (x, y, boxes) => [
    { key: "card", role: "token", x, y, w: W, h, r: 8, z: -2 },
    ...body.put(x + PAD, y + PAD, boxes),
  ]);
  return { card: card.named("bars"), bars: bars.h, middle };
}

/**
 * The token that was chosen, or a place for it, as high as the arrow that leads to it.
 * @param {Turn} turn
 * @param {Room} room
 * @param {boolean} chosen
 * @param {number} middle
 */
function pickOf(turn, room, chosen, middle) {
  const type = typeOf(room);
  const text = chosen ? shown(turn.picked).replace("␣", "…") : "?";
  const box = chip("pick", text, { ...type, w: 34, look: chosen ? "answer" : "empty" });
  return column([space(1, middle - type.h / 2), within(box, { w: PICK })], { gap: 0 });
}

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

/** @type {(m: Facts, room: Room, turn: Turn, written: string[], now: Now) => Sketch[]} */
const wholeTurn = (m, room, turn, written, now) =>
  picture(room, (room.wide ? wideTurn : narrowTurn)(m, room, turn, written, now), TOP);

/**
 * The keys of the tokens that the model sees: the one that has just come is seen the next time.
 * @param {Facts} m
 * @param {string[]} written
 * @param {boolean} [put]
 */
const keysOf = (m, written, put) =>
  [...m.words, ...written].map((_, i) => `t${i}`).slice(0, put ? -1 : undefined);

/** @param {boolean} [put] */
const lookOf = (put) => put ? { role: "value" } : { role: "arrow", opacity: 0.6 };

/** @type {(m: Facts, room: Room, turn: Turn, written: string[], now: Now) => Piece} */
const wideTurn = (m, room, turn, written, now) => {
  const { put, drawn } = now;
  const own = room.W >= 860 ? 168 : 152;
  const gap = room.W >= 860 ? 54 : 42;
  const W = room.W - 2 - own - PICK - 2 * gap;
  const { card, bars, middle } = cardOf(m, turn, W, room, now);
  const model = modelBox(m, room, { w: own, h: bars + 2 * PAD });
  const pick = pickOf(turn, room, Boolean(drawn || put), middle);
  const text = textRow(m, room, written, { latest: put, W: room.W - PICK - 12 });
  const body = row([model, card, pick], { gap, align: "start" });
  const whole = column([space(room.W - 2, 2), text, space(1, 54), body], {
    gap: 0,
    align: "start",
  });
  const tokens = keysOf(m, written, put);
  return over(whole, (at) => {
    const [a, b, c] = [at("model"), at("bars"), at("pick")];
    const from = { x: c.x + c.w / 2, y: c.y - 4 };
    const [guess, choose] = [a.y + a.h / 2, c.y + c.h / 2];
    return [
      ...intoModel(tokens.map((key) => at(key)), a),
      along("out", a, b, guess),
      along("choose", b, c, choose),
      ...wayBack(from, at("end"), lookOf(put), false),
      ...wordOver("word.guess", "guess", { x: (a.x + a.w + b.x) / 2, y: guess - 7 }),
      ...wordOver("word.choose", "choose", { x: (b.x + b.w + c.x) / 2 - 1, y: choose - 7 }),
      ...wordOver("word.append", "append", { x: from.x - 34, y: at("end").y + 44 }),
    ];
  });
};

/** @type {(m: Facts, room: Room, turn: Turn, written: string[], now: Now) => Piece} */
const narrowTurn = (m, room, turn, written, now) => {
  const W = room.W - BACK;
  const { card, middle } = cardOf(m, turn, W, room, now);
  const inset = 6; // in the frame around all that the model sees
  const tokens = textRow(m, room, written, { latest: now.put, W: W - 2 * inset });
  const text = row([space(inset, 1), tokens], { gap: 0 });
  const body = column([text, modelBox(m, room, { w: W }), card], { gap: 27, align: "start" });
  const whole = column([space(room.W - 2, 2), body], { gap: 0, align: "start" });
  const keys = keysOf(m, written, now.put);
  return over(whole, (at) => {
    const [a, b] = [at("model"), at("bars")];
    const from = { x: b.x + b.w + 3, y: b.y + middle };
    return [
      ...intoModel(keys.map((key) => at(key)), a),
      down("out", a, b),
      ...wayBack(from, at("end"), lookOf(now.put), true),
    ];
  });
};
