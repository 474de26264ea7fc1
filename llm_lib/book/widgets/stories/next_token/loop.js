// The loop as it is drawn: from the text down into the model, on to what could come next, and from
// the token that was chosen back to the end of the text.

import { ribbon } from "../../moving/arrows.js";
import { around, note } from "../../moving/pieces.js";

/** @import { Box, Element, Sketch } from "../../moving/types.js" */
/** @typedef {{ x: number, y: number }} Place */

const THICK = 3;
const BEND = 16; // how round its corners are
const OFF = 4; // pixels between an arrow and what it leads to

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
 * Streams from the last token's last layer to each bar, as broad as its probability.
 * @param {Box} from
 * @param {{ box: Box, p: number, role: string }[]} bars
 * @returns {Sketch[]}
 */
export function streams(from, bars) {
  let y = from.y;
  return bars.map(({ box, p, role }, i) => {
    const thick = Math.max(1.2, p * from.h);
    const at = { x: from.x + from.w + 2, y: y + (p * from.h) / 2 };
    y += p * from.h;
    const end = { x2: box.x, y2: box.y + box.h / 2, thick2: Math.min(thick, box.h) };
    const opacity = role === "arrow" ? 0.4 : 1;
    return {
      ...{ key: `flow${i}`, kind: "link", way: "across", role, opacity, thick, z: -2 },
      ...{ delay: 200, ...at, ...end },
    };
  });
}

/**
 * All tokens in a frame, and from there into the model: it sees the whole text.
 * @param {Box[]} tokens
 * @param {Box} model
 * @returns {Sketch[]}
 */
export function intoModel(tokens, model) {
  const { x = 0, y = 0, w = 0, h = 0 } = around("seen", tokens);
  const seen = model.w > w ? { x: model.x, y, w: model.w, h } : { x, y, w, h };
  return [{ key: "seen", role: "face", r: 8, z: -4, ...seen }, down("in", seen, model)];
}

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
 * The way back: from beside what was chosen up at the right, around a corner, and to the end of the
 * text.
 * @param {Place} from
 * @param {Box} end the last place of the text
 * @param {Partial<Element>} looks
 * @returns {Sketch[]}
 */
export function wayBack({ x: left, y: foot }, end, looks) {
  const row = end.y + end.h / 2;
  const x = left + BEND;
  const tip = end.x + end.w + OFF;
  const line = { kind: /** @type {"link"} */ ("link"), x: tip + 8, y: row, x2: left, y2: row };
  /** @type {Sketch[]} */
  const parts = [
    bend("back.out", { x: left, y: foot - BEND }, -Math.PI / 2),
    ribbon("back.up", { x, y: row + BEND, w: 0, h: 0 }, { x, y: foot - BEND, w: 0, h: 0 }, {
      thick: THICK,
    }),
    bend("back.bend", { x: left, y: row + BEND }, 0),
    { key: "back.line", way: "across", thick2: THICK, ...line },
    { key: "back", kind: "link", way: "ray", x: tip + 13, y: row, turn: Math.PI, reach: 13 },
  ];
  return parts.map((part) => ({ thick: THICK, z: -1, ...part, ...looks }));
}
