// The ranks side by side, each with its chunks one below the other, and what is on its way.

import { lastOf } from "../../../engine/present.js";
import { bow } from "../../moving/arrows.js";
import { column, over, picture, row, space, table, within } from "../../moving/layout.js";
import { around, cell, chip, figure, label, lying, note } from "../../moving/pieces.js";
import { inText } from "../../moving/ruler.js";
import { chunk0In, costOf, FOUR, N } from "./facts.js";

/** @import { Box, Room, Sketch } from "../../moving/types.js" */
/** @import { Facts, Kind, Message, Step } from "./facts.js" */

export const ROLES = /** @type {Record<Kind, string>} */ ({
  own: "x",
  part: "query",
  whole: "value",
  "own sent": "x",
  "part sent": "query",
});

/** @param {Room} room */
const sizes = ({ wide }) =>
  wide
    ? { w: 92, h: 38, gap: 76, gapY: 8, size: 16, names: 64 }
    : { w: 40, h: 34, gap: 24, gapY: 7, size: 14, names: 18 };

/** @param {number} rank @param {number} chunk */
const keyOf = (rank, chunk) => `g${rank}.${chunk}`;

/**
 * The four ranks with what they hold.
 * @param {Step} step
 * @param {Room} room
 * @param {{ asks?: number[], cut?: boolean }} [more] asks: the ranks that stand out; cut: whether
 *   the numbers are chunks
 */
function board({ held, kinds }, room, { asks = [], cut = true } = {}) {
  const { w, h, gap, gapY, size, names } = sizes(room);
  const heads = held.map((_, r) =>
    chip(`rank${r}`, room.wide ? `rank ${r}` : `${r}`, {
      w,
      h: room.wide ? 32 : 28,
      size: room.wide ? 15 : 14,
      look: asks.includes(r) ? "asks" : "",
    })
  );
  const lines = held[0].map((_, c) => [
    cut
      ? note(`chunk${c}`, room.wide ? `chunk ${c}` : `${c}`, { size: 13 })
      : space(room.wide ? 50 : 8, 16),
    ...held.map((numbers, r) => {
      const kind = kinds[r][c];
      const looks = { w, h, size, most: 12 };
      return cell(keyOf(r, c), ROLES[kind], numbers[c], looks).faint(kind.endsWith("sent"));
    }),
  ]);
  const first = room.wide ? null : note("rank", "rank", { size: 12 });
  return table([[first, ...heads], ...lines], {
    columns: [room.wide ? names : names + 10, ...held.map(() => w)],
    gap,
    gapY,
    align: ["end"],
  });
}

/**
 * An arrow from one box to the next one on its right.
 * @param {string} key
 * @param {Box} a
 * @param {Box} b
 * @returns {Sketch}
 */
const straight = (key, a, b) => ({
  key,
  kind: "link",
  role: "arrow",
  way: "ray",
  x: a.x + a.w + 3,
  y: a.y + a.h / 2,
  turn: 0,
  reach: b.x - a.x - a.w - 6,
  thick: 1.5,
  z: -1,
});

/**
 * What each rank sends: an arrow to its neighbour, with the number on it. The last one's leads back
 * under all.
 * @param {Message[]} messages
 * @param {string} name
 * @param {(name: string) => Box} at
 * @param {Room} room
 * @returns {Sketch[]}
 */
const sent = (messages, name, at, room) =>
  messages.flatMap(({ from, to, chunk, value }) => {
    const [a, b] = [at(keyOf(from, chunk)), at(keyOf(to, chunk))];
    const looks = { kind: /** @type {const} */ ("label"), role: "none", size: 13, h: 16, z: 7 };
    const born = keyOf(from, chunk);
    const key = `sent.${name}.${from}`;
    if (to > from) {
      const x = a.x + a.w;
      const number = {
        ...looks,
        key,
        x,
        y: a.y - (room.wide ? 1 : 6),
        w: b.x - x,
        text: inText(value),
        born,
      };
      return [straight(`way.${name}.${from}`, a, b), number];
    }
    const [start, end] = [at(keyOf(from, N - 1)), at(keyOf(to, N - 1))];
    const words = room.wide ? `chunk ${chunk}: ${inText(value)}` : inText(value);
    const y = start.y + start.h + (room.wide ? 24 : 12);
    return [
      bow(`way.${name}.${from}`, start, end, { way: "under" }),
      { ...looks, key, x: end.x, y, w: start.x + start.w - end.x, text: words, born },
    ];
  });

/** What the colours stand for. @param {Room} room */
const legend = (room) =>
  row([
    ...[["own", "its own"], ["part", "a partial sum"], ["whole", "the whole sum"]].flatMap((
      [kind, words],
    ) => [
      cell(`legend.${kind}`, ROLES[/** @type {Kind} */ (kind)], 1, { w: 16, h: 14, most: 1 })
        .with({ text: "", value: undefined }),
      note(`legend.${kind}.words`, words, { size: 13 }),
    ]),
  ], { gap: room.wide ? 8 : 4 });

