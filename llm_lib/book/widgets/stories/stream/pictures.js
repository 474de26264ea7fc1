// The text on top, the sum that the stream is below it, and what the model would say so far.

import { bow } from "../../moving/arrows.js";
import { column, over, picture, row, space, table, within } from "../../moving/layout.js";
import { chip, heads, label, lying, note, rule, vector } from "../../moving/pieces.js";
import { decimals, percent } from "../../shared/words.js";
import { listOf, namesOf, shown } from "./facts.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Room } from "../../moving/types.js" */
/** @import { Facts, Said } from "./facts.js" */

const TOP = /** @type {{ alignY: "start" }} */ ({ alignY: "start" });
const ON = "on";

/**
 * The text as tokens, of which the last is followed, and the place of the next one.
 * @param {Facts} m
 * @param {Room} room
 * @param {{ ids?: boolean, answer?: string }} [looks]
 */
function textRow(m, room, { ids = false, answer = "" } = {}) {
  const type = room.wide ? { size: 16, pad: 16, h: 32 } : { size: 13, pad: 9, h: 27 };
  const gap = room.wide ? 6 : 3;
  const all = m.words.map((word, i) => {
    const box = chip(`t${i}`, word, { ...type, look: i === m.last ? "asks" : "" });
    const id = label(`id${i}`, String(m.tokens[i][0]), { size: 12, role: "muted" });
    return ids ? column([box, id], { gap: 1 }) : box;
  });
  const next = chip("next", answer || "?", { ...type, look: answer ? "answer" : "empty" });
  const pieces = [...all, ids ? column([next, space(1, 15)], { gap: 1 }) : next];
  /** @type {Piece[][]} */
  const lines = [[]];
  let length = 0;
  for (const piece of pieces) {
    if (!room.wide && length + piece.w > room.W - 4) {
      lines.push([]);
      length = 0;
    }
    lines[lines.length - 1].push(piece);
    length += piece.w + gap;
  }
  return column(lines.map((line) => row(line, { gap })), { gap: 5, align: "start" });
}

/**
 * One vector of the sum, with its name before it or, on a phone, above it.
 * @param {string} key
 * @param {string} role
 * @param {number[]} values
 * @param {string} name
 * @param {Room} room
 */
function line(key, role, values, name, room) {
  const w = room.wide ? 52 : 45;
  const numbers = vector(key, role, values, { w, h: 30, looks: { digits: 2, most: 2.5 } });
  const dots = note(`${key}.more`, "…");
  const text = label(`${key}.name`, name, { size: room.wide ? 14 : 13 });
  if (!room.wide) {
    return column([text, row([numbers, dots], { gap: 4 })], { gap: 2, align: "start" });
  }
  return row([within(text, { w: 150, align: "end" }), numbers, dots], { gap: 10 });
}

/**
 * What the model would say if it stopped here.
 * @param {Facts} m
 * @param {Said} said
 * @param {Room} room
 * @param {{ title?: string, key?: string }} [looks]
 */
function saysList(m, said, room, { title = "if the model stopped here", key = "" } = {}) {
  const size = room.wide ? 14 : 13;
  const w = room.wide ? 120 : 130;
  const rows = listOf(m, said).map(({ name, p, isGoal }, i) => [
    label(`${key}n${i}`, name, { size, mono: true, strong: isGoal }),
    lying(`${key}b${i}`, p, { w, h: 13 }),
    label(`${key}p${i}`, percent(p), { size, strong: isGoal }),
  ]);
  const columns = room.wide ? [74, w, 62] : [74, w, 60];
  const list = table(rows, { columns, gap: 8, gapY: 4, align: ["end", "start", "end"] });
  return column([note(`${key}title`, title, { size: 13 }), list], { gap: 7 });
}

/**
 * The text, and below it the sum beside the list.
 * @param {Piece} text
 * @param {Piece} sum
 * @param {Piece | null} list
 * @param {Room} room
 */
function whole(text, sum, list, room) {
  const both = room.wide ? row([sum, list], { gap: 26 }) : column([sum, list], { gap: 14 });
  return picture(room, column([space(1, 4), text, both], { gap: room.wide ? 30 : 14 }), TOP);
}

/**
 * The way through the model, as a plan of the film.
 * @param {Facts} m
 * @param {Room} room
 */
function plan(m, room) {
  const size = room.wide ? 14 : 13;
  const blocks = Array.from({ length: namesOf(m).length / 2 }, (_, i) => `block ${i}`);
  const stops = ["token table", ...blocks, "final norm", "output head"];
  if (room.wide) {
    const boxes = stops.flatMap((name, i) => [
      ...(i ? [note(`way${i}`, "→", { size: 16 })] : []),
      chip(`stop${i}`, name, { size, pad: 14, h: 34, look: "empty" }),
    ]);
    return column([note("plan", "its way through the model", { size }), row(boxes, { gap: 7 })], {
      gap: 12,
    });
  }
  const boxes = stops.map((name, i) =>
    chip(`stop${i}`, name, { size, w: 150, h: 27, look: "empty" })
  );
  return column([note("plan", "its way through the model"), ...boxes], { gap: 7 });
}

/** @param {Facts} m @param {Room} room */
export const drawText = (m, room) =>
  whole(textRow(m, room, { ids: true }), plan(m, room), null, room);

