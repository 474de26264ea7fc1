// Encoder and decoder as the paper draws them, from the bottom up, with the tokens in them.

import { column, over, picture, row, space, table, within } from "../../moving/layout.js";
import { around, cell, chip, figure, label, lying, note, rising } from "../../moving/pieces.js";
import { percent } from "../../shared/words.js";
import { SEEN } from "./facts.js";
import { across, memoryName, ribbons } from "./memory.js";
import {
  APART,
  breadths,
  forward,
  half,
  heightOf,
  HUES,
  panel,
  sizesIn,
  smallMap,
  tallIn,
  tinted,
} from "./parts.js";

/** @import { Box, Room, Sketch } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */
/**
 * What is drawn. read: 0 nothing yet, 1 the encoder at work, 2 the memory is there; rows: how
 * many tokens the decoder is given; looks: whether the last of them looks across; says: whether
 * the next token is chosen.
 * @typedef {{ read: number, rows: number, looks?: boolean, says?: boolean }} Now
 */

const BETWEEN = 18; // from one half to the other, one below the other
const TOKEN = 54; // the width of a next token
const SHARE = 54; // and of its probability
const WEIGHTS = 42; // the height of ribbons with their numbers above

/**
 * The source's tokens, and what the encoder makes of them.
 * @param {Facts} m
 * @param {Room} room
 * @param {Now} now
 */
function encoder(m, room, { read, rows, looks }) {
  const { chip: h, size, gap, cell: a } = sizesIn(room);
  const tall = tallIn(room);
  const widths = breadths(m.source, room);
  const map = read ? smallMap("e", m.encoder, m.source.length, a, tall.row) : null;
  const isDone = rows > 0;
  return column([
    memory(m, room, read < 2, looks ? m.across[rows - 1] : null),
    space(0, room.wide ? 12 : 6),
    forward("ef", room, isDone),
    space(0, room.wide ? 12 : 6),
    panel("es", "self-attention", "every token looks at all", map, room, isDone, tall.panel),
    space(0, room.wide ? 16 : 10),
    row(m.source.map((word, s) => chip(`s${s}`, word, { w: widths[s], h, size, pad: 2 })), { gap })
      .named("source"),
    space(0, room.wide ? 8 : 4),
    caption("source.name", "Encoder", "the source, read at once", room, "encoder"),
  ], { gap: 0 });
}

/**
 * The vectors that the encoder puts out, all of one width, and the weight of each.
 * @param {Facts} m
 * @param {Room} room
 * @param {boolean} isComing
 * @param {number[] | null} weights
 */
function memory(m, room, isComing, weights) {
  const { gap, bar } = sizesIn(room);
  const { numbers: h } = tallIn(room);
  const widths = breadths(m.source, room);
  const w = Math.min(...widths);
  const most = 2.5;
  const above = room.wide ? WEIGHTS : 16 + bar + 2;
  const vectors = m.source.map((_, s) => {
    if (isComing) return space(widths[s], above + h);
    const x = weights?.[s] ?? 0;
    const cells = m.memory[s].map((value, c) =>
      cell(`m${s}.${c}`, "key", value, { w: (w - 3) / 4, h, most })
        .with({
          text: "",
          value: undefined,
          look: "",
          r: 1,
          level: 0.08 + 0.7 * strength(value, most),
        })
    );
    const number = x < SEEN
      ? space(0)
      : figure(`w${s}`, x, { digits: 2, size: room.wide ? 14 : 12 });
    return column([
      within(number, { w: widths[s], h: above - bar - (bar ? 2 : 0), alignY: "start" }),
      bar ? rising(`b${s}`, x, { w, h: bar }) : null,
      bar ? space(0, 2) : null,
      row(cells, { gap: 1 }).named(`m${s}`).from(`s${s}`).late(40 * s),
    ], { gap: 0 });
  });
  return row(vectors, { gap, align: "end" }).named("memory");
}

/** @param {number} value @param {number} most */
const strength = (value, most) => Math.min(1, Math.abs(value) / most);

/**
 * Whose tokens these are.
 * @param {string} key
 * @param {string} name
 * @param {string} does
 * @param {Room} room
 * @param {"encoder" | "decoder"} hue
 */
const caption = (key, name, does, room, hue) =>
  row([
    label(`${key}.half`, name, { size: room.wide ? 15 : 13, strong: true, role: HUES[hue] }),
    note(key, does, { size: room.wide ? 14 : 12 }),
  ], { gap: 8 });

/**
 * The likeliest next tokens.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} t
 */
function nextTokens(m, room, t) {
  const { side, edge, type: size } = sizesIn(room);
  const gap = room.wide ? 10 : 6;
  const bar = side - 2 * edge - softmaxWidth(room) - TOKEN - SHARE - 2 * gap;
  const rows = m.next[t].map(([word, p], i) => [
    chip(word === m.words[t] ? `y${t}` : `n${t}.${i}`, word, {
      w: TOKEN,
      h: room.wide ? 22 : 18,
      size: 12,
      pad: 2,
      look: word === m.words[t] ? "answer" : "",
    }),
    lying(`p${i}`, p, { w: bar, h: 12 }),
    label(`percent${i}`, percent(p), { size, strong: word === m.words[t] }),
  ]);
  const columns = [TOKEN, bar, SHARE];
  return table(rows, { gap, gapY: 2, align: ["start", "start", "end"], columns });
}

/**
 * The softmax and what it makes, with the text at the edge of all others.
 * @param {Facts} m
 * @param {Room} room
 * @param {Now} now
 */
