// Four heads at one token, each in its colour and at one place: its slice of the query, where it
// looks, the numbers that it brings back, and below them all of these joined to one vector.

import { ribbon } from "../../moving/arrows.js";
import { column, over, picture, row, space, within } from "../../moving/layout.js";
import { around, label, note } from "../../moving/pieces.js";
import { decimals } from "../../shared/words.js";
import { FOUR, SEEN_HERE } from "./facts.js";
import { hueOf, largest, strip } from "./pictures.js";
import { promptIn, under } from "./text.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Box, Room, Sketch } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */

const FEW = 8; // numbers of what a head brings back
const THICK = 16; // pixels, the ribbon of a weight of 1
const LANE = 22; // below the heads, for a line of words

/**
 * gap: between heads, of which four stand side by side; w: of each; lines: in so many stands a
 * slice of the query; tall: how high a head's numbers are; way: from the prompt to the heads.
 * @param {Room} room
 */
function columnsIn({ W, wide }) {
  const gap = wide ? 30 : 10;
  const w = FEW * Math.floor((W - 3 * gap - 8) / (4 * FEW));
  return wide
    ? { gap, w, lines: 1, tall: 34, joined: 34, size: 16, way: 128, on: 42 }
    : { gap, w, lines: 4, tall: 40, joined: 30, size: 14, way: 56, on: 34 };
}

/**
 * A head: its name, what it looks at most, and its numbers.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} h
 * @param {{ cells: Piece, named?: boolean, seen?: boolean }} shown
 */
function headOf(m, room, h, { cells, named = true, seen = false }) {
  const { w, size } = columnsIn(room);
  const name = label(`name${h}`, room.wide ? m.title(h) : `${m.layer}.${h}`, {
    strong: true,
    size,
    role: hueOf(h),
  });
  const most = m.most[h];
  const target = label(`looks${h}`, `${m.words[most]} ${decimals(m.weights[h][most])}`, {
    mono: true,
    size: 12,
    role: "muted",
  });
  const [left, right] = [named ? name : space(0, name.h), seen ? target : space(0, target.h)];
  const free = { w: w - name.w - 2, align: /** @type {const} */ ("end") };
  const title = room.wide
    ? row([within(left, { w: name.w }), within(right, free)], { gap: 2 })
    : column([left, right], { gap: 1 });
  const box = within(title, { w }).named(`title${h}`);
  return column([box, cells.named(`cells${h}`)], { gap: 4 });
}

/**
 * A head's slice of the query: a strip or, on a phone, a block of lines.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} h
 * @param {string} role
 */
function sliceOf(m, room, h, role) {
  const { w, lines, tall } = columnsIn(room);
  const values = m.queries[h];
  const n = Math.ceil(values.length / lines);
  const cells = { w: w / n, h: tall / lines - (lines > 1 ? 1 : 0), most: largest(m.queries) };
  const all = strip(`q${h}`, role, values, cells, n);
  return within(all, { w, h: tall });
}

/**
 * The prompt, below it the heads, and what leads from there to here.
 * @param {Facts} m
 * @param {Room} room
 * @param {Parameters<typeof promptIn>[2]} now
 * @param {Piece} heads
 * @param {(at: (name: string) => Box) => Sketch[]} draw
 */
const withPrompt = (m, room, now, heads, draw) =>
  picture(room, over(under(promptIn(m, room, now), heads, columnsIn(room).way), draw), {
    align: "start",
    alignY: "start",
  });

/**
 * From the followed token to its query or, once that is cut, from a quarter of it to each slice.
 * @param {Facts} m
 * @param {boolean} isCut
 * @param {(at: string) => Box} at
 */
function fan(m, isCut, at) {
  const [from, first, last] = [at(`t${m.place}`), at("cells0"), at("cells3")];
  const looks = { look: "veil", even: true };
  if (!isCut) {
    const to = { ...first, w: last.x + last.w - first.x };
    return [ribbon("fan", from, to, { ...looks, role: "query", thick: from.w, thick2: to.w })];
  }
  const w = from.w / 4;
  return FOUR.map((h) => {
    const to = at(`title${h}`);
    const part = { ...from, x: from.x + h * w, w };
    return ribbon(`fan${h}`, part, to, { ...looks, role: hueOf(h), thick: w, thick2: to.w });
  });
}

