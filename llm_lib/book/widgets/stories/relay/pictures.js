// The prompt as tokens that stay where they are, and what is handed on between them.

import { bow, ribbon } from "../../moving/arrows.js";
import { column, over, picture, row, table, within } from "../../moving/layout.js";
import { chip, figure, label, lying, note } from "../../moving/pieces.js";
import { percent } from "../../shared/words.js";
import { layerOf } from "./facts.js";
import { found, prompt, promptSizes, SEEN, TAG } from "./prompt.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Box, Room, Sketch } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */

const LEFT = /** @type {const} */ ({ align: "start" });
const TITLE = 20;
const MENUS = 72; // the height of the menus, which lie over the picture where it is wide

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
  column([within(title, { h: TITLE }), piece], { gap: 8, align: "start" });

/**
 * A token with what it was handed.
 * @param {Box} box
 * @param {boolean} [holds]
 */
const footed = (box, holds) => ({ ...box, h: box.h + (holds ? TAG + 2 : 0) });

/**
 * Bands from the things that could be the answer to the token that looks at them, as broad as their
 * weights. They come in side by side, as one stream.
 * @param {Facts} m
 * @param {string} key
 * @param {number[]} weights
 * @param {Map<number, string>} [held] what stands below the tokens
 * @returns {(at: (name: string) => Box) => Sketch[]}
 */
const bands = (m, key, weights, held) => (at) => {
  const to = at(`t${m.last}`);
  const broad = (/** @type {number} */ i) => 2 + 20 * weights[i];
  const all = m.pair.reduce((sum, i) => sum + broad(i), 0);
  const room = Math.min(all, to.w - 6);
  let x = to.x + (to.w - room) / 2;
  return m.pair.map((i) => {
    const [thick, thick2] = [broad(i), broad(i) * room / all];
    x += thick2;
    return ribbon(`${key}.${i}`, footed(at(`t${i}`), held?.has(i)), to, {
      ...{ x2: x - thick2 / 2, role: m.hues.get(i), even: true, thick, thick2, delay: 300 },
      opacity: Math.min(1, 0.55 + weights[i]),
    });
  });
};

/** @param {Facts} m @param {Room} room */
const freeBelow = (m, { wide }) => ({ below: m.thing, by: wide ? 76 : 60 });

/**
 * Where the last token looks, alone.
 * @param {Facts} m
 * @param {Room} room
 * @param {{ weights?: number[], answer?: string, menus?: boolean }} [now]
 */
export function drawLook(m, room, { weights, answer, menus = false } = {}) {
  const free = menus && room.wide ? { W: room.W, H: room.H - MENUS } : room;
  const now = { weights, answer, asks: m.last, hues: m.hues, between: room.wide ? 16 : 10 };
  if (!weights) return picture(free, prompt(m, room, now), LEFT);
  const whole = prompt(m, room, { ...now, free: freeBelow(m, room) });
  return picture(free, over(whole, bands(m, "look", weights)), LEFT);
}

/** @param {Facts} m @param {Room} room */
export const drawText = (m, room) =>
  picture(room, prompt(m, room, { asks: m.last, hues: m.hues }), LEFT);

/**
 * The arrows of a hop: from where it looks to the token that looks.
 * @param {Facts} m
 * @param {number} k
 * @returns {(at: (name: string) => Box) => Sketch[]}
 */
