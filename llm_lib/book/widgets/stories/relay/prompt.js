// A prompt as tokens that stay where they are, with the weights of the one that looks.

import { column, row, space, within } from "../../moving/layout.js";
import { chip, figure, label, rising } from "../../moving/pieces.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Room } from "../../moving/types.js" */

export const SEEN = 0.05; // a smaller weight is not drawn
const BAR = 16; // the height of a weight of 1

/**
 * The tokens as they are written, and places of some: the last one; those of `Relay`, which hand
 * something on.
 * @typedef {{ words: string[], last: number, name?: number, before?: number, thing?: number }} Told
 */

/** @param {Room} room */
const chipsIn = ({ wide }) => wide ? { size: 16, pad: 17, h: 30 } : { size: 12, pad: 6, h: 26 };

/**
 * What is drawn of a prompt. held: what the tokens hold of others, or nothing of that; seen: the
 * smallest weight that is drawn.
 * @typedef {object} Now
 * @property {number[]} [weights]
 * @property {Map<number, string>} [held]
 * @property {number} asks
 * @property {string} [answer]
 * @property {number} [seen]
 */

/**
 * One token: its weight on top, and below it what has been handed to it.
 * @param {Told} m
 * @param {number} i
 * @param {Room} room
 * @param {Now} now
 */
function token(m, i, room, { weights, held, asks, seen = SEEN }) {
  const look = i === asks ? "asks" : "";
  const box = chip(`t${i}`, m.words[i], { ...chipsIn(room), look });
  const w = weights?.[i] ?? 0;
  const bar = w < seen ? space(box.w, BAR) : rising(`b${i}`, w, { w: box.w - 6, h: BAR });
  const number = w < seen ? space(0, 15) : figure(`w${i}`, w, { digits: 2, size: 12 });
  const centred = (/** @type {Piece} */ piece) => within(piece, { w: box.w });
  const above = [centred(number), bar, box];
  if (!held) return column(above, { gap: 1 });
  const source = i === m.last ? m.thing : i === m.thing && held.size > 1 ? m.before : m.name;
  const tag = held.has(i)
    ? label(`held${i}`, held.get(i) ?? "", { mono: true, strong: true, size: 12, role: "value" })
      .from(source === m.before ? `held${m.before}` : `t${source}`).late(700)
    : space(0, 15);
  return column([...above, centred(tag)], { gap: 1 });
}

/**
 * The places of the tokens in each line: a new one after a sentence, and where the room ends.
 * @param {Told} m
 * @param {Piece[]} tokens
 * @param {number} gap
 * @param {number} W
 */
function wrapped(m, tokens, gap, W) {
  /** @type {number[][]} */
  const lines = [[]];
  let length = 0;
  tokens.forEach((piece, i) => {
    const ends = i > 0 && [".", "↵"].includes(m.words[i - 1]);
    if (ends || length + piece.w > W) {
      lines.push([]);
      length = 0;
    }
    lines[lines.length - 1].push(i);
    length += piece.w + gap;
  });
  return lines;
}

/**
 * The whole prompt, and after it the token that is to be found.
 * @param {Told} m
 * @param {Room} room
 * @param {Now} now
 */
export function prompt(m, room, now) {
  const gap = room.wide ? 8 : 3;
  const tokens = m.words.map((_, i) => token(m, i, room, now));
  const look = now.answer ? "answer" : "empty";
  const answer = chip("answer", now.answer ?? "?", { ...chipsIn(room), look });
  const whole = column([space(0, 16 + BAR), answer, now.held ? space(0, 15) : null], { gap: 1 });
  const lines = wrapped(m, tokens, gap, room.W - 8).map((places) => {
    const pieces = places.map((i) => tokens[i]);
    return row(places.includes(m.last) ? [...pieces, whole] : pieces, { gap });
  });
  return column(lines, { gap: room.wide ? 5 : 2, align: "start" });
}
