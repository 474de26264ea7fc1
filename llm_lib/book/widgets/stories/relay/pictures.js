// The prompt as tokens that stay where they are, and what is handed on between them.

import { bow, ribbon } from "../../moving/arrows.js";
import { column, over, picture, row, space, table, within } from "../../moving/layout.js";
import { chip, figure, label, lying, note } from "../../moving/pieces.js";
import { percent } from "../../shared/words.js";
import { layerOf } from "./facts.js";
import { prompt, SEEN } from "./prompt.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Box, Room, Sketch } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */

const TITLE = 20;
const TAG = 16; // the height of what is handed on, below a token
const MENUS = 62; // the height of the menus, which lie over the picture where it is wide

/**
 * What each place holds of the name once so many hops are made.
 * @param {Facts} m
 * @param {number} hops
 * @returns {Map<number, string>}
 */
function heldAfter(m, hops) {
  const name = m.words[m.name];
  /** @type {[place: number, held: string][]} */
  const all = [[m.before, name], [m.thing, name], [m.last, m.words[m.thing]]];
  return new Map(all.slice(0, hops));
}

/** @param {Piece} title @param {Piece} piece */
const titled = (title, piece) =>
  column([within(title, { h: TITLE }), piece], { gap: 2, align: "start" });

/**
 * Where the last token looks, alone.
 * @param {Facts} m
 * @param {Room} room
 * @param {{ weights?: number[], answer?: string, menus?: boolean }} [now]
 */
export function drawLook(m, room, { weights, answer, menus = false } = {}) {
  const free = menus && room.wide ? { W: room.W, H: room.H - MENUS } : room;
  const whole = over(
    prompt(m, room, { weights, answer, asks: m.last }),
    (at) =>
      !weights ? [] : m.pair.map((i) =>
        ribbon(`look.${i}`, at(`t${i}`), at(`t${m.last}`), {
          head: i === m.thing,
          thick: 8 * weights[i],
          delay: 300,
        })
      ),
  );
  return picture(free, whole, { alignY: room.wide ? "start" : "middle" });
}

/** @param {Facts} m @param {Room} room */
export const drawText = (m, room) =>
  picture(room, titled(space(0, TITLE), prompt(m, room, { held: new Map(), asks: m.last })));

/**
 * The arrows of a hop: from where it looks to the token that looks.
 * @param {Facts} m
 * @param {number} k
 * @returns {(at: (name: string) => Box) => Sketch[]}
 */
function arrowsOf(m, k) {
  const [from, to] = [m.path[k], m.path[k + 1]];
  const held = heldAfter(m, k + 1);
  const thick = (/** @type {number} */ i) => 8 * m.hops[k].weights[i];
  return (at) => {
    const foot = (/** @type {number} */ i) => {
      const box = at(`t${i}`);
      return { ...box, h: box.h + (held.has(i) ? TAG : 0) };
    };
    if (k < 2) return [bow(`hop${k}`, foot(from), foot(to), { way: "under", delay: 300 })];
    return m.pair.map((i) =>
      ribbon(`hop${k}.${i}`, foot(i), at(`t${to}`), {
        head: i === from,
        thick: thick(i),
        delay: 300,
      })
    );
  };
}

/**
 * One hop: the token that looks, the weights of all others, and what it takes along.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} k
 * @param {string} [answer]
 */
export function drawHop(m, room, k, answer) {
  const { weights, head } = m.hops[k];
  const now = { weights, held: heldAfter(m, k + 1), asks: m.path[k + 1], answer };
  const title = row([
    label("layer", layerOf(m, k), { strong: true, size: room.wide ? 16 : 14 }),
    note(
      "head",
      `head ${head}; ${room.wide ? "weights from" : "≥"} ${SEEN}`,
    ),
  ], { gap: 10 });
  const free = answer && room.wide ? { W: room.W, H: room.H - MENUS } : room;
  const whole = over(prompt(m, room, now), arrowsOf(m, k));
  return picture(free, answer && room.wide ? whole : titled(title, whole));
}

/** @param {Facts} m @param {Room} room */
export const drawTurn = (m, room) => drawHop(m, room, m.hop, m.likeliest[0].text);

/** @param {Facts} m @param {Room} room */
export function drawHeads(m, room) {
  const w = room.wide ? Math.min(300, room.W / 2 - 140) : 170;
  const size = room.wide ? 15 : 13;
  const panels = m.heads.map((weights, h) =>
    column([
      label(`name${h}`, `head ${h}`, { strong: true, size }),
      ...m.pair.map((i) =>
        row([
          within(label(`n${h}.${i}`, m.words[i], { mono: true, size }), { w: 56, align: "end" }),
          lying(`h${h}.${i}`, weights[i], { w, h: 14 }),
          figure(`f${h}.${i}`, weights[i], { digits: 2, size }),
        ], { gap: 10 })
      ),
    ], { gap: 6, align: "start" }).late(h * 150)
  );
  const rows = room.wide ? [panels.slice(0, 2), panels.slice(2)] : panels.map((p) => [p]);
  const title = label("layer", layerOf(m, 2), { strong: true, size: room.wide ? 16 : 14 });
  return picture(room, column([title, table(rows, { gap: 48, gapY: 22 })], { gap: 20 }));
}

/** @param {Facts} m @param {Room} room */
export function drawOutput(m, room) {
  const w = room.wide ? 420 : 150;
  const size = room.wide ? 16 : 13;
  const rows = m.likeliest.map(({ text, p }, i) => [
    chip(`next${i}`, text, { size, look: i ? "" : "answer", h: 34 }),
    lying(`p${i}`, p, { w, h: 16 }),
    label(`percent${i}`, percent(p), { size, strong: !i }),
  ]);
  return picture(
    room,
    column([
      note("after", `after the last “${m.words[m.last]}”`, { size: 14 }),
      table(rows, { gap: 14, gapY: 14, align: ["end", "start", "end"] }),
    ], { gap: 20 }),
  );
}