function arrowsOf(m, k) {
  const [from, to] = [m.path[k], m.path[k + 1]];
  const held = heldAfter(m, k + 1);
  if (k === 2) return bands(m, `hop${k}`, m.hops[k].weights, held);
  const thick = 3 * m.hops[k].weights[from];
  return (at) => {
    const [start, end] = [from, to].map((i) => footed(at(`t${i}`), held.has(i)));
    return [bow(`hop${k}`, start, end, { way: "under", role: "amount", thick, delay: 300 })];
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
  const free = k === 2
    ? { below: m.thing, by: room.wide ? 86 : 56 }
    : { below: m.thing, by: room.wide ? 60 : 38 };
  const now = {
    weights,
    held: heldAfter(m, k + 1),
    asks: m.path[k + 1],
    answer,
    free,
    hues: m.hues,
  };
  const title = row([
    label("layer", layerOf(m, k), { strong: true, size: room.wide ? 16 : 14 }),
    note(
      "head",
      `head ${head}; ${room.wide ? "weights from" : "≥"} ${SEEN}`,
    ),
  ], { gap: 10 });
  const left = answer && room.wide ? { W: room.W, H: room.H - MENUS } : room;
  const whole = over(prompt(m, room, now), arrowsOf(m, k));
  return picture(left, answer && room.wide ? whole : titled(title, whole), LEFT);
}

/** @param {Facts} m @param {Room} room */
export const drawTurn = (m, room) => drawHop(m, room, m.hop, m.likeliest[0].text);

/**
 * A bar in a colour of its own, if it has one.
 * @param {Piece} bar
 * @param {string | undefined} hue
 */
const coloured = (bar, hue) => bar.with((e) => hue && e.role === "weight" ? { role: hue } : {});

/** @param {Facts} m @param {Room} room */
export function drawHeads(m, room) {
  const [size, gap] = room.wide ? [17, 64] : [13, 0];
  const name = { w: room.wide ? 58 : 48, align: /** @type {const} */ ("start") };
  const w = (room.wide ? (room.W - gap) / 2 : room.W) - name.w - 20 - 3 * size;
  const panels = m.heads.map((weights, h) =>
    column([
      label(`name${h}`, `head ${h}`, { strong: true, size }),
      ...[m.thing, m.rival].map((i) =>
        row([
          within(label(`n${h}.${i}`, m.words[i], { mono: true, size, role: m.hues.get(i) }), name),
          coloured(
            lying(`h${h}.${i}`, weights[i], { w, h: room.wide ? 20 : 14 }),
            m.hues.get(i),
          ),
          within(figure(`f${h}.${i}`, weights[i], { digits: 2, size }), {
            w: 3 * size,
            align: "end",
          }),
        ], { gap: 10 })
      ),
    ], { gap: room.wide ? 8 : 5, align: "start" }).late(h * 150)
  );
  const rows = room.wide ? [panels.slice(0, 2), panels.slice(2)] : panels.map((p) => [p]);
  const title = label("layer", layerOf(m, 2), { strong: true, size: room.wide ? 16 : 14 });
  const all = table(rows, { gap, gapY: room.wide ? 32 : 18 });
  return picture(room, column([title, all], { gap: room.wide ? 24 : 14, align: "start" }), LEFT);
}

/**
 * The end of the prompt, and below it what may follow.
 * @param {Facts} m
 * @param {Room} room
 */
export function drawOutput(m, room) {
  const sizes = promptSizes(room);
  const { size, pad, h } = sizes;
  const from = m.words.lastIndexOf("↵") + 1;
  const said = m.words.slice(from).map((word, i) =>
    chip(`t${from + i}`, word, { size, pad, h, look: from + i === m.last ? "asks" : "" })
  );
  const gap = room.wide ? 14 : 8;
  const all = m.likeliest.map(({ text }, i) =>
    chip(`next${i}`, text, { size, pad, h: 0.9 * h, look: i ? "" : "answer" })
  );
  const w = Math.max(...all.map((piece) => piece.w)) + 4;
  const share = room.wide ? 64 : 52;
  const rows = m.likeliest.map(({ text, p }, i) => [
    chip(`next${i}`, text, { w, size, pad, h: 0.9 * h, look: i ? "" : "answer" }),
    coloured(
      lying(`p${i}`, p, { w: room.W - w - share - 2 * gap, h: room.wide ? 20 : 14 }),
      m.hues.get(m.words.indexOf(text)),
    ),
    within(label(`percent${i}`, percent(p), { size: Math.max(12, 0.9 * size), strong: !i }), {
      w: share,
      align: "end",
    }),
  ]);
  const line = row([...said, found({ asks: m.last }, sizes)], { gap: room.wide ? 10 : 3 });
  const next = table(rows, { gap, gapY: room.wide ? 10 : 8 });
  return picture(room, column([line, next], { gap: room.wide ? 30 : 22, align: "start" }), LEFT);
}