const FOOT = 66; // room under the ranks, for the arrow that leads back

/**
 * @param {Room} room
 * @param {import("../../moving/layout.js").Piece} board
 */
const withLegend = (room, board) =>
  picture(room, column([board, space(0, FOOT), legend(room)], { gap: 2 }));

/** @param {Facts} m @param {Room} room */
export function drawQuestion(m, room) {
  return picture(
    room,
    column([
      board(m.start, room, { cut: false }),
      space(0, 10),
      note("mean?", "What all of them need: the mean of each line.", { size: room.wide ? 16 : 13 }),
    ], { gap: 8 }),
  );
}

/**
 * All send to rank 0, which adds up; then it sends the sums to all.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} k
 */
export function drawOne(m, room, k) {
  const held = m.mine.map((numbers, r) => (k || !r ? m.sums : numbers));
  /** @type {Kind[][]} */
  const kinds = m.mine.map((numbers, r) => numbers.map(() => (k || !r ? "whole" : "own")));
  const ranks = board({ held, kinds, messages: [] }, room, { asks: [0], cut: false });
  const arrows = over(ranks, (at) =>
    [1, 2, 3].flatMap((r) => {
      const ends = [at(keyOf(r, N - 1)), at(keyOf(0, N - 1))];
      if (k) ends.reverse();
      return [bow(`one.${k}.${r}`, ends[0], ends[1], { way: "under" })];
    }));
  const through = (k + 1) * (N - 1) * N;
  const words = label(`through.${k}`, `numbers through rank 0: ${through}`, {
    size: room.wide ? 16 : 14,
    strong: true,
  });
  return picture(room, column([arrows, space(0, FOOT), words], { gap: 4 }));
}

/** @param {Facts} m @param {Room} room */
export function drawRing(m, room) {
  const ranks = over(board(m.start, room), (at) => [
    ...[0, 1, 2].map((r) => straight(`ring.${r}`, at(`rank${r}`), at(`rank${r + 1}`))),
    bow("ring.3", at(keyOf(3, N - 1)), at(keyOf(0, N - 1)), { way: "under" }),
  ]);
  return withLegend(room, ranks);
}

/**
 * A step of the ring, with chunk 0 framed where it is now.
 * @param {Step} step
 * @param {Room} room
 * @param {string} name
 */
function drawStep(step, room, name) {
  const follow = chunk0In(step);
  const ranks = over(board(step, room), (at) => [
    ...sent(step.messages, name, at, room),
    around("follow", [at(keyOf(follow.to, 0))], { room: 3, r: 7 }),
  ]);
  return withLegend(room, ranks);
}

/** @param {Facts} m @param {Room} room @param {number} k */
export const drawReduce = (m, room, k) => drawStep(m.reduce[k], room, `reduce${k}`);

/** @param {Facts} m @param {Room} room @param {number} k */
export const drawGather = (m, room, k) => drawStep(m.gather[k], room, `gather${k}`);

/** @param {Facts} m @param {Room} room */
export function drawHalfway(m, room) {
  const ranks = over(
    board(m.reduce[N - 2], room),
    (at) =>
      FOUR.map((r) =>
        around(`done${r}`, [at(keyOf(r, (r + 1) % N))], { room: 3, r: 7, role: "ring" })
      ),
  );
  return withLegend(room, ranks);
}

/** @param {Facts} m @param {Room} room */
export function drawMean(m, room) {
  const held = m.end.held.map((numbers) => numbers.map((sum) => sum / N));
  const ranks = board({ ...m.end, held }, room);
  const words = note("divided", `each sum ÷ ${N}: the mean`, { size: room.wide ? 16 : 13 });
  return picture(room, column([ranks, words], { gap: 14 }));
}

const SIZES = [2, 4, 8, 64];

/**
 * Two bars for each number of ranks: how much the busiest rank sends, in gradients.
 * @param {Facts} _m
 * @param {Room} room
 */
export function drawCount(_m, room) {
  const { wide } = room;
  const w = wide ? 470 : 112;
  const most = costOf(lastOf(SIZES)).one;
  const size = wide ? 15 : 13;
  const bars = SIZES.flatMap((n) => {
    const cost = costOf(n);
    return /** @type {const} */ (["one", "ring"]).map((way) => [
      way === "one" ? label(`n${n}`, `${n} ranks`, { size, strong: true }) : null,
      note(`${way}${n}.name`, way === "one" ? "all to one" : "ring", { size }),
      lying(`${way}${n}`, cost[way] / most, { w, h: wide ? 18 : 14 }),
      within(figure(`${way}${n}.n`, cost[way], { size }), { w: 44, align: "start" }),
    ]);
  });
  const head = note("head", "sent by the busiest rank, in gradients", { size });
  const grid = table(bars, {
    gap: wide ? 14 : 6,
    gapY: wide ? 9 : 8,
    align: ["end", "end", "start", "start"],
  });
  return picture(room, column([head, grid], { gap: 14 }));
}
