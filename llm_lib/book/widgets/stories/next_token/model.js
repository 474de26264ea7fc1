// The model: its layers below the tokens or, on a phone, in a card of their own. Where it is not
// known what lies inside, only its name stands there.

import { Piece, row } from "../../moving/layout.js";
import { label, note } from "../../moving/pieces.js";
import { hueOf } from "./facts.js";
import { drawInside, isKnown, LAYERS, TALL } from "./inside.js";
import { intoModel } from "./loop.js";

/** @import { Box, Sketch } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */
/** @typedef {(name: string) => Box} At */

const PAD = 10; // between the frame and what is in it
const FOOT = 26; // below the layers, for the model's name
const LETTER = 0.6; // how broad a letter is, in its size

/**
 * Type in which tokens stand in one line of this length, and no larger than `most`.
 * @param {string[]} words
 * @param {number} W
 * @param {{ size: number, h: number }} most
 */
export function readable(words, W, most) {
  const letters = words.reduce((sum, word) => sum + word.length, 0);
  const perSize = LETTER * letters + 0.66 * words.length;
  const size = Math.min(most.size, (W - 4 * words.length) / perSize);
  return { size, pad: 0.66 * size, h: most.h };
}

/** @param {Facts} m */
function nameOf(m, size = 15) {
  const name = label("model.name", m.model_name, { size, strong: true });
  const layers = isKnown(m.words) ? `${LAYERS} layers, ` : "";
  return row([name, note("model.size", `${layers}${m.parameters.toLocaleString("en")} numbers`)]);
}

/**
 * The colours of the tokens that are read: the last one asks, and each that was written has its
 * own.
 * @param {Facts} m
 * @param {string[]} words
 */
const rolesOf = (m, words) =>
  words.map((word, i) =>
    i >= m.words.length ? hueOf(m, word, true) : i === words.length - 1 ? "query" : "x"
  );

/**
 * The model below a line of tokens, for `over`.
 * @param {Facts} m
 * @param {At} at
 * @param {number} n how many tokens are read
 * @param {{ unit: number, gap?: number, written?: string[] }} size unit: how high a number is; gap:
 *   between the tokens and the first layer
 * @returns {Sketch[]}
 */
export function insideBelow(m, at, n, { unit, gap = 28, written = [] }) {
  const words = [...m.words, ...written].slice(0, n);
  const columns = words.map((_, i) => at(`t${i}`));
  const last = columns[n - 1];
  const [top, y] = [last.y + last.h + 8, last.y + last.h + gap];
  const foot = y + TALL * unit;
  const name = nameOf(m);
  const frame = { x: 0, y: top, w: last.x + last.w + PAD, h: foot + FOOT - top };
  return [
    { key: "model", role: "face", r: 8, z: -5, ...frame },
    ...(isKnown(words) ? drawInside(columns, rolesOf(m, words), { y, unit }) : []),
    ...name.put(columns[0].x, foot + 5, new Map()),
  ];
}

/**
 * The model as a card, with as many columns as it reads tokens, and all tokens' way into it.
 * @param {Facts} m
 * @param {number} n
 * @param {number} W
 * @param {{ unit: number, written?: string[] }} size
 * @returns {{ piece: Piece, over: (at: At) => Sketch[] }}
 */
export function insideCard(m, n, W, { unit, written = [] }) {
  const words = [...m.words, ...written].slice(0, n);
  const known = isKnown(words);
  const gap = 14;
  const h = (known ? gap + TALL * unit : 8) + FOOT;
  const pitch = (W - 2 * PAD + 2) / n;
  const piece = new Piece(W, h, (x, y, boxes) => {
    const columns = words.map((_, i) => ({ x: x + PAD + i * pitch, y, w: pitch - 2, h: 0 }));
    const place = { y: y + gap, unit };
    boxes.set("asker", { ...columns[n - 1], h: h - FOOT });
    return [
      { key: "model", role: "face", r: 8, z: -5, x, y, w: W, h },
      ...(known ? drawInside(columns, rolesOf(m, words), place) : []),
      ...nameOf(m).put(x + PAD, y + h - FOOT + 4, boxes),
    ];
  }).named("model");
  const seen = (/** @type {At} */ at) => words.map((_, i) => at(`t${i}`));
  return { piece, over: (at) => intoModel(seen(at), at("model")) };
}
