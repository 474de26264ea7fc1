// Encoder and decoder as the paper draws them, from the bottom up, with the tokens in them.

import { column, over, picture, row, space, table, within } from "../../moving/layout.js";
import { around, cell, chip, figure, label, lying, note, rising } from "../../moving/pieces.js";
import { percent } from "../../shared/words.js";
import { SEEN } from "./facts.js";
import { breadths, forward, heightOf, panel, sizesIn, smallMap, tallIn } from "./parts.js";

/** @import { Box, Room, Sketch } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */
/**
 * What is drawn. read: 0 nothing yet, 1 the encoder at work, 2 the memory is there; rows: how
 * many tokens the decoder is given; looks: whether the last of them looks across; says: whether
 * the next token is chosen.
 * @typedef {{ read: number, rows: number, looks?: boolean, says?: boolean }} Now
 */

const PAST = 20; // room for an arrow beside a box

/**
 * The source's tokens, and what the encoder makes of them.
 * @param {Facts} m
 * @param {Room} room
 * @param {Now} now
 */
function encoder(m, room, { read, rows, looks }) {
  const { chip: h, size, gap, bar } = sizesIn(room);
  const tall = tallIn(room);
  const widths = breadths(m.source, room);
  const weights = looks ? m.across[rows - 1] : null;
  const memory = m.source.map((_, s) => {
    const w = widths[s];
    if (read < 2) return space(w, bar + 20 + tall.numbers);
    const x = weights?.[s] ?? 0;
    const numbers = m.memory[s].map((value, c) =>
      cell(`m${s}.${c}`, "x", value, { w: (w - 3) / 4, h: tall.numbers, most: 2.5 })
        .with({ text: "", value: undefined, look: "", r: 1 })
    );
    return column([
      within(x < SEEN ? space(0) : figure(`w${s}`, x, { digits: 2, size: 12 }), { w, h: 16 }),
      within(rising(`b${s}`, x, { w: Math.max(10, w - 8), h: bar }), { w }),
      row(numbers, { gap: 1 }).named(`m${s}`).from(`s${s}`).late(40 * s),
    ], { gap: 2 });
  });
  const map = read ? smallMap("e", m.encoder, m.source.length, tall.cell) : null;
  const isDone = rows > 0;
  return column([
    row(memory, { gap, align: "end" }).named("memory"),
    space(0, 8),
    forward("ef", room, isDone, tall.forward),
    space(0, room.wide ? 10 : 6),
    panel("es", "self-attention", "every token looks at all", map, room, isDone, tall),
    space(0, room.wide ? 14 : 10),
    row(m.source.map((word, s) => chip(`s${s}`, word, { w: widths[s], h, size, pad: 2 })), { gap })
      .named("source"),
    label("source.name", "Encoder: the source, read at once", { size: 13 }),
  ], { gap: 0 });
}

/**
 * The likeliest next tokens.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} t
 */
function nextTokens(m, room, t) {
  const size = room.wide ? 14 : 12;
  const width = { w: room.wide ? 190 : 120, h: 12 };
  const rows = m.next[t].map(([word, p], i) => [
    chip(word === m.words[t] ? `y${t}` : `n${t}.${i}`, word, {
      w: 54,
      h: room.wide ? 22 : 20,
      size: 12,
      pad: 2,
      look: word === m.words[t] ? "answer" : "",
    }),
    lying(`p${i}`, p, width),
    label(`percent${i}`, percent(p), { size, strong: word === m.words[t] }),
  ]);
  return table(rows, {
    gap: 10,
    gapY: room.wide ? 3 : 2,
    align: ["end", "start", "start"],
    columns: [54, width.w, 60],
  });
}

/**
 * What is written so far, and what comes next.
 * @param {Facts} m
 * @param {Room} room
 * @param {Now} now
 */
