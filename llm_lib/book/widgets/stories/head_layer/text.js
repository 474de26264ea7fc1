// The prompt, at one place in all scenes: above each token there is room for its weight, whether it
// is written or not, so that nothing moves when one comes.

import { column, row, space, within } from "../../moving/layout.js";
import { chip, figure, note } from "../../moving/pieces.js";
import { folded, sentences } from "../relay/prompt.js";
import { FOUR, SEEN_HERE } from "./facts.js";

/** @import { Align, Piece } from "../../moving/layout.js" */
/** @import { Room } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */

const MOST_LINES = 4; // up to the followed token; of a longer prompt, some are left out

/**
 * What is drawn of the prompt. weights: those of one head, written above the tokens; role: its
 * colour; rest: what follows the token that is followed, too.
 * @typedef {{ weights?: number[], role?: string, rest?: boolean }} Now
 */

/** @param {Room} room */
function sizesHere({ W, wide }) {
  if (!wide) return { size: 12, pad: W > 310 ? 7 : 6, h: 25, gaps: [2, 4], lane: 14 };
  return {
    size: W > 880 ? 14 : W > 780 ? 13 : 12,
    pad: W > 740 ? 9 : 7,
    h: 30,
    gaps: [3, 12],
    lane: 18,
  };
}

/**
 * A token, and above it its weight.
 * @param {Facts} m
 * @param {number} i
 * @param {Room} room
 * @param {Now} now
 */
function weighed(m, i, room, { weights, role }) {
  const { size, pad, h, lane } = sizesHere(room);
  const w = weights?.[i] ?? 0;
  const isSeen = w >= SEEN_HERE;
  const looks = i === m.place
    ? { look: "asks" }
    : isSeen
    ? { role, look: "mono", level: 0.14 + 0.3 * w }
    : {};
  const box = chip(`t${i}`, m.words[i], { size, pad, h, ...looks });
  const number = isSeen ? figure(`w${i}`, w, { digits: 2, size: 12, role }) : space(0);
  /** @type {Align} a full stop ends a line: nothing may stick out there */
  const align = m.words[i] === "." ? "end" : "middle";
  return column([within(number, { w: box.w, h: lane, align }), box], { gap: 0 });
}

/**
 * The lines of some places, by their sentences; one line where it is wide.
 * @param {Facts} m
 * @param {Room} room
 * @param {number[]} places
 * @param {Piece[]} tokens
 */
function linesTo(m, room, places, tokens) {
  if (room.wide) return [places];
  const line = { W: room.W, gap: sizesHere(room).gaps[0], words: m.words };
  const all = sentences(places.map((i) => m.words[i])).map((part) => part.map((n) => places[n]));
  return all.flatMap((part) => folded(part, tokens, line));
}

/**
 * Of a text that is too long: what a head looks at, and the followed token.
 * @param {Facts} m
 * @param {number[]} places
 */
const fewOf = (m, places) =>
  places.filter((i) => i >= m.place || FOUR.some((h) => m.weights[h][i] >= SEEN_HERE));

/**
 * The prompt from the left edge of the room, with what else is drawn of it now. Its first lines go
 * to the followed token, and the full stop after it has its place there, seen or not.
 * @param {Facts} m
 * @param {Room} room
 * @param {Now} [now]
 */
export function promptIn(m, room, now = {}) {
  const { gaps: [least, most], ...sizes } = sizesHere(room);
  const tokens = m.words.map((_, i) => weighed(m, i, room, now));
  const end = m.place + (m.words[m.place + 1] === "." ? 2 : 1);
  const places = m.words.map((_, i) => i);
  const long = (/** @type {number[]} */ line, gap = least) =>
    row(line.map((i) => tokens[i]), { gap }).w;
  const all = linesTo(m, room, places.slice(0, end), tokens);
  const fits = all.length <= MOST_LINES && all.every((line) => long(line) <= room.W);
  const lines = fits ? all : [fewOf(m, places.slice(0, end))];
  const free = lines.map((line) => (room.W - long(line, 0)) / Math.max(1, line.length - 1));
  const gap = Math.max(least, Math.min(most, ...free));
  const seen = lines.map((line) => line.filter((i) => now.rest || i <= m.place)).map((line) =>
    line.flatMap((i, n) => {
      const isApart = i > 0 && line[n - 1] !== i - 1 && !fits;
      return isApart ? [note(`gap${i}`, "…"), tokens[i]] : [tokens[i]];
    })
  );
  if (now.rest) {
    const asked = chip("answer", "?", { ...sizes, look: "empty" });
    const free = { ...room, W: room.W - asked.w - least };
    const more = linesTo(m, free, places.slice(end), tokens).map((line) =>
      line.map((i) => tokens[i])
    );
    more[more.length - 1].push(asked);
    seen.push(...more);
  }
  const rows = seen.map((line) => row(line, { gap, align: "end" }));
  const whole = column(rows, { gap: room.wide ? 6 : 2, align: "start" });
  return within(whole, { w: room.W, align: "start" });
}

/**
 * A picture below the prompt, which has its place in all of them.
 * @param {Piece} text
 * @param {Piece} below
 * @param {number} gap between them
 */
export const under = (text, below, gap) => column([text, within(below, { w: text.w })], { gap });
