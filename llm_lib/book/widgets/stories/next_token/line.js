// The bars end to end, on a line from 0 to 1, on which a random number falls.

import { column, Piece, row, space } from "../../moving/layout.js";
import { chip, label, note, solid, spin } from "../../moving/pieces.js";
import { decimals } from "../../shared/words.js";
import { hueOf, SHOWN, shown } from "./facts.js";

/** @import { Facts, Turn } from "./facts.js" */

const STRIP = 26; // its height
const OVER = 36; // the room above it, for the number

/** Where its middle is, from the top of the picture. */
export const MIDDLE = OVER + 3 + STRIP / 2;

/**
 * Where each part of the line ends: the likeliest tokens that can be seen, the drawn one, others.
 * @param {Turn} turn
 * @param {number} W
 * @param {Facts} m
 * @returns {{ key: string, name: string, end: number, role: string }[]}
 */
function partsOf({ likeliest, picked }, W, m) {
  let end = 0;
  /** @type {ReturnType<typeof partsOf>} */
  const parts = [];
  likeliest.forEach(([text, p], i) => {
    const isDrawn = text === picked;
    const isSeen = i < SHOWN && p * W >= 3;
    if (isDrawn && i >= SHOWN) parts.push({ key: "before", name: "", end, role: "track" });
    end += p;
    if (isSeen || isDrawn) {
      const key = i < SHOWN ? `s${i}` : "drawn";
      parts.push({ key, name: shown(text), end, role: hueOf(m, text, isDrawn) });
    }
  });
  return [...parts, { key: `s${SHOWN}`, name: "others", end: 1, role: "track" }];
}

/**
 * Its parts side by side.
 * @param {Turn} turn
 * @param {number} W
 * @param {Facts} m
 */
function strip(turn, W, m) {
  const all = partsOf(turn, W, m);
  const line = all.flatMap(({ key, name, end, role }, i) => {
    const start = all[i - 1]?.end ?? 0;
    const w = (end - start) * W;
    if (w < 1) return [];
    const gap = w > 4 ? 2 : 0;
    const part = solid(key, { w: w - gap, h: STRIP }, {
      role,
      text: w > 8 * name.length + 10 ? name : "",
      look: role === "track" ? "" : "inverse",
      size: 12,
    });
    return [part.from(key.replace("s", "b")), space(gap, STRIP)];
  });
  return row(line, { gap: 0 }).named("line");
}

/** @param {number} W */
const scale = (W) => row([note("zero", "0"), space(W - 16), note("one", "1")], { gap: 0 });

/**
 * The line, and a mark where the number falls.
 * @param {Turn} turn
 * @param {number} W
 * @param {Facts} m
 * @param {boolean} yours whether the number can be changed
 */
export function drawLine(turn, W, m, yours) {
  const plain = label("u", decimals(turn.draw), { size: 15, strong: true });
  const box = chip("yours", "", { w: 58, h: 30 }).with({
    role: "none",
    text: undefined,
    value: turn.draw,
    digits: 2,
    look: "slides",
  });
  const name = label("hit", shown(turn.picked), {
    size: 14,
    mono: true,
    strong: true,
    role: hueOf(m, turn.picked, true),
  });
  const whole = column([space(W, OVER), strip(turn, W, m), scale(W)], { gap: 3 });
  return new Piece(whole.w, whole.h, (x, y, boxes) => {
    const centre = x + turn.draw * W;
    /** @param {Piece} piece @param {number} margin */
    const left = (piece, margin) =>
      Math.min(Math.max(centre - piece.w / 2, x + margin), x + W - piece.w - margin);
    const place = { x, w: W };
    const own = {
      ...spin("draw", [0, 0], "random number"),
      ...{ min: 0, max: 0.99, step: 0.01, along: place },
    };
    const number = yours ? box.with({ spin: own }) : plain;
    const grip = yours ? { grip: "yours" } : {};
    const mark = { ...grip, role: "none", x: centre - 1.5, w: 3, r: 1, z: 7, level: 1 };
    return [
      ...whole.with(grip).put(x, y, boxes),
      ...number.put(left(number, 0), y + (yours ? 0 : 8), boxes),
      ...name.put(left(name, 18), y + 46 + STRIP, boxes),
      { ...mark, key: "mark", y: y + 30, h: 14 }, // above the name in the part, and below it
      { ...mark, key: "mark2", y: y + 34 + STRIP, h: 11 },
    ];
  });
}
