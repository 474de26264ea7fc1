// Strips of numbers, one for each head, in its colour; the prompt with a head's weights; and bars
// for the answers. What the heads give, side by side, is drawn in joined.js.

import { column, over, picture, row, space, table, within } from "../../moving/layout.js";
import { around, chip, label, lying, rising, rule, solid } from "../../moving/pieces.js";
import { percent } from "../../shared/words.js";
import { prompt } from "../relay/prompt.js";
import { FOUR, SEEN_HERE } from "./facts.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Room } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */

const MENUS = 62; // the height of the menus, which lie over the picture where it is wide

/**
 * The sizes of words and cells. few: so many numbers of a vector are drawn; all would be a smear.
 * @param {Room} room
 */
export const sizesIn = ({ W, wide }) =>
  wide
    ? { name: 76, w: Math.floor((W - 250) / 32), h: 26, size: 15, gap: 14, few: 16 }
    : { name: 26, w: Math.floor((W - 78) / 16), h: 24, size: 12, gap: 6, few: 8 };

/**
 * The role of what belongs to a head: the colour that it keeps.
 * @param {number} h
 */
export const hueOf = (h) => `head${h}`;

/**
 * Numbers as a row of small cells, without their digits: filled as strongly as they are large.
 * @param {string} key
 * @param {string} role
 * @param {number[]} values
 * @param {{ w: number, h: number, most: number, off?: boolean }} cells
 */
export const strip = (key, role, values, { w, h, most, off = false }) =>
  row(
    values.map((value, i) =>
      solid(`${key}.${i}`, { w: w - 0.5, h }, {
        role,
        level: off ? 0 : 0.06 + 0.7 * Math.min(1, Math.abs(value) / most),
        look: off ? "empty" : value < 0 ? "minus" : "",
      })
    ),
    { gap: 0.5 },
  );

/** @param {number[][]} rows */
export const largest = (rows) => Math.max(...rows.flat().map(Math.abs));

/**
 * The name of a head, short where there is little room.
 * @param {Facts} m
 * @param {number} h
 * @param {Room} room
 */
const nameOf = (m, h, room) => {
  const { name, size } = sizesIn(room);
  const text = room.wide ? m.title(h) : `${m.layer}.${h}`;
  const looks = { strong: true, size, role: hueOf(h) };
  return within(label(`name${h}`, text, looks), { w: name, align: "end" });
};

/**
 * @param {Facts} m
 * @param {Room} room
 * @param {number[]} [weights]
 */
function words(m, room, weights) {
  const now = { weights, asks: m.place, seen: SEEN_HERE };
  return prompt(m, room, now);
}

/**
 * The bars and numbers of a head's weights in its colour.
 * @param {Piece} piece
 * @param {number} h
 */
const coloured = (piece, h) => piece.with((e) => /^[bw]\d/.test(e.key) ? { role: hueOf(h) } : {});

/** @param {Facts} m @param {Room} room */
export const drawText = (m, room) => picture(room, words(m, room));

/**
 * The query of all heads as one strip, then cut into four.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} k
 */
export function drawSplit(m, room, k) {
  const most = largest(m.queries);
  const { size } = sizesIn(room);
  const cells = room.wide
    ? { w: k ? Math.floor((room.W - 120) / 32) : Math.floor(room.W / 128), h: 30, most }
    : { w: k ? 8 : 9, h: 24, most };
  const strips = FOUR.map((h) => strip(`q${h}`, "query", m.queries[h], cells));
  const title = label("q", "the query", { role: "query", strong: true, size });
  if (!k) {
    const whole = room.wide ? row(strips, { gap: 0.5 }) : column(strips, { gap: 2 });
    const asks = chip("asks", m.words[m.place], { look: "asks", size });
    return picture(room, column([asks, title, whole], { gap: 14 }));
  }
  const cut = table(FOUR.map((h) => [nameOf(m, h, room), strips[h]]), { gap: 8, gapY: 14 });
  return picture(room, column([title, cut], { gap: 14 }));
}

/**
 * Where one head looks.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} h
 */
export function drawLooks(m, room, h) {
  const looks = { strong: true, size: room.wide ? 18 : 16, role: hueOf(h) };
  const title = label("head", m.title(h), looks);
  const seen = coloured(words(m, room, m.weights[h]), h);
  return picture(room, column([title, seen], { gap: 8, align: "start" }));
}

