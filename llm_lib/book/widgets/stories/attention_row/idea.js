// The idea in words, before any number: who asks for what, what each answers to, what it gives.

import { bow } from "../../moving/arrows.js";
import { column, over, picture, row, space, table } from "../../moving/layout.js";
import { chip, label, note } from "../../moving/pieces.js";
import { FOUR } from "./facts.js";
import { shrinking } from "./lines.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Room } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */

/** @param {string} token */
const isRecord = (token) => !token.endsWith("?");

/** @param {string} token */
export const animalOf = (token) => token.split(": ")[0];

/** @param {string} token */
export const thingOf = (token) => token.split(": ")[1];

/**
 * The records whose key fits the query: of the same animal, and not later.
 * @param {Facts} m
 */
export const fitting = ({ tokens, row: asks }) =>
  FOUR.filter((s) =>
    s <= asks && isRecord(tokens[s]) && animalOf(tokens[s]) === animalOf(tokens[asks])
  );

/**
 * What comes back: the things of the records that fit; "" for none.
 * @param {Facts} m
 */
export const thingsOf = (m) => fitting(m).map((s) => thingOf(m.tokens[s])).join(" + ");

/**
 * A word as a query, key or value.
 * @param {string} key
 * @param {"query" | "key" | "value"} role
 * @param {string} text
 * @param {{ w: number, h: number, size: number }} size
 */
function word(key, role, text, size) {
  const r = { query: 99, key: 1, value: 7 }[role];
  return chip(key, text, { ...size, role, r, level: 0.2, look: "mono" });
}

/**
 * The word of a token in the row of keys, where the one that asks has its query; and of values.
 * @param {Facts} m
 * @param {number} s
 * @param {number} step
 * @param {{ w: number, h: number, size: number }} size
 * @returns {[Piece, Piece]}
 */
function wordsOf(m, s, step, size) {
  const token = m.tokens[s];
  const fits = fitting(m);
  const isLeft = step > 0 && !fits.includes(s);
  if (s === m.row) {
    const comes = step > 0 && thingsOf(m) !== ""
      ? word("idea.o", "value", thingsOf(m), size).from(`idea.v${fits.at(-1)}`).late(700)
      : space(size.w, size.h);
    return [word("idea.q", "query", `${animalOf(token)}?`, size).late(250), comes];
  }
  if (!isRecord(token)) return [space(size.w, size.h), space(size.w, size.h)];
  return [
    word(`idea.k${s}`, "key", animalOf(token), size).faint(isLeft).late(550 + s * 120),
    word(`idea.v${s}`, "value", thingOf(token), size).faint(isLeft).late(950 + s * 120),
  ];
}

/**
 * @param {string} role
 * @param {string} tells
 */
const side = (role, tells) =>
  row([
    note(`idea.n.${role}`, tells),
    label(`idea.h.${role}`, role, { role, size: 16, strong: true }),
  ], { gap: 10 });

/** @param {Facts} m @param {Room} room @param {number} step */
export function drawIdea(m, room, step) {
  return room.wide ? drawWide(m, room, step) : drawNarrow(m, room, step);
}

const WAY_BACK = 48; // pixels that the way back takes below the words

/** @param {Facts} m @param {Room} room @param {number} step */
function drawWide(m, room, step) {
  const f = shrinking(room, 860);
  const size = { w: Math.floor(126 * f), h: 52, size: 17 };
  const tokens = FOUR.map((s) =>
    chip(`t${s}`, m.names[s], {
      w: Math.floor(140 * f),
      h: 60,
      size: f < 1 ? 14 : 17,
      look: s === m.row ? "asks" : "",
    })
  );
  const words = FOUR.map((s) => wordsOf(m, s, step, size));
  const whole = table([
    [space(0), ...tokens],
    [
      column([side("query", "asks for"), side("key", "answers to")], { gap: 2, align: "end" }),
      ...words.map(([first]) => first),
    ],
    [side("value", "gives"), ...words.map(([, second]) => second)],
  ], { gap: Math.floor(22 * f), gapY: 38, align: ["end"] });
  const all = column([whole, space(0, WAY_BACK)], { gap: 0 });
  return picture(room, over(all, (at) => ways(m, step, at, "under")));
}

/** @param {Facts} m @param {Room} room @param {number} step */
function drawNarrow(m, room, step) {
  const size = { w: 72, h: 40, size: 14 };
  const tokens = FOUR.map((s) =>
    chip(`t${s}`, m.names[s], { w: 104, h: 42, size: 13, look: s === m.row ? "asks" : "" })
  );
  const head = (/** @type {string} */ role, /** @type {string} */ text = role) =>
    label(`idea.h.${role}`, text, { role, size: 14, strong: true });
  const whole = table([
    [null, row([head("query"), head("key")], { gap: 8 }), head("value")],
    ...FOUR.map((s) => [tokens[s], ...wordsOf(m, s, step, size)]),
  ], { gap: 10, gapY: 20 });
  return picture(room, over(whole, (at) => ways(m, step, at, "beside")));
}

/**
 * From the values that fit to what has come back.
 * @param {Facts} m
 * @param {number} step
 * @param {(name: string) => import("../../moving/types.js").Box} at
 * @param {"under" | "beside"} way
 */
function ways(m, step, at, way) {
  if (!step) return [];
  return fitting(m).filter((s) => s !== m.row)
    .map((s) => bow(`idea.way${s}`, at(`idea.v${s}`), at("idea.o"), { way, delay: 500 }));
}
