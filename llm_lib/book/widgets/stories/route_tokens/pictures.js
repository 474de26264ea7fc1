// The sentence with its word, the four experts with scores and bars, vectors, shares and cost.

import { column, flow, picture, row, space, table } from "../../moving/layout.js";
import { cell, chip, figure, label, lying, note, rule, vector } from "../../moving/pieces.js";
import { roughly } from "../../shared/words.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Room } from "../../moving/types.js" */
/** @import { Facts, Routed } from "./facts.js" */

const ROUTE_MENUS = 74; // the height of the menus, where they lie over the picture

/** @param {Room} room */
const cellsIn = ({ wide, W }) => ({ w: wide ? 50 : Math.min(35, (W - 30) / 8), h: wide ? 32 : 28 });

/**
 * The sentence; the word that is followed stands out.
 * @param {Facts} m
 * @param {number} place
 * @param {Room} room
 */
const sentence = (m, place, room) =>
  flow(
    m.words.map((word, i) =>
      chip(`t${i}`, word, {
        size: room.wide ? 15 : 13,
        h: room.wide ? 32 : 26,
        look: i === place ? "asks" : "",
      })
    ),
    room.W - 8,
    { gap: 5, gapY: 4 },
  );

/**
 * @param {string} key
 * @param {string} role
 * @param {number[]} values
 * @param {Room} room
 */
const numbersOf = (key, role, values, room) =>
  vector(key, role, values, {
    ...cellsIn(room),
    looks: { digits: 2, most: 3, size: room.wide ? 14 : 12 },
  });

/** @param {number} e @param {Room} room @param {string} [look] */
const expert = (e, room, look = "") =>
  chip(`e${e}`, room.wide ? `expert ${e + 1}` : `E${e + 1}`, {
    size: 14,
    pad: room.wide ? 18 : 12,
    h: room.wide ? 34 : 30,
    look,
  });

/** @param {Facts} m @param {Room} room */
export function drawWord(m, room) {
  const experts = row(m.router.map((_, e) => expert(e, room)), { gap: room.wide ? 16 : 8 });
  const parts = [
    sentence(m, m.place, room),
    numbersOf("x", "x", m.one.x, room).from("t7"),
    experts,
  ];
  return picture(room, column(parts, { gap: room.wide ? 36 : 26 }));
}

/**
 * Experts with what is known of each: score, probability, weight.
 * @param {Routed} one
 * @param {Room} room
 * @param {{ p?: boolean, weights?: boolean }} shown
 */
function scoreTable(
  { scores, p, chosen, weights },
  room,
  { p: bars = false, weights: cut = false },
) {
  const w = room.wide ? 220 : 76;
  const heads = [
    note("h.e", room.wide ? "expert" : " "),
    note("h.s", "score"),
    bars ? note("h.p", "softmax") : null,
    cut ? note("h.w", "weight") : null,
  ];
  const rows = scores.map((score, e) => {
    const reads = !cut || chosen.includes(e);
    const bar = row([
      lying(`p${e}`, p[e], { w, h: 14 }),
      figure(`n${e}`, p[e], { digits: 2, size: 14, strong: false }),
    ], { gap: 6 });
    return [
      expert(e, room, cut && reads ? "answer" : "").faint(!reads),
      cell(`s${e}`, "score", score, { w: 56, h: 30, digits: 2, size: 14, most: 3 }).faint(!reads),
      bars ? bar.from(`s${e}`).faint(!reads) : null,
      cut
        ? reads
          ? figure(`w${e}`, weights[e], { digits: 2, size: 17 }).from(`n${e}`)
          : note(`w${e}`, "–")
        : null,
    ].filter(Boolean);
  });
  return table([heads.filter(Boolean), ...rows], { gap: room.wide ? 26 : 8, gapY: 6 });
}

/** @param {Facts} m @param {Room} room @param {Piece} below */
const underWord = (m, room, below) =>
  picture(
    room,
    column([sentence(m, m.place, room), numbersOf("x", "x", m.one.x, room), below], {
      gap: room.wide ? 16 : 12,
    }),
  );

/** @param {Facts} m @param {Room} room @param {number} k */
export const drawRouter = (m, room, k) => underWord(m, room, scoreTable(m.one, room, { p: k > 0 }));

/** @param {Facts} m @param {Room} room */
export const drawTopTwo = (m, room) =>
  underWord(m, room, scoreTable(m.one, room, { p: true, weights: true }));

/**
 * What the chosen experts say, and their weighted sum.
 * @param {Routed} one
 * @param {Room} room
 * @param {boolean} summed
 */
function sumOf({ chosen, weights, said, sum }, room, summed) {
  const all = chosen.flatMap((e, i) => {
    const times = summed
      ? row([figure(`w${e}`, weights[e], { digits: 2, size: 16 }), note(`x${e}`, "×")], { gap: 4 })
      : space(44);
    const who = row([expert(e, room, "answer"), times], { gap: 10 });
    const numbers = numbersOf(`o${e}`, "value", said[e], room).from(`e${e}`).late(200 * i);
    return room.wide ? [[who, numbers]] : [[who], [numbers]];
  });
  const last = numbersOf("sum", "value", sum, room).late(300);
  const name = label("sum.name", "sum", { size: 15, strong: true });
  const below = room.wide ? [[name, last]] : [[name], [last]];
  const line = rule("line", cellsIn(room).w * 8 + 21);
  const closing = [room.wide ? [space(1), line] : [line], ...below];
  const rows = summed ? [...all, ...closing] : all;
  return table(rows, { gap: 16, gapY: 8, align: room.wide ? ["end"] : ["middle"] });
}

