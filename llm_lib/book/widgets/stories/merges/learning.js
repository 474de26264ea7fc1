// The text as tokens, its pairs, and the vocabulary, before and after each merge.

import { present } from "../../../engine/present.js";
import { column, over, picture, row, space, table, within } from "../../moving/layout.js";
import { around, chip, figure, label, lying, note } from "../../moving/pieces.js";
import { placesOfBest } from "./facts.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Room } from "../../moving/types.js" */
/** @import { Facts, Span } from "./facts.js" */

const PAIRS = 5; // room for so many pairs
const SHOWN = 4; // merges that have a scene

/**
 * How large a byte is drawn, and the gap after it: the longest word has to fit.
 * @param {Facts} m
 * @param {Room} room
 */
function unitsIn(m, room) {
  const { W, wide } = room;
  const n = Math.max(...m.spans[0].map((spans) => spans.length));
  const [most, g, free] = wide ? [46, 4, 0.38 * W - 64] : [36, 3, W - 56];
  const u = Math.min(most, Math.floor((free + g) / n) - g);
  const isTight = m.text.length > 3;
  return { u, g, h: wide ? (isTight ? 34 : 40) : isTight ? 26 : 30, size: u < 30 ? 13 : 17 };
}

/**
 * A token, as wide as the bytes that it covers.
 * @param {Facts} m
 * @param {string} key
 * @param {Span} span
 * @param {ReturnType<typeof unitsIn>} units
 * @param {string} [look]
 */
export function token(m, key, { id, start, end }, { u, g, h, size }, look = "") {
  const n = end - start;
  const type = m.isNumbers(id) ? 12 : size;
  return chip(key, m.name(id), { w: n * u + (n - 1) * g, h, size: type, pad: 0, look });
}

/** @param {number} w @param {Span} span */
const spanKey = (w, { start, end }) => `w${w}.${start}-${end}`;

/**
 * A word after k merges: its tokens, the id of each below it.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} w
 * @param {number} k
 * @param {boolean} [chosen] whether its best pair will be merged next
 */
function word(m, room, w, k, chosen = false) {
  const units = unitsIn(m, room);
  const spans = m.spans[k][w];
  const firsts = chosen ? placesOfBest(m, k).filter(([at]) => at === w).map(([, i]) => i) : [];
  const pieces = spans.map((span, i) => {
    const first = firsts.find((at) => at === i || at + 1 === i);
    const isNew = span.id === 255 + k && k > 0;
    const key = spanKey(w, span);
    let box = token(m, key, span, units, isNew ? "result" : "");
    if (first !== undefined) {
      box = box.into(spanKey(w, { id: 0, start: spans[first].start, end: spans[first + 1].end }));
    }
    if (isNew) {
      const { left } = m.merges[k - 1];
      const old = m.spans[k - 1][w].find(({ id, start }) => id === left && start === span.start);
      const { end } = present(old, "the token that a merge begins with");
      box = box.from(spanKey(w, { ...span, end }));
    }
    const id = within(note(`id.${key}`, String(span.id), { size: 12 }), { w: box.w });
    return column([box, id], { gap: 4 });
  });
  return row(pieces, { gap: units.g });
}

/**
 * How often a word comes.
 * @param {Facts} m
 * @param {number} w
 * @param {Room} room
 */
const timesOf = (m, w, room) =>
  within(label(`n${w}`, `${m.counts[w]} ×`, { size: room.wide ? 17 : 15 }), {
    h: unitsIn(m, room).h + 19,
    align: "end",
    alignY: "start",
  });

/** @param {string} key @param {string} text */
const title = (key, text) => label(`title.${key}`, text, { strong: true });

/**
 * All words after k merges; with chosen, the pair that comes next is framed.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} k
 * @param {boolean} chosen
 */
function textPart(m, room, k, chosen) {
  const rows = m.text.map((_, w) => [timesOf(m, w, room), word(m, room, w, k, chosen)]);
  const body = table(rows, { gap: 12, gapY: room.wide ? 10 : 4, align: ["end", "start"] });
  const framed = over(body, (at) =>
    (chosen ? placesOfBest(m, k) : []).map(([w, i]) => {
      const spans = m.spans[k][w];
      const boxes = [spans[i], spans[i + 1]].map((span) => at(spanKey(w, span)));
      return around(`frame.${w}.${spans[i].start}`, boxes, { room: 3 });
    }));
  return titled(room, title("text", "The text, as tokens"), framed);
}

/**
 * @param {Room} room
 * @param {Piece} head
 * @param {Piece} body
 */
const titled = (room, head, body) =>
  column([head, body], { gap: room.wide ? 14 : 5, align: "start" });

/**
 * The most frequent pairs after k merges, with bars.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} k
 * @param {boolean} chosen whether the best is framed
 */
function pairsPart(m, room, k, chosen) {
  const { pairs } = m.states[k];
  const most = m.states[0].pairs[0]?.count ?? 1;
  const size = room.wide ? 16 : 14;
  const w = room.wide ? Math.min(110, room.W / 8) : 110;
  const rows = pairs.slice(0, room.wide ? PAIRS : SHOWN).map(({ left, right, count }, i) => {
    const name = `${m.name(left)} + ${m.name(right)}`;
    const key = `p${left}.${right}`;
    const strong = chosen && i === 0;
    return [
      label(`name.${key}`, name, { mono: true, size, strong }),
      lying(`bar.${key}`, count / most, { w, h: 12 }),
      figure(`count.${key}`, count, { digits: 0, size }),
    ].map((piece) => piece.late(120 * i));
  });
  const none = note("none", "no pair is left", { size });
  const body = rows.length
    ? table(rows, { gap: 10, gapY: room.wide ? 10 : 3, align: ["end", "start", "end"] })
    : none;
  const best = pairs[0] && `p${pairs[0].left}.${pairs[0].right}`;
  const framed = chosen && best
    ? over(body, (at) => [
      around("frame.pair", [at(`name.${best}`), at(`bar.${best}`), at(`count.${best}`)], {
        room: room.wide ? 5 : 2,
      }),
    ])
    : body;
  return titled(room, title("pairs", "Pairs of neighbours"), framed);
}

