// Both texts, one above the other: tokens, vectors, weights, and what the last token gets.

import { column, flow, picture, row, space, within } from "../../moving/layout.js";
import {
  cell,
  chip,
  figure,
  heads,
  label,
  lying,
  note,
  spin,
  vector,
} from "../../moving/pieces.js";
import { readingOf, WORDS } from "./facts.js";

/** @import { Room } from "../../moving/types.js" */
/** @import { Facts, Reading } from "./facts.js" */

const MENUS = 62; // their height, where they lie over the picture
/** The scenes, by their numbers. */
const AT = { VECTORS: 1, WEIGHTS: 2, SUM: 3, POSITIONS: 4, YOURS: 6 };

/** @param {Room} room */
const sizes = ({ wide }) => wide ? { w: 146, cell: 58, h: 34 } : { w: 72, cell: 33, h: 26 };

/**
 * One token: its word, its vector, how much weight it gets.
 * @param {Facts} m
 * @param {Reading} text
 * @param {number} t
 * @param {{ name: string, room: Room, scene: number }} where
 */
function token(m, text, t, { name, room, scene }) {
  const { w, cell: width, h } = sizes(room);
  const word = WORDS[text.order[t]];
  const key = `${name}.${word}`;
  const isYours = scene === AT.YOURS;
  const cells = { w: width, h, gap: 2, looks: { digits: 1, most: 3, size: room.wide ? 14 : 12 } };
  const token = chip(key, word, {
    w: w - 16,
    h: room.wide ? 32 : 28,
    size: room.wide ? 15 : 13,
    look: t === text.order.length - 1 && scene >= AT.WEIGHTS ? "asks" : "",
  });
  const x = vector(`x.${key}`, "x", text.vectors[t], cells).from(key);
  const weight = figure(`w.${key}`, text.weights[t], { digits: 2, size: room.wide ? 14 : 12 });
  const bar = lying(`b.${key}`, text.weights[t], { w: room.wide ? 44 : 28, h: 6 });
  return within(
    column([
      name === "b" ? token.from(`a.${word}`) : token,
      scene >= AT.VECTORS ? x : null,
      scene >= AT.WEIGHTS && scene !== AT.POSITIONS
        ? row([weight, bar], { gap: 5 }).late(200 + 80 * t)
        : null,
      scene === AT.POSITIONS || (isYours && name === "a" && m.positions)
        ? position(m, t, { name, room, isYours })
        : null,
    ], { gap: 5 }),
    { w },
  );
}

/**
 * The vector of a position, which has been added.
 * @param {Facts} m
 * @param {number} t
 * @param {{ name: string, room: Room, isYours: boolean }} where
 */
function position(m, t, { name, room, isYours }) {
  const { cell: width, h } = sizes(room);
  return row(
    m.p[t].map((value, c) => {
      const one = cell(`p.${name}.${t}.${c}`, "position", value, {
        w: width,
        h: h - 4,
        digits: 1,
        size: 12,
        most: 3,
      });
      const own = { ...spin("p", [t, c], `position ${t}, number ${c + 1}`), min: -3, max: 3 };
      return isYours ? one.with({ spin: own }) : one;
    }),
    { gap: 2 },
  );
}

/**
 * What the last token gets, and how that reads.
 * @param {Reading} text
 * @param {string} name
 * @param {Room} room
 */
function output(text, name, room) {
  const { cell: width, h } = sizes(room);
  const looks = { digits: 2, most: 3, size: room.wide ? 15 : 13 };
  const cells = { w: width + (room.wide ? 4 : 12), h: h + 4, gap: 2, looks };
  const numbers = vector(`o.${name}`, "value", text.output, cells)
    .from((c) => `x.${name}.who?.${c}`);
  const words = label(`reads.${name}`, readingOf(text.output), {
    role: "value",
    strong: true,
    size: room.wide ? 16 : 14,
  });
  const top = heads(`ch.${name}`, ["fox", "bear"], cells);
  return room.wide ? column([top, numbers, words], { gap: 4 }) : row([numbers, words], { gap: 12 });
}

/** @param {Facts} m @param {Room} room @param {number} scene */
export function drawTexts(m, room, scene) {
  const texts = scene === AT.YOURS ? m.yours : scene >= AT.POSITIONS ? m.placed : m.plain;
  const hasOutput = scene >= AT.SUM && scene !== AT.POSITIONS;
  const blocks = texts.map((text, i) => {
    const where = { name: i ? "b" : "a", room, scene };
    const all = text.order.map((_, t) => token(m, text, t, where));
    const tokens = scene ? row(all, { gap: 0, align: "start" }) : flow(all, room.W, { gap: 0 });
    if (scene < AT.SUM) return tokens;
    const result = hasOutput ? output(text, where.name, room).late(300) : null;
    if (!room.wide) return column([tokens, result], { gap: 8 });
    return row([tokens, within(result ?? space(0), { w: 170 })], { gap: 24 });
  });
  const free = room.wide && scene === AT.YOURS ? { W: room.W, H: room.H - MENUS } : room;
  const channels = note("channels", "first number: fox · second number: bear", { size: 13 });
  return picture(
    free,
    column([blocks[0], blocks[1], scene === AT.VECTORS ? channels : null], {
      gap: room.wide ? (scene === AT.YOURS ? 14 : 34) : 20,
    }),
  );
}
