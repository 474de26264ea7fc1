// Tokens with their vectors, and below them the head: its weights, scores and probabilities.

import { ribbon } from "../../moving/arrows.js";
import { column, over, picture, Piece, row, space, table, within } from "../../moving/layout.js";
import { around, cell, chip, figure, label, note, vector } from "../../moving/pieces.js";
import { percent } from "../../shared/words.js";
import { FILLER } from "./facts.js";

/** @import { Box, Room, Sketch } from "../../moving/types.js" */
/** @import { Facts, Reading } from "./facts.js" */
/**
 * A row of columns: what stands in each, at which place of the text (below 0: none of it), and the
 * one that is read.
 * @typedef {{ words: string[], places: number[], read?: number }} Line
 */

const STRONG = 2; // the number that is filled most strongly
const APART = 8; // pixels: from one ribbon to the next at a broad token
const ROLES = ["key", "second"]; // the colours of the two classes, the second in last_token.css

/** @param {Facts} m @param {Room} room */
export function drawText(m, room) {
  const words = m.words.map((word, i) => chipOf(room, `t${i}`, word));
  const asked = m.classes.map((name, i) =>
    label(`class${i}`, `${name}?`, { role: ROLES[i], size: 20, strong: true })
  );
  const whole = [lines(words, room), row(asked, { gap: 40 })];
  return picture(room, column(whole, { gap: 44 }));
}

/** @param {Room} room @param {string} key @param {string} word @param {string} [look] */
const chipOf = ({ wide }, key, word, look = "") =>
  chip(key, word, { size: wide ? 16 : 13, pad: wide ? 18 : 10, look });

/** @param {Piece[]} pieces @param {Room} room */
function lines(pieces, { W, wide }) {
  /** @type {Piece[][]} */
  const all = [[]];
  let length = 0;
  for (const piece of pieces) {
    if (length + piece.w > W - 4) {
      all.push([]);
      length = 0;
    }
    all[all.length - 1].push(piece);
    length += piece.w + 6;
  }
  return column(all.map((line) => row(line, { gap: 6 })), { gap: wide ? 8 : 5 });
}

/**
 * How wide a column of a token is.
 * @param {Room} room
 * @param {number} n
 */
const columnWidth = ({ W, wide }, n) =>
  Math.min(wide ? 72 : 46, (W - (wide ? 16 : 8)) / n - (wide ? 6 : 4));

/**
 * The tokens of a batch's row, the one that is read marked.
 * @param {Facts["last"]} last
 * @param {Room} room
 * @param {Line} line
 * @param {number} [w] the width of each; 0 for that of its word
 */
function tokensOf(last, room, { words, places, read }, w = columnWidth(room, words.length)) {
  const type = { w, h: 28, size: room.wide ? 14 : 12, pad: w ? 0 : 9 };
  return words.map((word, k) => {
    const look = k === read ? "read" : word === FILLER ? "empty" : "";
    return chip(keyOf(last, places[k]), word, { ...type, look });
  });
}

/**
 * The key of a token, or of a column of padding behind the text or before it.
 * @param {number} last
 * @param {number} place
 */
const keyOf = (last, place) =>
  place < 0 ? `before${-place}` : place > last ? `pad${place - last}` : `t${place}`;

/**
 * The tokens, and below each its vector.
 * @param {Facts} m
 * @param {Room} room
 * @param {Line} line
 */
function columnsOf(m, room, line) {
  const w = columnWidth(room, line.words.length);
  const looks = w < 50 ? { digits: 1, size: 12 } : { digits: 2, size: 13 };
  const all = tokensOf(m.last, room, line).map((top, k) => {
    const values = vector(`v.t${k}`, "x", m.columns[k], {
      w,
      h: room.wide ? 32 : 24,
      down: true,
      looks: { most: STRONG, ...looks },
    });
    return column([top, values.faint(line.read !== undefined && k !== line.read)], {
      gap: room.wide ? 10 : 5,
    });
  });
  const gap = room.wide ? 6 : 4;
  const split = room.wide ? 12 : 4; // before the last, which is read
  return row([row(all.slice(0, -1), { gap }), ...all.slice(-1)], { gap: gap + split });
}

/** @param {Facts} m @returns {Line} */
const plain = (m) => ({ words: m.words, places: m.words.map((_, i) => i) });

/** @param {Facts} m @param {Room} room */
export function drawVectors(m, room) {
  const more = room.wide ? " (orange: below zero)" : "";
  const words = `four of the numbers in each token’s vector${more}`;
  return picture(room, column([note("name", words), columnsOf(m, room, plain(m))], { gap: 14 }));
}

/** @param {Facts} m @param {Room} room */
export function drawLast(m, room) {
  const line = { ...plain(m), read: m.last };
  const all = column([
    note("name", "the last token has seen all of them"),
    columnsOf(m, room, line),
  ], {
    gap: 14,
  });
  const ring = (/** @type {(name: string) => Box} */ at) => [
    around("read", [at(`t${m.last}`), at(`v.t${m.last}`)], {
      role: "frame",
      room: room.wide ? 6 : 4,
    }),
  ];
  return picture(room, over(all, ring));
}

/**
 * The head on a vector: its weights, the scores, the probabilities, and the loss.
 * @param {Facts} m
 * @param {Room} room
 * @param {Reading} reading
 * @param {string} from the key of the vector's source
 */