/**
 * A learned token in the vocabulary, and what it is made of.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} k which merge made it, from 0
 * @param {boolean} isNew
 */
function entry(m, room, k, isNew) {
  const { left, right, id } = m.merges[k];
  const [w, i] = placesOfBest(m, k)[0];
  const home = spanKey(w, { id, start: m.spans[k][w][i].start, end: m.spans[k][w][i + 1].end });
  const look = isNew ? "result" : "";
  const box = chip(`v${id}`, m.name(id), {
    w: 44,
    h: room.wide ? 30 : 26,
    size: room.wide ? 15 : 13,
    pad: 12,
    look,
  }).from(home).late(isNew ? 420 : 0);
  const number = note(`vid${id}`, String(id), { size: 13 }).late(isNew ? 420 : 0);
  if (!room.wide) return column([box, number], { gap: 1 });
  const made = label(`made${id}`, `= ${m.name(left)} + ${m.name(right)}`, {
    mono: true,
    size: 13,
    role: "muted",
  });
  return row([within(number, { w: 48, align: "end" }), box, made.late(isNew ? 520 : 0)], {
    gap: 10,
  });
}

/**
 * The vocabulary after k merges.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} k
 */
function vocabularyPart(m, room, k) {
  const bytes = chip("v0", "256 bytes", { w: 44, h: room.wide ? 30 : 26, size: 13, pad: 12 });
  const range = note("vid0", "0–255", { size: 13 });
  const learned = m.merges.slice(0, Math.min(k, SHOWN)).map((_, i) =>
    entry(m, room, i, i === k - 1)
  );
  const first = room.wide
    ? row([within(range, { w: 48, align: "end" }), bytes], { gap: 10 })
    : column([bytes, range], { gap: 1 });
  const body = room.wide
    ? column([first, ...learned], { gap: 8, align: "start" })
    : row([first, ...learned], { gap: 6, align: "start" });
  const size = 256 + Math.min(k, SHOWN);
  return titled(room, title("vocabulary", `Vocabulary: ${size} tokens`), body);
}

/**
 * Parts side by side in rooms that stay, or stacked on a phone.
 * @param {Room} room
 * @param {(Piece | null)[]} parts the text, the pairs and the vocabulary, as far as they are there
 */
function whole(room, [text, pairs, vocabulary]) {
  if (!room.wide) {
    const heights = [null, 118, 66];
    const stacked = [text, pairs, vocabulary].map((part, i) => {
      const piece = part ?? space(0);
      const h = Math.max(piece.h, heights[i] ?? piece.h);
      return within(piece, { w: room.W, h, align: "start", alignY: "start" });
    });
    return picture(room, column(stacked, { gap: 12 }), { alignY: "start" });
  }
  const widths = [0.38, 0.29, 0.29].map((share) => share * room.W);
  const columns = [text, pairs, vocabulary].map((part, i) =>
    within(part ?? space(0), { w: widths[i], h: 300, align: "start", alignY: "start" })
  );
  return picture(room, row(columns, { gap: 0.02 * room.W }));
}

/**
 * The words as they are, before they are cut.
 * @param {Facts} m
 * @param {Room} room
 */
export function drawText(m, room) {
  const { u, g } = unitsIn(m, room);
  const [h, size] = room.wide ? [52, 24] : [48, 20];
  const rows = m.text.map(([text], w) => {
    const { end } = m.spans[0][w][m.spans[0][w].length - 1];
    return [
      label(`n${w}`, `${m.counts[w]} ×`, { size }),
      chip(`word${w}`, text, { w: Math.min(end * (u + g), room.W - 90), h, size, pad: 24 }),
    ];
  });
  const body = table(rows, { gap: 18, gapY: 18, align: ["end", "start"] });
  return picture(room, body, room.wide ? { alignY: "start" } : {});
}

/**
 * @param {Facts} m
 * @param {Room} room
 */
export function drawBytes(m, room) {
  const text = textPart(m, room, 0, false).with((e) => {
    const [, w, start] = /w(\d+)\.(\d+)-/.exec(e.key) ?? [];
    return w ? { born: `word${w}`, delay: 150 * Number(w) + 60 * Number(start) } : {};
  });
  return whole(room, [text, null, vocabularyPart(m, room, 0)]);
}

/**
 * @param {Facts} m
 * @param {Room} room
 */
export const drawPairs = (m, room) =>
  whole(room, [
    textPart(m, room, 0, false),
    pairsPart(m, room, 0, false),
    vocabularyPart(m, room, 0),
  ]);

/**
 * Merge number n from 0: at its first step the best pair is framed, at its second it is merged.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} n
 * @param {number} k
 */
export function drawMerge(m, room, n, k) {
  const done = Math.min(n + k, m.merges.length);
  const isChosen = k === 0 && n < m.merges.length;
  return whole(room, [
    textPart(m, room, done, isChosen),
    pairsPart(m, room, done, isChosen),
    vocabularyPart(m, room, done),
  ]);
}
