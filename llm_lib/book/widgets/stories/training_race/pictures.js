// The bars of one step, and a run as an area: steps wide, milliseconds high.

import { column, layers, picture, Piece, row, space, table, within } from "../../moving/layout.js";
import { label, lying, note, solid } from "../../moving/pieces.js";
import { localize } from "../../shared/localize.js";
import { roughly } from "../../shared/words.js";
import { inMs, inSeconds, timesFast, wholeSteps } from "./facts.js";

/** @import { Room } from "../../moving/types.js" */
/** @import { Facts, Run, Share } from "./facts.js" */

const MENU_ROOM = 96; // the height of the menus, which lie over the picture where it is wide

/**
 * Shares as bars, one below the other.
 * @param {Room} room
 * @param {Share[]} shares
 * @param {string} title
 */
function bars(room, shares, title) {
  const w = room.W > 850 ? 520 : room.wide ? 380 : 120;
  const size = room.wide ? 16 : 13;
  const rows = shares.map(([name, share], i) => [
    label(`n${i}`, name, { size }),
    lying(`b${i}`, share, { w, h: room.wide ? 22 : 18 }),
    label(`p${i}`, roughly(share), { size, strong: true }),
  ]);
  return picture(
    room,
    column([
      note("title", title, { size: room.wide ? 14 : 12 }),
      table(rows, { gap: 12, gapY: 14, align: ["end", "start", "end"] }),
    ], { gap: 18 }),
  );
}

/** @param {Facts} m */
const oneStep = (m) => localize`one step of ${m.runs[0].name}: ${inMs(m.runs[0].seconds)}`;

/** @param {Facts} m @param {Room} room */
export const drawPasses = (m, room) => bars(room, m.passes, oneStep(m));

/** @param {Facts} m @param {Room} room */
export const drawParts = (m, room) => bars(room, m.parts, oneStep(m));

/**
 * The width and height that a run has in the picture.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} lower pixels that it is lower by
 */
function scaleOf(m, room, lower) {
  const all = [...m.runs, m.yours];
  const widest = Math.max(...all.map((run) => run.steps));
  const highest = Math.max(...all.map((run) => run.seconds));
  const [W, H] = [
    room.W > 850 ? 560 : room.wide ? 330 : Math.min(230, room.W - 90),
    (room.wide ? 220 : 170) - lower,
  ];
  return {
    W,
    H,
    w: (/** @type {Run} */ run) => Math.max(4, W * run.steps / widest),
    h: (/** @type {Run} */ run) => Math.max(4, H * run.seconds / highest),
  };
}

/**
 * A run as an area over the one before it, and over the first.
 * @param {Facts} m
 * @param {Room} room
 * @param {Run} run
 * @param {Run | null} before
 * @param {number} [lower]
 */
function area(m, room, run, before, lower = 0) {
  const scale = scaleOf(m, room, lower);
  const box = (/** @type {Run} */ r) => ({ w: scale.w(r), h: scale.h(r) });
  const areas = [
    space(scale.W, scale.H),
    solid("first", box(m.runs[0]), { role: "track", level: 1, z: -2 }),
    before && solid("before", box(before), { role: "key", level: 0.35, z: -1 }),
    solid("run", box(run), { role: "weight", level: 0.8 }),
  ];
  const high = new Piece(64, scale.H, (x, y, boxes) => {
    const text = label("high", inMs(run.seconds), { size: 13, strong: true });
    return text.put(x + 64 - text.w, y + scale.H - Math.max(14, scale.h(run)), boxes);
  });
  const foot = label("wide", localize`${wholeSteps(run.steps)} steps`, { size: 13, strong: true });
  return column([
    row([high, layers(areas, { align: "start", alignY: "end" })], { gap: 6 }),
    row([space(70), within(foot, { w: scale.W, align: "start" })], { gap: 0 }),
  ], { gap: 4 });
}

/**
 * What the area is, in figures.
 * @param {Room} room
 * @param {Run} run
 * @param {[key: string, name: string, text: string][]} [more]
 */
function figures({ wide }, run, more = []) {
  /** @type {[key: string, name: string, text: string][]} */
  const lines = [
    ["steps", localize`steps to the loss`, wholeSteps(run.steps)],
    ["ms", localize`time per step`, inMs(run.seconds)],
    ["total", localize`in all`, inSeconds(run.total)],
    ["times", localize`times as fast`, timesFast(run.times)],
    ...more,
  ];
  return table(
    lines.map(([key, name, text]) => [
      note(`f.${key}.name`, name, { size: wide ? 13 : 12 }),
      label(`f.${key}`, text, { size: wide ? 16 : 13, strong: true }),
    ]),
    { gap: 14, gapY: wide ? 10 : 3, align: ["end", "start"] },
  );
}

/** @param {Room} room @param {Piece[]} pieces */
const sideBySide = (room, pieces) =>
  picture(room, room.wide ? row(pieces, { gap: 24 }) : column(pieces, { gap: 10 }));

/** @param {Facts} m @param {Room} room */
export const drawArea = (m, room) =>
  sideBySide(room, [area(m, room, m.runs[0], null), figures(room, m.runs[0])]);

/** @param {Facts} m @param {Room} room @param {number} k */
export function drawChange(m, room, k) {
  const run = m.runs[k + 1];
  const named = label("change", `${k + 1}. ${run.name}`, {
    size: room.wide ? 17 : 15,
    strong: true,
  });
  return sideBySide(room, [
    area(m, room, run, m.runs[k], room.wide ? 0 : 20),
    column([named, figures(room, run)], { gap: 14 }),
  ]);
}

/** @param {Facts} m @param {Room} room */
export function drawResult(m, room) {
  const last = m.runs.at(-1);
  return sideBySide(room, [area(m, room, last, null), figures(room, last)]);
}

/** @param {Facts} m @param {Room} room */
export function drawTurn(m, room) {
  const free = { ...room, H: room.H - (room.wide ? MENU_ROOM : 0) };
  return sideBySide(free, [
    area(m, room, m.yours, null, room.wide ? MENU_ROOM : 20),
    figures(room, m.yours),
  ]);
}