function decoder(m, room, { rows, looks, says }) {
  const { chip: h, size, gap, side } = sizesIn(room);
  const past = room.wide ? 0 : PAST;
  const words = ["start", ...m.words].slice(0, rows);
  const widths = breadths(words, room);
  const given = words.map((word, i) => {
    const w = room.wide ? Math.min(48, widths[i]) : widths[i];
    const key = i ? `y${i - 1}` : "start";
    return chip(key, word, {
      w,
      h,
      size: i ? size : 12,
      pad: 2,
      look: i === rows - 1 ? "asks" : "",
    });
  });
  const tall = heightOf(rows, room);
  const back = rows
    ? smallMap("d", m.back.slice(0, rows).map((r, t) => r.slice(0, t + 1)), rows, tall)
    : null;
  const across = looks
    ? smallMap("c", m.across.slice(0, rows), m.source.length, sizesIn(room).cell, tall)
    : null;
  const unknown = { w: 54, h: room.wide ? 30 : 22, size: 14, pad: 2, look: "empty" };
  const chosen = says ? nextTokens(m, room, rows - 1) : chip("unknown", "?", unknown);
  return column([
    within(chosen, { h: room.wide ? 72 : 64, w: side, alignY: says ? "middle" : "end" }),
    space(0, 2),
    note("next.name", "softmax: the next token", { size: 12 }),
    space(0, room.wide ? 12 : 8),
    forward("df", room, !rows),
    space(0, room.wide ? 10 : 6),
    panel("dc", "cross-attention", "each looks at the memory", across, room, !rows),
    space(0, room.wide ? 10 : 6),
    // on a phone, the arrow from the memory passes on its left
    row([
      space(past, 0),
      panel(
        "ds",
        "masked self-attention",
        room.wide ? "each looks at itself and back" : "at itself and back",
        back,
        room,
        !rows,
        { side: side - past },
      ),
    ], { gap: 0 }),
    space(0, room.wide ? 14 : 10),
    within(row(given, { gap }), { h, w: side }).named("target"),
    label("target.name", "Decoder: what is written so far", { size: 13 }),
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
 * The arrow from the memory to cross-attention: to the right, or up where both stand in one column.
 * @param {(name: string) => Box} at
 * @param {Room} room
 * @param {boolean} [looks]
 * @returns {Sketch}
 */
function across(at, room, looks = false) {
  const [memory, box] = [at("memory"), at("dc")];
  const thick = looks ? (room.wide ? 6 : 4) : 2;
  const rest = {
    key: "across",
    kind: /** @type {const} */ ("link"),
    role: "key",
    way: /** @type {const} */ ("ray"),
    thick,
    z: 7,
  };
  if (room.wide) {
    const y = Math.max(memory.y + memory.h - 10, box.y + 12);
    const x = memory.x + memory.w + 4;
    return { ...rest, x, y, turn: 0, reach: box.x - x - 2 };
  }
  const x = box.x + 3;
  return {
    ...rest,
    x: x + 4,
    y: memory.y + 8,
    turn: Math.PI / 2,
    reach: memory.y - box.y - box.h + 6,
  };
}

/**
 * The word "memory", where the arrow leaves it.
 * @param {(name: string) => Box} at
 * @param {Room} room
 */
function memoryName(at, room) {
  const { x, y, w, h } = at("memory");
  const name = label("memory.name", "memory", { size: 12, strong: true, role: "key" });
  const [left, top] = room.wide ? [x + w + 7, y + h - 36] : [x + 17, y - 16];
  return name.put(left, top, new Map());
}

/**
 * @param {Facts} m
 * @param {Room} room
 * @param {Now} now
 */
export function drawMachine(m, room, now) {
  const parts = [encoder(m, room, now), decoder(m, room, now)];
  const both = room.wide
    ? row(parts, { gap: 64, align: "end" })
    : column([parts[1], space(0, 16), parts[0]], { gap: 0 });
  const frame = (/** @type {string} */ key, /** @type {Box} */ box) =>
    around(`${key}.frame`, [box], { room: 0, role: "face", z: -3 });
  const whole = over(both, (at) => [
    ...["es", "ef.box", "ds", "dc", "df.box"].map((key) => frame(key, at(key))),
    up("up.e", at("source"), at("es")),
    up("up.ef", at("es"), at("ef.box")),
    up("up.m", at("ef.box"), at("memory")),
    up("up.d", at("target"), at("ds")),
    up("up.dc", at("ds"), at("dc")),
    up("up.df", at("dc"), at("df.box")),
    up("up.n", at("df.box"), at("next.name")),
    ...(now.read > 1 ? [across(at, room, now.looks), ...memoryName(at, room)] : []),
    now.rows ? lastRow("ring.d", at, `d${now.rows - 1}`, now.rows) : null,
    now.looks ? lastRow("ring.c", at, `c${now.rows - 1}`, m.source.length) : null,
  ]);
  return picture(room, whole, { alignY: "end" });
}

/**
 * A frame around one row of a small map.
 * @param {string} key
 * @param {(name: string) => Box} at
 * @param {string} name
 * @param {number} n
 */
const lastRow = (key, at, name, n) =>
  around(key, [at(`${name}.0`), at(`${name}.${n - 1}`)], { room: 1.5, r: 2, role: "frame" });