/**
 * The query of all heads as one vector, then cut into four.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} k
 */
export function drawSplit(m, room, k) {
  const { gap, size } = columnsIn(room);
  const role = k ? hueOf : () => "query";
  const heads = row(
    FOUR.map((h) => headOf(m, room, h, { cells: sliceOf(m, room, h, role(h)), named: k > 0 })),
    { gap: k ? gap : 0 },
  );
  const [n, all] = [m.queries[0].length, m.queries.flat().length];
  const whole = label("q", `the query: ${all} numbers`, { role: "query", strong: true, size });
  const words = k
    ? row(
      FOUR.map((h) =>
        within(note(`n.q${h}`, room.wide ? `${n} numbers` : `${n}`), { w: columnsIn(room).w })
      ),
      {
        gap,
      },
    )
    : whole;
  const below = column([heads, within(words, { h: LANE })], { gap: 8 });
  return withPrompt(m, room, {}, below, (at) => fan(m, k > 0, at));
}

/**
 * From each token to a head that looks at it: the thicker, the larger its weight.
 * @param {Facts} m
 * @param {number} h
 * @param {(name: string) => Box} at
 * @returns {Sketch[]}
 */
const looksOf = (m, h, at) =>
  m.weights[h].flatMap((weight, i) =>
    weight < SEEN_HERE ? [] : ribbon(`look${h}.${i}`, at(`t${i}`), at(`title${h}`), {
      role: hueOf(h),
      look: "veil",
      even: true,
      thick: THICK * weight,
      thick2: THICK * weight,
    })
  );

/**
 * Where one head looks; what was seen of those before it stays written.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} now the head
 */
export function drawLooks(m, room, now) {
  const { gap, w } = columnsIn(room);
  const heads = FOUR.map((h) => {
    const head = headOf(m, room, h, { cells: sliceOf(m, room, h, hueOf(h)), seen: h <= now });
    const words = h === now ? note("n.now", room.wide ? "asks with its slice" : "asks") : space(0);
    return column([head.faint(h !== now), within(words, { w, h: LANE })], { gap: 8 });
  });
  const seen = { weights: m.weights[now], role: hueOf(now) };
  return withPrompt(m, room, seen, row(heads, { gap }), (at) => [
    ...looksOf(m, now, at),
    around("asks.frame", [at(`cells${now}`)], { room: 4 }),
  ]);
}

/**
 * All heads' numbers as one vector.
 * @param {Facts} m
 * @param {Room} room
 */
function joined(m, room) {
  const { w, joined: h } = columnsIn(room);
  const cells = { w: w / FEW, h, most: largest(m.outputs) };
  const quarters = FOUR.map((i) =>
    strip(`c${i}`, hueOf(i), m.outputs[i].slice(0, FEW), cells)
      .from((/** @type {number} */ j) => `o${i}.${j}`)
      .late(500)
      .named(`quarter${i}`)
  );
  return row(quarters, { gap: 2 }).named("joined");
}

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
  const { gap, w, tall, size, on } = columnsIn(room);
  const most = largest(m.outputs);
  const heads = FOUR.map((h) => {
    const numbers = m.outputs[h].slice(0, FEW);
    const cells = strip(`o${h}`, hueOf(h), numbers, { w: w / FEW, h: tall, most }).from(`q${h}.0`);
    return headOf(m, room, h, { cells, seen: true });
  });
  const title = label("n.joined", "side by side: one vector", { strong: true, size });
  const few = note("n.few", `(the first ${FEW} of each head’s ${m.outputs[0].length} are drawn)`);
  /** @type {Piece} */
  const words = room.wide ? row([title, few], { gap: 10 }) : column([title, few], { gap: 1 });
  const below = column([joined(m, room), words], { gap: 10 });
  const whole = column([row(heads, { gap }), below], { gap: on });
  return withPrompt(m, room, {}, whole, (at) => [
    ...FOUR.flatMap((h) => looksOf(m, h, at)),
    ...joinsOf(at),
    around("whole", [at("joined")], { room: 4, delay: 700 }),
  ]);
}