/** @param {Facts} m @param {Room} room @param {number} k */
export const drawSum = (m, room, k) => underWord(m, room, sumOf(m.one, room, k > 0));

/**
 * Words and experts: the weight where one reads the other.
 * @param {Facts} m
 * @param {Room} room
 */
export function drawSentence(m, room) {
  const w = room.wide ? Math.min(62, (room.W - 190) / m.words.length - 4) : 50;
  const at = (/** @type {number} */ i, /** @type {number} */ e) =>
    m.each[i].chosen.includes(e)
      ? cell(`g${i}.${e}`, "amount", m.each[i].weights[e], { w, h: room.wide ? 36 : 26, digits: 2 })
        .late(60 * i)
      : null;
  const word = (/** @type {number} */ i) =>
    chip(`t${i}`, m.words[i], { size: room.wide ? 14 : 13, pad: 8, h: room.wide ? 32 : 26, w });
  const read = (/** @type {number} */ e) => label(`r${e}`, String(m.read[e]), { strong: true });
  if (room.wide) {
    const rows = m.router.map((_, e) => [
      expert(e, room),
      ...m.words.map((_, i) => at(i, e)),
      read(e),
    ]);
    const heads = [space(1), ...m.words.map((_, i) => word(i)), note("read", "words")];
    return picture(room, table([heads, ...rows], { gap: 4, gapY: 8 }));
  }
  const rows = m.words.map((_, i) => [word(i), ...m.router.map((_, e) => at(i, e))]);
  const heads = [space(1), ...m.router.map((_, e) => expert(e, room))];
  const totals = [note("read", "words"), ...m.router.map((_, e) => read(e))];
  return picture(room, table([heads, ...rows, totals], { gap: 6, gapY: 3 }));
}

/**
 * @param {string} key
 * @param {number[]} shares
 * @param {number} w
 */
const shareBars = (key, shares, w) =>
  shares.map((share, e) =>
    row([
      lying(`${key}${e}`, share, { w, h: 18 }),
      label(`${key}n${e}`, roughly(share), { size: 14, strong: true }),
    ], { gap: 6 })
  );

/** @param {Facts} m @param {Room} room @param {number} k */
export function drawAlone(m, room, k) {
  const bars = shareBars("a", m.alone[k], room.wide ? 380 : 170);
  const rows = m.router.map((_, e) => [expert(e, room), bars[e]]);
  const head = label("step", `after ${m.steps[k]} steps`, { size: 16, strong: true });
  const whole = table(rows, { gap: 14, gapY: 10, align: ["end", "start"] });
  return picture(room, column([head, whole, note("even", "even: 50 %")], { gap: 14 }));
}

/** @param {Facts} m @param {Room} room */
export function drawBalance(m, room) {
  const w = room.wide ? 230 : 82;
  const [alone, balanced] = [shareBars("a", m.alone[2], w), shareBars("b", m.balanced, w)];
  const heads = [space(1), note("h.a", "left alone"), note("h.b", "with the loss")];
  const rows = m.router.map((_, e) => [expert(e, room), alone[e], balanced[e]]);
  const head = label("step", `after ${m.steps[2]} steps`, { size: 16, strong: true });
  const whole = table([heads, ...rows], {
    gap: room.wide ? 20 : 8,
    gapY: 10,
    align: ["end", "start", "start"],
  });
  return picture(room, column([head, whole, note("even", "even: 50 %")], { gap: 14 }));
}

/** @param {Facts} m @param {Room} room */
export function drawCost(m, room) {
  const line = (/** @type {string} */ key, /** @type {number[]} */ counted) =>
    m.router.map((_, e) =>
      chip(`${key}${e}`, counted.includes(e) ? String(m.weightsOfOne) : "0", {
        w: room.wide ? 96 : 44,
        h: room.wide ? 48 : 40,
        size: 15,
        look: counted.includes(e) ? "answer" : "empty",
      })
    );
  const all = m.router.map((_, e) => e);
  const total = (/** @type {string} */ key, /** @type {number} */ n) =>
    label(key, `= ${(n * m.weightsOfOne).toLocaleString("en")}`, {
      size: room.wide ? 17 : 14,
      strong: true,
    });
  const heads = [space(1), ...all.map((e) => expert(e, room)), space(1)];
  const held = label("held", room.wide ? "memory holds" : "held", { size: 15 });
  const met = label("met", room.wide ? `“${m.one.text}” meets` : "met", { size: 15 });
  const rows = [
    heads,
    [held, ...line("c", all), total("c.n", m.router.length)],
    [met, ...line("d", m.one.chosen), total("d.n", 2)],
  ];
  return picture(
    room,
    table(rows, { gap: room.wide ? 12 : 4, gapY: 14, align: ["end"] }),
  );
}

/** @param {Facts} m @param {Room} room */
export function drawYours(m, room) {
  const free = { W: room.W, H: room.H - ROUTE_MENUS };
  const name = label("sum.name", "sum", { size: 15, strong: true });
  const sum = numbersOf("sum", "value", m.yours.sum, room);
  const whole = [
    scoreTable(m.yours, room, { p: true, weights: true }),
    room.wide ? row([name, sum], { gap: 16 }) : column([name, sum], { gap: 2 }),
  ];
  return picture(free, column(whole, { gap: room.wide ? 16 : 12 }));
}