function headOf(m, room, reading, from) {
  const { wide } = room;
  const size = { w: wide ? 52 : 44, h: 28 };
  const looks = { most: STRONG, digits: 2, size: wide ? 13 : 12 };
  const x = vector("x", "x", reading.x, { ...size, looks }).from((j) => `v.${from}.${j}`);
  const names = m.classes.map((name, i) =>
    label(`name${i}`, name, { role: ROLES[i], size: 15, strong: true })
  );
  const rows = reading.head.map((weights, i) =>
    vector(`W.${i}`, ROLES[i], weights, { ...size, looks: { ...looks, r: 4 } })
  );
  const head = column(rows, { gap: 3 }).named("W");
  const beside = column(names.map((name) => within(name, { h: 31 })), { gap: 0, align: "end" });
  const weights = table([[note("x.name", "vector"), x], [beside, head]], {
    gap: 10,
    gapY: 8,
    align: ["end", "start"],
  });
  return wide
    ? row([weights, resultOf(m, room, reading)], { gap: 34 })
    : column([weights, resultOf(m, room, reading)], { gap: 10 });
}

/**
 * A probability as a bar in its track, in the colour of its class.
 * @param {string} key
 * @param {number} share
 * @param {number} w
 * @param {string} role
 */
const shareOf = (key, share, w, role) =>
  new Piece(w, 14, (x, y) => [
    { key: `${key}.track`, role: "track", x, y, w, h: 14, r: 3 },
    { key, role, x, y, w: Math.max(1.5, share * w), h: 14, r: 3, level: 1, z: 1 },
  ]);

/** @param {Facts} m @param {Room} room @param {Reading} reading */
function resultOf(m, room, reading) {
  const w = room.wide ? 150 : 90;
  const rows = m.classes.map((name, i) => [
    label(`result${i}`, name, { role: ROLES[i], size: 13, strong: true }),
    cell(`s${i}`, "score", reading.scores[i], { w: 56, h: 24, digits: 2, most: 4, size: 13 }),
    shareOf(`b${i}`, reading.p[i], w, ROLES[i]),
    label(`p${i}`, percent(reading.p[i]), { size: 14, strong: reading.p[i] > 0.5 }),
  ]);
  const heads = [note("h0", ""), note("h1", "score"), note("h2", "probability"), null];
  const loss = row([
    label("loss.name", `loss: −ln p(${m.classes[reading.label]}) =`, { size: 13 }),
    figure("loss", reading.loss, { digits: 2, size: 17 }),
  ], { gap: 8 });
  const all = table([heads, ...rows], { gap: 10, gapY: 4, align: ["end", "middle", "start"] });
  return column([all, loss], { gap: 8 });
}

/**
 * Tokens, and below them the head on the vector of the one that is read.
 * @param {Facts} m
 * @param {Room} room
 * @param {Line & { read: number }} line
 * @param {Reading} reading
 * @param {number} [last] the place of the text's last token
 */
function read(m, room, line, reading, last = m.last) {
  const key = keyOf(last, line.places[line.read]);
  const top = room.wide
    ? row(tokensOf(last, room, line), { gap: 3 })
    : lines(tokensOf(last, room, line, 0), room);
  const whole = column([top, space(0, room.wide ? 52 : 22), headOf(m, room, reading, key)], {
    gap: 0,
  });
  return over(whole, (at) => strands(at(key), reading.x.map((_, j) => at(`x.${j}`)), reading.x));
}

/**
 * A ribbon from a token to each number of its vector, as thick as the number is large.
 * @param {Box} token
 * @param {Box[]} cells
 * @param {number[]} x
 */
function strands(token, cells, x) {
  const apart = Math.min(APART, (token.w - 4) / x.length);
  return cells.map((to, j) => {
    const from = { ...token, x: token.x + (j - (x.length - 1) / 2) * apart };
    const thick = (0.15 + 0.3 * Math.min(1, Math.abs(x[j]) / STRONG)) * apart;
    const look = x[j] < 0 ? "minus soft" : "soft";
    return ribbon(`in.${j}`, from, { ...to, y: to.y - 2 }, { role: "x", look, thick, even: true });
  });
}

/** @param {Facts} m @param {Room} room @param {Reading} reading */
export const drawHead = (m, room, reading) =>
  picture(room, read(m, room, { ...plain(m), read: m.last }, reading));

/** @param {Facts} m @param {Room} room @param {number} k */
export function drawPadding(m, room, k) {
  const text = m.words.map((_, i) => i);
  const fill = Array.from({ length: m.behind }, (_, i) => i + 1);
  const fillers = fill.map(() => FILLER);
  const words = k ? [...fillers, ...m.words] : [...m.words, ...fillers];
  const places = k ? [...fill.map((i) => -i), ...text] : [...text, ...fill.map((i) => m.last + i)];
  const line = { words, places, read: m.last + m.behind };
  return picture(room, read(m, room, line, k ? m.trained : m.padded));
}

/** @param {Facts} m @param {Room} room */
export function drawTurn(m, room) {
  const { words, column: at, last, reading } = m.yours;
  const line = { words, places: words.map((_, i) => i), read: at };
  const free = { ...room, H: room.H - (room.wide ? 62 : 0) };
  return picture(free, read(m, free, line, reading, last));
}
