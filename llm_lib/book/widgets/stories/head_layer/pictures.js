// Strips of numbers, one for each head, in its colour, and bars for the answers, below the prompt.
// What the heads ask and give, side by side, is drawn in joined.js.

import { column, over, picture, row, table, within } from "../../moving/layout.js";
import { around, chip, label, lying, rising, rule, solid } from "../../moving/pieces.js";
import { percent } from "../../shared/words.js";
import { FOUR } from "./facts.js";
import { promptIn, under } from "./text.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Room } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */

const TOP = /** @type {const} */ ({ align: "start", alignY: "start" });
const ROOMY = 860; // from here on, bars and cells of the last scene are as broad as they can be
const TALLEST = 2; // the largest factor that a reader may choose

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
 * @param {number} [long] so many stand in a line
 */
export function strip(key, role, values, { w, h, most, off = false }, long = values.length) {
  const cells = values.map((value, i) =>
    solid(`${key}.${i}`, { w: w - 0.5, h }, {
      role,
      level: off ? 0 : 0.06 + 0.7 * Math.min(1, Math.abs(value) / most),
      look: off ? "empty" : value < 0 ? "minus" : "",
    })
  );
  const lines = Array.from(
    { length: Math.ceil(cells.length / long) },
    (_, n) => row(cells.slice(n * long, (n + 1) * long), { gap: 0.5 }),
  );
  return column(lines, { gap: 1, align: "start" });
}

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
export const drawMix = (m, room) =>
  picture(room, under(promptIn(m, room), mixed(m, room, -1, 1.3), room.wide ? 28 : 22), TOP);

/**
 * A bar for each answer.
 * @param {Facts} m
 * @param {Room} room
 * @param {number[]} p
 * @param {number} [long] how long a bar of 1 is
 */
function bars(m, room, p, long = room.wide ? 300 : 130) {
  const { size } = sizesIn(room);
  const said = p.indexOf(Math.max(...p)); // the likelier of the two
  return table(
    m.answers.map((word, i) => [
      chip(`answer${i}`, word, { size, h: 30, look: i === said ? "answer" : "" }),
      lying(`a${i}`, p[i], { w: long, h: 14 }),
      within(label(`percent${i}`, percent(p[i]), { size, strong: i === said }), {
        w: 4.2 * size,
        align: "end",
      }),
    ]),
    { gap: 12, gapY: 6, align: ["end", "start", "end"] },
  );
}

/** @param {Facts} m @param {Room} room */
export function drawText(m, room) {
  const { size } = sizesIn(room);
  const title = label("n.next", "what follows, by Sprout", { strong: true, size });
  const p = bars(m, room, m.probs[0][m.normal], room.wide ? 440 : 150);
  const text = promptIn(m, room, { rest: true });
  return picture(room, under(text, column([title, p], { gap: 14 }), room.wide ? 64 : 40), TOP);
}

/** @param {Facts} m @param {Room} room */
export function drawOff(m, room) {
  const last = `p${m.off}.${sizesIn(room).few - 1}`;
  const whole = over(
    mixed(m, room, m.off),
    (at) => [around("off", [at(`o${m.off}.0`), at(last)], { room: 4, delay: 300 })],
  );
  const below = column([whole, bars(m, room, m.probs[m.off][0])], { gap: 16 });
  return picture(room, under(promptIn(m, room), below, room.wide ? 20 : 16), TOP);
}

/**
 * The four heads as the reader has turned them, where there is room for them.
 * @param {Facts} m
 * @param {Room} room
 */
function turned(m, room) {
  const { size } = sizesIn(room);
  const most = TALLEST * largest(m.outputs);
  const cells = { w: room.W < ROOMY ? 12 : 16, h: 22, most };
  return table(
    FOUR.map((h) => {
      const factor = h === m.head ? m.factors[m.factor] : 1;
      const numbers = m.outputs[h].slice(0, sizesIn(room).few).map((x) => factor * x);
      const times = label(`times${h}`, `× ${factor}`, { size, strong: h === m.head });
      const now = strip(`o${h}`, hueOf(h), numbers, { ...cells, off: factor === 0 });
      return [nameOf(m, h, room), now.named(`now${h}`), within(times, { w: 36, align: "start" })];
    }),
    { gap: 14, gapY: 6 },
  );
}

/** @param {Facts} m @param {Room} room */
export function drawTurn(m, room) {
  const { wide } = room;
  const size = wide ? 15 : 12;
  const [w, gap] = !wide ? [26, 10] : room.W < ROOMY ? [40, 14] : [44, 26];
  const rises = m.factors.map((factor, f) => {
    const p = m.probs[m.head][f][0];
    return column([
      label(`p.${f}`, percent(p), { size: wide ? 14 : 12, strong: f === m.factor }),
      rising(`r.${f}`, p, { w, h: wide ? 104 : 80, role: hueOf(m.head) }),
      label(`f.${f}`, `× ${factor}`, { size, strong: f === m.factor }),
    ], { gap: 4 }).named(`column${f}`);
  });
  const title = label("n.rise", `${m.answers[0]}, with ${m.title(m.head)} times …`, {
    size: wide ? 15 : 13,
    strong: true,
  });
  const left = over(
    column([title, row(rises, { gap })], { gap: 10 }),
    (at) => [around("chosen", [at(`column${m.factor}`)], { room: 6 })],
  );
  const p = bars(m, room, m.probs[m.head][m.factor], wide ? 220 : undefined);
  const whole = wide
    ? row([column([turned(m, room), p], { gap: 18 }), left], {
      gap: room.W < ROOMY ? 30 : 60,
      align: "start",
    })
    : column([left, p], { gap: 22 });
  return picture(room, under(promptIn(m, room), whole, wide ? 22 : 28), TOP);
}
