// A turn of writing: the text, the model below it, what could come next and, once it is drawn, the
// line on which the number falls, from which an arrow leads back to the end of the text.

import { column, over, picture, Piece, row, space, table } from "../../moving/layout.js";
import { label, lying, note } from "../../moving/pieces.js";
import { percent } from "../../shared/words.js";
import { hueOf, SHOWN, shown } from "./facts.js";
import { BAND, TALL } from "./inside.js";
import { drawLine, MIDDLE } from "./line.js";
import { down, streams, wayBack, wordOver } from "./loop.js";
import { insideBelow, insideCard, readable } from "./model.js";
import { textRow } from "./text.js";

/** @import { Box, Room, Sketch } from "../../moving/types.js" */
/** @import { Facts, Likely, Turn } from "./facts.js" */
/** @typedef {{ drawn?: boolean, put?: boolean, yours?: boolean }} Now */
/** @typedef {{ name: string, p: number, mono: boolean, role: string }} Bar */

const BACK = 30; // what the way back takes at the right
const BAR = 18; // its height
const FIRST_LAYER = 62; // where the first layer begins
const NEXT = { bar: 108, name: 84, share: 52, gap: 8 }; // the columns of what could come next
const RIGHT = NEXT.bar + NEXT.name + NEXT.share + 2 * NEXT.gap;
const ALIGN = /** @type {{ alignY: "start", align: "start" }} */ ({
  alignY: "start",
  align: "start",
});

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
 * Those tokens, and all others together.
 * @param {Facts} m
 * @param {Turn} turn
 * @param {string} picked
 * @returns {Bar[]}
 */
function barsOf(m, turn, picked) {
  const listed = namedTokens(turn, picked);
  const rest = 1 - listed.reduce((sum, [, p]) => sum + p, 0);
  const named = listed.map(([text, p]) => {
    const role = hueOf(m, text, shown(text) === picked);
    return { name: shown(text), p, mono: true, role };
  });
  const others = `${(m.vocab_size - listed.length).toLocaleString("en")} others`;
  return [...named, { name: others, p: rest, mono: false, role: "arrow" }];
}

/**
 * A bar's name, the bar and its share.
 * @param {Bar} bar
 * @param {number} i
 * @param {{ w: number, h: number, size: number, picked: string }} looks
 */
function barPieces({ name, p, mono, role }, i, { w, h, size, picked }) {
  const isPicked = mono && name === picked;
  const ink = role === "arrow" ? "muted" : role === "x" ? "none" : role;
  const key = `b${i}`;
  return {
    name: label(`n${i}`, name, { size: mono ? size : size - 1, mono, strong: isPicked, role: ink }),
    bar: lying(key, p, { w, h }).with((e) => e.key === key ? { role } : {}),
    share: label(`p${i}`, percent(p), { size, strong: isPicked }),
  };
}

/** @type {(m: Facts, room: Room, k: number, now?: Now) => Sketch[]} */
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
  picture(room, (room.wide ? wideTurn : narrowTurn)(m, room, turn, written, now), ALIGN);

/**
 * How the way back looks: in the colour of the token that goes it.
 * @param {Facts} m
 * @param {Turn} turn
 * @param {Now} now
 */
const lookOf = (m, { picked }, { put }) =>
  put ? { role: hueOf(m, picked, true) } : { role: "arrow", opacity: 0.6 };

/** @type {(m: Facts, room: Room, turn: Turn, written: string[], now: Now) => Piece} */
function wideTurn(m, room, turn, written, now) {
  const { put, drawn, yours } = now;
  const picked = drawn || put ? shown(turn.picked) : "";
  const n = m.words.length + written.length - (put ? 1 : 0);
  const W = room.W - 2 - BACK;
  const unit = yours ? 4.6 : drawn ? 6 : 8;
  const tall = TALL * unit;
  const seen = [...m.words, ...written].slice(0, n);
  const type = readable(seen, W - RIGHT - 60, { size: 15, h: 32 });
  const text = textRow(m, room, written, { latest: put, W: W + 99, type });
  const bars = barsOf(m, turn, picked);
  const rows = bars.map((bar, i) => {
    const { name, bar: own, share } = barPieces(bar, i, { w: NEXT.bar, h: BAR, size: 14, picked });
    return [own, name, share];
  });
  const list = table(rows, {
    ...{ columns: [NEXT.bar, NEXT.name, NEXT.share], gap: NEXT.gap },
    ...{ gapY: (tall - rows.length * BAR) / rows.length, align: ["start", "start", "end"] },
  });
  const line = drawn ? drawLine(turn, W, m, Boolean(yours)) : null;
  const whole = new Piece(room.W - 2, room.H - 4, (x, y, boxes) => [
    ...text.put(x + 10, y + 2, boxes),
    ...list.put(x + W - RIGHT, y + FIRST_LAYER + 12, boxes),
    ...(line ? line.put(x, y + FIRST_LAYER + tall + 28, boxes) : []),
  ]);
  return over(whole, (at) => {
    const last = at(`t${n - 1}`);
    const foot = { ...last, y: FIRST_LAYER + tall - BAND * unit, h: BAND * unit };
    const from = { x: W + 4, y: line ? FIRST_LAYER + tall + 28 + MIDDLE : FIRST_LAYER + tall - 20 };
    return [
      ...insideBelow(m, at, n, { unit, written }),
      ...streams(foot, bars.map(({ p, role }, i) => ({ box: at(`b${i}.track`), p, role }))),
      ...wayBack(from, at("end"), lookOf(m, turn, now)),
      ...wordOver("word.append", "append", { x: W - 22, y: at("end").y + 42 }),
      ...note("word.next", "the next token").put(W - RIGHT, at("end").y + 27, new Map()),
    ];
  });
}

/** @type {(m: Facts, room: Room, turn: Turn, written: string[], now: Now) => Piece} */
function narrowTurn(m, room, turn, written, now) {
  const { put, drawn, yours } = now;
  const picked = drawn || put ? shown(turn.picked) : "";
  const n = m.words.length + written.length - (put ? 1 : 0);
  const W = room.W - BACK;
  const inset = 6; // in the frame around all that the model sees
  const tokens = textRow(m, room, written, { latest: put, W: W - 2 * inset });
  const text = row([space(inset, 1), tokens], { gap: 0 });
  const bars = barsOf(m, turn, picked);
  const unit = !drawn ? 5.6 : bars.length > SHOWN + 1 ? 2.5 : 3; // a bar more takes its room
  const card = insideCard(m, n, W, { unit, written });
  const columns = [88, W - 168, 66];
  const rows = bars.map((bar, i) => {
    const { name, bar: own, share } = barPieces(bar, i, { w: columns[1], h: 14, size: 13, picked });
    return [name, own, share];
  });
  const list = table(rows, { columns, gap: 7, gapY: 4, align: ["end", "start", "end"] });
  const line = drawn ? drawLine(turn, W, m, Boolean(yours)) : null;
  const next = column([list, line], { gap: 4 }).named("bars");
  const body = column([space(1, 2), text, space(1, 28), card.piece, space(1, 26), next], {
    gap: 0,
    align: "start",
  });
  return over(body, (at) => {
    const [a, b] = [at("asker"), at("bars")];
    const middle = line ? list.h + 4 + MIDDLE : list.h - 10;
    const out = { ...b, x: a.x, w: a.w };
    return [
      ...card.over(at),
      down("out", { ...a, h: at("model").h }, out),
      ...wayBack({ x: b.x + b.w + 3, y: b.y + middle }, at("end"), lookOf(m, turn, now)),
    ];
  });
}