/** @param {Facts} m @param {Room} room */
export function drawEmbed(m, room) {
  const [start] = m.parts;
  const sum = column([
    line("s1", "x", start.stream, `row ${m.tokens[m.last][0]} of the table`, room),
    note("shown", `the first ${start.stream.length} of ${m.n_embd} numbers, rounded`),
  ], { gap: 10, align: "end" });
  return whole(textRow(m, room), sum, saysList(m, start, room), room);
}

/**
 * What part number i adds: the stream before, the addition, and their sum.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} i
 */
export function drawPart(m, room, i) {
  const { name, adds, stream } = m.parts[i];
  const sum = column([
    line(`s${i}`, "x", m.parts[i - 1].stream, "stream", room),
    line(`a${i}`, "value", adds, `+ ${name}`, room).late(300),
    rule("rule", room.wide ? 345 : 285),
    line(`s${i + 1}`, "x", stream, "= stream, rounded", room).late(900),
  ], { gap: room.wide ? 8 : 5, align: room.wide ? "end" : "start" });
  const list = saysList(m, m.parts[i], room);
  if (i !== m.parts.length - 2 || m.source < 0) return whole(textRow(m, room), sum, list, room);
  return whole(lookBack(m, room), sum, list, room);
}

/**
 * The text, with a bow from the token that the last attention looks at most: to the token that
 * looks or, on a phone, where the text has several lines, with that token as the answer is shown.
 * @param {Facts} m
 * @param {Room} room
 */
function lookBack(m, room) {
  const text = textRow(m, room);
  const source = `t${m.source}`;
  if (!room.wide || m.source === m.last) {
    return text.with((e) => (e.key === source ? { look: "answer" } : {}));
  }
  const share = note("look", `${percent(m.looks[m.source])} of attention 3`);
  return over(column([text, space(1, 46)], { gap: 0 }), (at) => {
    const [from, to] = [at(source), at(`t${m.last}`)];
    const middle = (from.x + to.x + to.w) / 2; // the words stand inside the bow
    return [
      bow("bow", from, to, { way: "under", delay: 300 }),
      ...share.put(middle - share.w / 2, from.y + from.h + 16, new Map()),
    ];
  });
}

/** @param {Facts} m @param {Room} room */
export function drawNorm(m, room) {
  const n = m.parts.length;
  const sum = column([
    line(`s${n}`, "x", m.end.stream, "stream", room),
    line("normed", "x", m.normed, "after the norm", room).late(400),
  ], { gap: 14, align: "end" });
  return whole(textRow(m, room), sum, null, room);
}

/**
 * The largest logits; and in the second step the probabilities that softmax makes of them.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} k
 */
export function drawLogits(m, room, k) {
  const size = room.wide ? 15 : 13;
  const w = room.wide ? 200 : 70;
  const top = m.logits[0][1];
  const rows = m.logits.map(([text, z], i) => [
    label(`l${i}`, shown(text), { size, mono: true, strong: i === 0 }),
    lying(`z${i}`, Math.max(0, z / top), { w, h: 14 }),
    label(`f${i}`, decimals(z), { size, strong: i === 0 }),
    k ? label(`q${i}`, percent(m.end.likeliest[i][1]), { size, strong: i === 0 }) : null,
  ]);
  const titles = heads("what", ["logit", "probability"].slice(0, k + 1), { w: 66, gap: 14 });
  const columns = [room.wide ? 90 : 70, w, 56, 74];
  const list = table(rows, { columns, gap: 10, gapY: 8, align: ["end", "start", "end", "end"] });
  const row0 = row([space(columns[0] + w + 16), titles, space(k ? 0 : 80)], { gap: 0 });
  const sum = column([line("normed", "x", m.normed, "after the norm", room), row0, list], {
    gap: 10,
  });
  return whole(textRow(m, room, { answer: k ? m.goal : "" }), sum, null, room);
}

/**
 * Attention and feed-forward network of each block, and which of them is off.
 * @param {Facts} m
 * @param {Room} room
 */
function switches(m, room) {
  const names = namesOf(m);
  const n = names.length / 2;
  const size = room.wide ? 14 : 13;
  const w = room.wide ? 60 : 42;
  const top = Array.from({ length: n }, (_, i) => note(`block${i}`, `${i}`));
  const rows = [0, 1].map((part) => [
    label(`part${part}`, names[part].replace(/ \d+$/, ""), { size }),
    ...Array.from({ length: n }, (_, i) => {
      const isOff = names[2 * i + part] === m.off;
      const word = label(`on${i}.${part}`, isOff ? "✕ off" : ON, {
        size,
        strong: isOff,
        ...(isOff ? {} : { role: "muted" }),
      });
      return within(word, { w, h: 26 });
    }),
  ]);
  return table([[note("blocks", "block"), ...top], ...rows], {
    gap: room.wide ? 10 : 6,
    gapY: 7,
    align: ["end"],
  });
}

/** @param {Facts} m @param {Room} room */
export function drawTurn(m, room) {
  const title = m.off ? `without ${m.off}` : "with all parts";
  const now = saysList(m, m.now, room, { title });
  const text = textRow(m, room, { answer: shown(m.now.likeliest[0][0]) });
  return whole(text, switches(m, room), now, room);
}