function softmax(m, room, { rows, says }) {
  const { side, edge, type: size, name } = sizesIn(room);
  const unknown = { w: TOKEN, h: room.wide ? 30 : 24, size: 14, pad: 2, look: "empty" };
  const anchor = /** @type {const} */ ("start");
  const words = column([
    label("next.name", "softmax", { strong: true, size: name, anchor }),
    note("next.does", "the next token", { size, anchor }),
  ], { gap: room.wide ? 3 : 0, align: "start" });
  const chosen = says ? nextTokens(m, room, rows - 1) : chip("unknown", "?", unknown);
  const w = side - 2 * edge;
  const line = row([
    within(words, { w: softmaxWidth(room), align: "start" }),
    within(chosen, { w: w - softmaxWidth(room), align: "start" }),
  ], { gap: 0 });
  return within(line, { w: side, h: room.wide ? 72 : 58 }).named("next");
}

/** @param {Room} room */
const softmaxWidth = (room) => (room.wide ? 120 : 92);

/**
 * What is written so far, and what comes next.
 * @param {Facts} m
 * @param {Room} room
 * @param {Now} now
 */
function decoder(m, room, now) {
  const { rows, looks } = now;
  const { chip: h, size, gap, side, cell: a } = sizesIn(room);
  const words = ["start", ...m.words].slice(0, rows);
  const widths = breadths(words, room);
  const given = words.map((word, i) => {
    const w = room.wide ? Math.min(48, widths[i]) : widths[i];
    const key = i ? `y${i - 1}` : "start";
    return chip(key, word, { w, h, size, pad: 2, look: i === rows - 1 ? "asks" : "" });
  });
  const tall = heightOf(rows, room);
  const back = rows
    ? smallMap("d", m.back.slice(0, rows).map((r, t) => r.slice(0, t + 1)), rows, a, tall)
    : null;
  const across = looks ? smallMap("c", m.across.slice(0, rows), m.source.length, a, tall) : null;
  const between = room.wide ? 12 : 6;
  return column([
    softmax(m, room, now),
    space(0, between),
    forward("df", room, !rows),
    space(0, between),
    panel("dc", "cross-attention", "each looks at the memory", across, room, !rows),
    space(0, between),
    panel("ds", "masked self-attention", "at itself and back", back, room, !rows),
    space(0, room.wide ? 16 : 10),
    within(row(given, { gap }), { h, w: side }).named("target"),
    space(0, room.wide ? 8 : 4),
    caption("target.name", "Decoder", "what is written so far", room, "decoder"),
  ], { gap: 0 });
}

/**
 * An arrow up from the middle of one box to another, or with `at` from another place.
 * @param {string} key
 * @param {Box} from
 * @param {Box} to
 * @returns {Sketch}
 */
const up = (key, from, to) => ({
  key,
  kind: "link",
  role: "arrow",
  way: "ray",
  x: to.x + to.w / 2,
  y: from.y - 1,
  turn: Math.PI / 2,
  reach: from.y - to.y - to.h - 2,
  thick: 1.5,
  z: -1,
});

/**
 * @param {Facts} m
 * @param {Room} room
 * @param {Now} now
 */
export function drawMachine(m, room, now) {
  const parts = [
    half("half.e", encoder(m, room, now), room),
    half("half.d", decoder(m, room, now), room),
  ];
  const both = room.wide
    ? row(parts, { gap: APART, align: "end" })
    : column([parts[1], space(0, BETWEEN), parts[0]], { gap: 0 });
  const whole = over(both, (at) => [
    ...boxes(at),
    up("up.e", at("source"), at("es")),
    up("up.ef", at("es"), at("ef.box")),
    up("up.m", at("ef.box"), at("memory")),
    up("up.d", at("target"), at("ds")),
    up("up.dc", at("ds"), at("dc")),
    up("up.df", at("dc"), at("df.box")),
    up("up.n", at("df.box"), at("next")),
    ...(now.read > 1 ? [across(at, room, now.looks === true), ...memoryName(at, room)] : []),
    ...(now.looks && room.wide ? ribbons(at, m.across[now.rows - 1]) : []),
    now.rows ? lastRow("ring.d", at, `d${now.rows - 1}`, now.rows) : null,
    now.looks ? lastRow("ring.c", at, `c${now.rows - 1}`, m.source.length) : null,
  ]);
  return picture(room, whole, { alignY: "end" });
}

/**
 * The grounds of both halves, and the boxes in them.
 * @param {(name: string) => Box} at
 */
const boxes = (at) => [
  tinted("half.e", at("half.e"), "encoder", { level: 0.06, r: 12, z: -5 }),
  tinted("half.d", at("half.d"), "decoder", { level: 0.06, r: 12, z: -5 }),
  tinted("es", at("es"), "encoder", { level: 0.15, r: 8, z: -3 }),
  tinted("ds", at("ds"), "decoder", { level: 0.15, r: 8, z: -3 }),
  tinted("dc", at("dc"), "decoder", { level: 0.15, r: 8, z: -3 }),
  tinted("ef.box", at("ef.box"), "forward", { level: 0.2, r: 8, z: -3 }),
  tinted("df.box", at("df.box"), "forward", { level: 0.2, r: 8, z: -3 }),
];

/**
 * A frame around one row of a small map.
 * @param {string} key
 * @param {(name: string) => Box} at
 * @param {string} name
 * @param {number} n
 */
const lastRow = (key, at, name, n) =>
  around(key, [at(`${name}.0`), at(`${name}.${n - 1}`)], { room: 1.5, r: 2, role: "frame" });