/**
 * The first numbers of what each head mixed.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} off a head that is switched off
 * @param {number} h the height of a cell
 */
function outputs(m, room, off, h) {
  const { w, few } = sizesIn(room);
  const most = largest(m.outputs);
  return FOUR.map((i) => {
    const first = m.outputs[i].slice(0, few);
    return strip(`o${i}`, hueOf(i), first, { w, h, most, off: i === off });
  });
}

/**
 * What W_O makes of each head's slice, and their sum.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} [off] a head that is switched off
 * @param {number} [tall] how many times higher cells are
 */
function mixed(m, room, off = -1, tall = 1) {
  const { w, h: usual, size, gap, few } = sizesIn(room);
  const h = tall * usual;
  const first = (/** @type {number[]} */ values) => values.slice(0, few);
  const most = largest([...m.parts.map(first), first(m.sum)]);
  const slices = outputs(m, room, off, h);
  const parts = FOUR.map((i) =>
    strip(`p${i}`, hueOf(i), first(m.parts[i]), { w, h, most, off: i === off }).from(`o${i}.0`)
  );
  const by = FOUR.map((i) => label(`by${i}`, "W_O", { look: "formula", size, role: "muted" }));
  const sum = strip("s", "x", first(off < 0 ? m.sum : m.sumOff), { w, h, most });
  const total = label("n.sum", "sum", { strong: true, size, role: "x" });
  return table([
    ...FOUR.map((i) => [nameOf(m, i, room), slices[i], by[i], parts[i]]),
    [null, null, null, rule("line", few * w)],
    [null, null, total, sum],
  ], { gap, gapY: room.wide ? 9 * tall : 7 * tall });
}

/** @param {Facts} m @param {Room} room */
export const drawMix = (m, room) => picture(room, mixed(m, room, -1, 1.5));

/**
 * A bar for each answer.
 * @param {Facts} m
 * @param {Room} room
 * @param {number[]} p
 */
function bars(m, room, p) {
  const { size } = sizesIn(room);
  const said = p.indexOf(Math.max(...p)); // the likelier of the two
  return table(
    m.answers.map((word, i) => [
      chip(`answer${i}`, word, { size, h: 30, look: i === said ? "answer" : "" }),
      lying(`a${i}`, p[i], { w: room.wide ? Math.min(300, room.W - 590) : 130, h: 14 }),
      label(`percent${i}`, percent(p[i]), { size, strong: i === said }),
    ]),
    { gap: 12, gapY: 6, align: ["end", "start", "end"] },
  );
}

/** @param {Facts} m @param {Room} room */
export function drawOff(m, room) {
  const last = `p${m.off}.${sizesIn(room).few - 1}`;
  const whole = over(
    mixed(m, room, m.off),
    (at) => [around("off", [at(`o${m.off}.0`), at(last)], { room: 4, delay: 300 })],
  );
  return picture(room, column([whole, bars(m, room, m.probs[m.off][0])], { gap: 18 }));
}

/** @param {Facts} m @param {Room} room */
export function drawTurn(m, room) {
  const { wide } = room;
  const size = wide ? 15 : 12;
  const rises = m.factors.map((factor, f) => {
    const p = m.probs[m.head][f][0];
    return column([
      label(`p.${f}`, percent(p), { size: wide ? 14 : 12, strong: f === m.factor }),
      rising(`r.${f}`, p, { w: wide ? 44 : 26, h: 110 }),
      label(`f.${f}`, `× ${factor}`, { size, strong: f === m.factor }),
    ], { gap: 4 }).named(`column${f}`);
  });
  const title = label("n.rise", `${m.answers[0]}, with ${m.title(m.head)} times …`, {
    size: wide ? 15 : 13,
    strong: true,
  });
  const left = over(
    column([title, row(rises, { gap: wide ? 26 : 10 })], { gap: 10 }),
    (at) => [around("chosen", [at(`column${m.factor}`)], { room: 6 })],
  );
  const right = bars(m, room, m.probs[m.head][m.factor]);
  const free = wide ? { ...room, H: room.H - MENUS } : room;
  const whole = wide ? row([left, right], { gap: 50 }) : column([left, right], { gap: 24 });
  return picture(free, column([space(0, 2), /** @type {Piece} */ (whole)]));
}
