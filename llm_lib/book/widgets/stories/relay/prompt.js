// A prompt as tokens, sentence by sentence, with the weights of the one that looks.

import { column, row, space, within } from "../../moving/layout.js";
import { chip, figure, rising } from "../../moving/pieces.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Room } from "../../moving/types.js" */

export const SEEN = 0.05; // a smaller weight is not written
export const TAG = 18; // the height of what a token was handed, which stands below it

/**
 * The tokens as they are written, and places of some: the last one; those of `Relay`, which hand
 * something on.
 * @typedef {{ words: string[], last: number, name?: number, before?: number, thing?: number }} Told
 */

/** @typedef {ReturnType<typeof promptSizes>} Sizes */
/**
 * Sizes with which the longest sentence fills a wide room, and the last one a phone's.
 * @param {Room} room
 */
export function promptSizes({ W, wide }) {
  const size = Math.floor(Math.max(12, Math.min(20, W / (wide ? 44 : 27))));
  return wide
    ? {
      size,
      pad: 1.2 * size,
      h: 1.9 * size,
      gaps: [6, 14],
      lines: [40, 24],
      bar: 44,
      digits: 14,
      aside: 2,
    }
    : { size, pad: 6, h: 2 * size, gaps: [2, 4], lines: [20, 12], bar: 30, digits: 12 };
}

/**
 * What is drawn of a prompt. held: what the tokens hold of others, or nothing of that; free: the
 * pixels that are left below the sentence of a place, for what leads from there; between: those
 * between other sentences; hues: the colours of some tokens.
 * @typedef {object} Now
 * @property {number[]} [weights]
 * @property {Map<number, string>} [held]
 * @property {number} asks
 * @property {string} [answer]
 * @property {{ below: number, by: number }} [free]
 * @property {number} [between]
 * @property {Map<number, string>} [hues]
 */

/**
 * What the token at a place was handed, below it.
 * @param {Told} m
 * @param {number} i
 * @param {Map<number, string>} held
 */
function tag(m, i, held) {
  const text = held.get(i);
  if (!text) return space(0, TAG);
  const source = i === m.last ? m.thing : i === m.thing && held.size > 1 ? m.before : m.name;
  return chip(`held${i}`, text, { h: TAG, pad: 8, size: 12, look: "held" })
    .from(source === m.before ? `held${m.before}` : `t${source}`).late(700);
}

/**
 * One token: on top its weight, the darker, the larger it is, and below it what it was handed.
 * @param {Told} m
 * @param {number} i
 * @param {Sizes} sizes
 * @param {Now} now held: of its sentence
 */
function token(m, i, { size, pad, h, bar, digits }, now) {
  const { weights, held, asks } = now;
  const w = weights?.[i] ?? 0;
  const isSeen = w >= SEEN;
  const look = i === asks ? "asks" : isSeen ? "seen" : "";
  const hue = i === asks ? undefined : now.hues?.get(i);
  const looks = hue ? { role: hue, look: "mono" } : { look };
  const level = (hue ? 0.14 : 0) + (isSeen ? 0.4 * w : 0);
  const box = chip(`t${i}`, m.words[i], { size, pad, h, level, ...looks });
  const wide = box.w - Math.min(10, 0.3 * box.w);
  const number = isSeen ? figure(`w${i}`, w, { digits: 2, size: digits }) : null;
  const ends = m.words[i] === "."; // a line: nothing may stick out there
  const all = [
    number && within(number, { w: box.w, align: ends ? "end" : "middle" }),
    isSeen ? rising(`b${i}`, 1, { w: wide, h: bar * w, role: hue }) : null,
    box,
    held ? tag(m, i, held) : null,
  ];
  return column(all.map((piece) => piece && within(piece, { w: box.w })), { gap: 2 });
}

/** @param {Piece[]} pieces @param {number} gap */
const long = (pieces, gap) => pieces.reduce((sum, { w }) => sum + w + gap, -gap);

/**
 * A sentence in one line or, where it is too long, in two that are about equal.
 * @param {number[]} places
 * @param {Piece[]} tokens
 * @param {{ W: number, gap: number, words: string[] }} room
 * @returns {number[][]}
 */
export function folded(places, tokens, { W, gap, words }) {
  const of = (/** @type {number[]} */ some) => long(some.map((i) => tokens[i]), gap);
  const whole = of(places);
  if (whole <= W || places.length < 2) return [places];
  const asked = places.findIndex((i) => words[i] === "↵") + 1;
  const half = places.findIndex((_, n) => of(places.slice(0, n + 1)) > whole / 2);
  const cut = asked && asked < places.length ? asked : Math.max(1, half);
  return [places.slice(0, cut), places.slice(cut)].flatMap((part) =>
    folded(part, tokens, { W, gap, words })
  );
}

/**
 * The places of each sentence; the question and its answer are one.
 * @param {string[]} words
 */
export function sentences(words) {
  /** @type {number[][]} */
  const all = [[]];
  words.forEach((_, i) => {
    if (i > 0 && words[i - 1] === ".") all.push([]);
    all[all.length - 1].push(i);
  });
  return all;
}

/**
 * The token that is to be found, in line with the others.
 * @param {Now} now
 * @param {Sizes} sizes
 */
export function found({ answer, held }, { size, pad, h }) {
  const box = chip("answer", answer ?? "?", { size, pad, h, look: answer ? "answer" : "empty" });
  return column([box, held ? space(0, TAG) : null], { gap: 2 });
}

/**
 * The whole prompt, and after it the token that is to be found.
 * @param {Told} m
 * @param {Room} room
 * @param {Now} now
 */
export function prompt(m, room, now) {
  const sizes = promptSizes(room);
  const [least, most] = sizes.gaps;
  const words = [...m.words, now.answer ?? "?"];
  const { W } = room;
  /** @type {Piece[]} */
  const tokens = [];
  const lines = sentences(words).flatMap((places) => {
    const held = places.some((i) => now.held?.has(i)) ? now.held : undefined;
    for (const i of places) {
      const [of, last] = [{ ...now, held }, i === words.length - 1];
      tokens.push(last ? found(of, sizes) : token(m, i, sizes, of));
    }
    return folded(places, tokens, { W, gap: least, words });
  });
  const wide = lines.map((places) =>
    (W - long(places.map((i) => tokens[i]), 0)) / Math.max(1, places.length - 1)
  );
  const gap = Math.max(least, Math.min(most, ...wide));
  const between = now.between ?? sizes.lines[now.weights ? 1 : 0];
  return column(
    lines.flatMap((places, n) => {
      const line = row(places.map((i) => tokens[i]), { gap, align: "end" });
      const free = now.free && places.includes(now.free.below) ? now.free.by : between;
      return n < lines.length - 1 ? [line, space(0, free)] : [line];
    }),
    { gap: 0, align: "start" },
  );
}
