// The loop as it is drawn: from the text down into the model, on to what could come next, and from
// the token that was chosen back to the end of the text.

import { ribbon } from "../../moving/arrows.js";
import { around, note } from "../../moving/pieces.js";

/** @import { Box, Element, Sketch } from "../../moving/types.js" */
/** @typedef {{ x: number, y: number }} Place */

const THICK = 2;
const BEND = 16; // how round its corners are
const OFF = 4; // pixels between an arrow and what it leads to

/**
 * An arrow to the right, from the edge of one box to that of another.
 * @param {string} key
 * @param {Box} a
 * @param {Box} b
 * @param {number} y
 * @returns {Sketch}
 */
export const along = (key, a, b, y) => ({
  ...{ key, kind: "link", role: "arrow", way: "ray", turn: 0, thick: THICK, z: -1 },
  ...{ x: a.x + a.w + OFF, y, reach: b.x - a.x - a.w - 2 * OFF },
});

/**
 * An arrow down, from the foot of one box to the top of another.
 * @param {string} key
 * @param {Box} a
 * @param {Box} b
 * @returns {Sketch}
 */
export const down = (key, a, b) => {
  const x = b.x + b.w / 2;
  const head = { head: true, thick: THICK };
  return ribbon(key, { ...a, x, w: 0, h: a.h + OFF }, { ...b, y: b.y - OFF }, head);
};

/**
 * All tokens into the model: it sees the whole text. From one line, each has a fine line of its
 * own; those of several lines would run through the words below, so they go in together.
 * @param {Box[]} tokens
 * @param {Box} model
 * @returns {Sketch[]}
 */
export function intoModel(tokens, model) {
  if (tokens.every(({ y }) => y === tokens[0].y)) return threads(tokens, model);
  const { x = 0, y = 0, w = 0, h = 0 } = around("seen", tokens);
  const seen = model.w > w ? { x: model.x, y, w: model.w, h } : { x, y, w, h };
  return [{ key: "seen", role: "face", r: 8, z: -4, ...seen }, down("in", seen, model)];
}

/** @type {typeof intoModel} */
const threads = (tokens, model) =>
  tokens.map((token, i) => {
    const x = model.x + model.w * (0.08 + 0.84 * (i + 0.5) / tokens.length);
    const end = { x, y: model.y, w: 0, h: 0 };
    const flat = Math.abs(token.x + token.w / 2 - x) / (model.y - token.y - token.h);
    const thick = Math.min(3, 1.25 + 0.3 * flat); // as seen where it runs flat
    return ribbon(`in${i}`, token, end, { thick, opacity: 0.5, z: -3 });
  });

/**
 * A word over the middle of an arrow.
 * @param {string} key
 * @param {string} text
 * @param {Place} foot the middle of its foot
 */
export function wordOver(key, text, { x, y }) {
  const word = note(key, text, { size: 12.5 });
  return word.put(x - word.w / 2, y - word.h, new Map());
}

/**
 * A quarter of a ring.
 * @param {string} key
 * @param {Place} middle
 * @param {number} from the angle at which it begins
 * @returns {Sketch}
 */
const bend = (key, { x, y }, from) => ({
  ...{ key, kind: "link", way: "arc", x, y, reach: BEND, thick: THICK },
  ...{ turn2: from, turn: from + Math.PI / 2 },
});

/**
 * The way back: up at the right, around a corner, and to the end of the text. It begins over a box,
 * or where `aside` beside it.
 * @param {Place} from
 * @param {Box} end the last place of the text
 * @param {Partial<Element>} looks
 * @param {boolean} aside
 * @returns {Sketch[]}
 */
export function wayBack(from, end, looks, aside) {
  const row = end.y + end.h / 2;
  const x = aside ? from.x + BEND : from.x;
  const foot = aside ? from.y - BEND : from.y;
  const left = x - BEND;
  const tip = end.x + end.w + OFF;
  /** @type {(Sketch | null)[]} */
  const parts = [
    aside ? bend("back.out", { x: from.x, y: foot }, -Math.PI / 2) : null,
    ribbon("back.up", { x, y: row + BEND, w: 0, h: 0 }, { x, y: foot, w: 0, h: 0 }, {
      thick: THICK,
    }),
    bend("back.bend", { x: left, y: row + BEND }, 0),
    { key: "back.line", x: tip + 8, y: row - 0.5, w: left - tip - 8, h: 1, r: 0, level: 1 },
    { key: "back", kind: "link", way: "ray", x: tip + 13, y: row, turn: Math.PI, reach: 13 },
  ];
  return parts.flatMap((part) => part ? [{ thick: THICK, z: -1, ...part, ...looks }] : []);
}
