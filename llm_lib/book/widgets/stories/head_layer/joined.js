// Four heads at one token, in one picture: each in its colour, where it looks, the numbers that it
// brings back, and below them all of these joined to one vector.

import { ribbon } from "../../moving/arrows.js";
import { column, over, picture, row, within } from "../../moving/layout.js";
import { around, chip, label, note } from "../../moving/pieces.js";
import { decimals } from "../../shared/words.js";
import { FOUR, SEEN_HERE } from "./facts.js";
import { hueOf, largest, strip } from "./pictures.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Box, Room, Sketch } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */

const FEW = 8; // numbers of each head
const THICK = 16; // pixels, the ribbon of a weight of 1

/** @param {Room} room */
function columnsIn({ W, wide }) {
  const gap = wide ? 30 : 10; // between heads, of which four stand side by side
  const w = Math.floor((W - 3 * gap - 8) / (4 * FEW));
  return wide
    ? { gap, w, tall: 28, joined: 34, size: 16, chip: { size: 14, pad: 8, h: 28 }, between: 2 }
    : { gap, w, tall: 40, joined: 30, size: 14, chip: { size: 12, pad: 8, h: 26 }, between: 2 };
}

/**
 * The tokens that the followed one may look at; where they are too many for a line, those that a
 * head looks at, and the followed one.
 * @param {Facts} m
 * @param {Room} room
 */
function sentence(m, room) {
  const { chip: looks } = columnsIn(room);
  const token = (/** @type {number} */ i) =>
    chip(`t${i}`, m.words[i], { ...looks, look: i === m.place ? "asks" : "" });
  const all = Array.from({ length: m.place + 1 }, (_, i) => i);
  const whole = row(all.map(token), { gap: 3 });
  if (whole.w <= room.W) return whole;
  const isSeen = (/** @type {number} */ i) =>
    i === m.place || m.weights.some((weights) => weights[i] >= SEEN_HERE);
  const parts = all.filter(isSeen).flatMap((i, n, some) => {
    const isApart = n ? some[n - 1] < i - 1 : i > 0;
    return isApart ? [note(`gap${i}`, "…"), token(i)] : [token(i)];
  });
  return row(parts, { gap: 8 });
}

/**
 * A head: its name, what it looks at most, and the first numbers that it brings back.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} h
 */
function headOf(m, room, h) {
  const { w, tall, size } = columnsIn(room);
  const role = hueOf(h);
  const name = label(`name${h}`, room.wide ? m.title(h) : `${m.layer}.${h}`, {
    strong: true,
    size,
    role,
  });
  const most = m.most[h];
  const target = label(`looks${h}`, `${m.words[most]} ${decimals(m.weights[h][most])}`, {
    mono: true,
    size: 12,
    role: "muted",
  });
  const numbers = m.outputs[h].slice(0, FEW);
  const cells = strip(`o${h}`, role, numbers, { w, h: tall, most: largest(m.outputs) })
    .from(`q${h}.0`);
  const title = room.wide ? row([name, target], { gap: 10 }) : column([name, target], { gap: 1 });
  const box = within(title, { w: w * FEW }).named(`title${h}`);
  return column([box, cells.named(`cells${h}`)], { gap: 4 });
}

/**
 * All heads' numbers as one vector, in one frame.
 * @param {Facts} m
 * @param {Room} room
 */
function joined(m, room) {
  const { w, joined: h, between } = columnsIn(room);
  const most = largest(m.outputs);
  const quarters = FOUR.map((i) =>
    strip(`c${i}`, hueOf(i), m.outputs[i].slice(0, FEW), { w, h, most })
      .from((/** @type {number} */ j) => `o${i}.${j}`)
      .late(500)
      .named(`quarter${i}`)
  );
  return row(quarters, { gap: between }).named("joined");
}

/**
 * From each token to the heads that look at it: the thicker, the larger its weight.
 * @param {Facts} m
 * @param {(name: string) => Box} at
 * @returns {Sketch[]}
 */
const looksOf = (m, at) =>
  FOUR.flatMap((h) =>
    m.weights[h].flatMap((weight, i) =>
      weight < SEEN_HERE ? [] : ribbon(`look${h}.${i}`, at(`t${i}`), at(`title${h}`), {
        role: hueOf(h),
        look: "veil",
        even: true,
        thick: THICK * weight,
        thick2: THICK * weight,
      })
    )
  );

/**
 * From each head's numbers to their place in the vector: as broad as they are.
 * @param {(name: string) => Box} at
 * @returns {Sketch[]}
 */
const joinsOf = (at) =>
  FOUR.map((h) => {
    const [from, to] = [at(`cells${h}`), at(`quarter${h}`)];
    const looks = { role: hueOf(h), look: "veil", thick: from.w, thick2: to.w, delay: 500 };
    return ribbon(`join${h}`, from, to, looks);
  });

/** @param {Facts} m @param {Room} room */
export function drawSlices(m, room) {
  const { gap, size } = columnsIn(room);
  const { wide } = room;
  const heads = row(FOUR.map((h) => headOf(m, room, h)), { gap });
  const title = label("n.joined", "side by side: one vector", { strong: true, size });
  const few = note("n.few", `(the first ${FEW} of each head’s ${m.outputs[0].length} are drawn)`);
  /** @type {Piece} */
  const words = wide ? row([title, few], { gap: 10 }) : column([title, few], { gap: 1 });
  const below = column([joined(m, room), words], { gap: 12 });
  const top = column([sentence(m, room), heads], { gap: wide ? 124 : 96 });
  const whole = column([top, below], { gap: wide ? 56 : 46 });
  return picture(
    room,
    over(whole, (at) => [
      ...looksOf(m, at),
      ...joinsOf(at),
      around("whole", [at("joined")], { room: 4, delay: 700 }),
    ]),
  );
}
