// Five models on plain axes and on logarithmic ones, and the line through them.

import { lastOf } from "../../../engine/present.js";
import { chart } from "../../moving/chart.js";
import { column, picture, row, table } from "../../moving/layout.js";
import { cell, figure, label, note, spin } from "../../moving/pieces.js";
import { localCount, localize, localPoint } from "../../shared/localize.js";

/** @import { Series } from "../../moving/chart.js" */
/** @import { Room } from "../../moving/types.js" */
/** @import { Facts, Fit } from "./facts.js" */

const MENU_LINE = 62; // the height of the menus, which lie over the picture where it is wide
const TOP = 3.6; // of the axis of losses
const TICKS_X = /** @type {[number, string][]} */ ([
  [2e4, "20k"],
  [5e4, "50k"],
  [1e5, "100k"],
  [2e5, "200k"],
  [4e5, "400k"],
]);
const PLAIN_X = /** @type {[number, string][]} */ (
  [1, 2, 3, 4].map((k) => [k * 1e5, `${k}00k`])
);
const PLAIN_Y = /** @type {[number, string][]} */ ([0, 1, 2, 3].map((y) => [y, `${y}`]));
const TICKS_Y = /** @type {[number, string][]} */ ([[1, "1"], [1.5, "1.5"], [2, "2"], [3, "3"]]);

/**
 * @typedef {object} Look
 * @property {boolean} logX
 * @property {boolean} logY
 * @property {number} [n] how many of the models are shown
 * @property {Series[]} [more]
 * @property {number} [lower] pixels that it is lower by
 */

/**
 * Loss over size.
 * @param {Facts} m
 * @param {Room} room
 * @param {Look} look
 */
function lossChart(m, { W, wide }, { logX, logY, n = m.sizes.length, more = [], lower = 0 }) {
  return chart("c", {
    w: W > 850 ? 620 : wide ? 440 : Math.min(304, W),
    h: (wide ? 330 : 240) - lower,
    x: { from: logX ? 2e4 : 0, to: 5e5, log: logX, ticks: logX ? TICKS_X : PLAIN_X },
    y: {
      from: logY ? 1 : 0,
      to: TOP,
      log: logY,
      ticks: (logY ? TICKS_Y : PLAIN_Y).map(([y, words]) => [y, localPoint(words)]),
    },
    xName: logX ? localize`parameters (log axis)` : localize`parameters`,
    yName: logY ? localize`loss, nats per token (log axis)` : localize`loss, nats per token`,
    series: [
      ...more,
      {
        key: "models",
        points: m.sizes.slice(0, n).map((size, i) => [size, m.losses[i]]),
        size: 13,
        role: "value",
      },
    ],
  });
}

/**
 * The law as a row of small dots, as far as the axis reaches.
 * @param {Fit} fit
 * @param {number} [to] the largest size
 * @returns {Series}
 */
function lineOf(fit, to = 5e5) {
  const n = 40;
  const points = Array.from({ length: n + 1 }, (_, i) => {
    const size = 2e4 * (to / 2e4) ** (i / n);
    return /** @type {[number, number]} */ ([size, fit.at(size)]);
  }).filter(([, loss]) => loss <= TOP);
  return { key: "line", points, size: 4, role: "weight", late: 15 };
}

/** @param {Facts} m @param {Room} room */
export const drawPlain = (m, room) =>
  picture(room, lossChart(m, room, { logX: false, logY: false }));

/** @param {Facts} m @param {Room} room @param {number} k */
export const drawLogs = (m, room, k) =>
  picture(room, lossChart(m, room, { logX: true, logY: k > 0 }));

/** @param {Facts} m @param {Room} room */
export const drawLine = (m, room) =>
  picture(room, lossChart(m, room, { logX: true, logY: true, more: [lineOf(m.all)] }));

/** @param {Facts} m @param {Room} room @param {number} k */
export function drawForecast(m, room, k) {
  /** @type {Series} */
  const guess = {
    key: "guess",
    points: [[lastOf(m.sizes), m.predicted]],
    size: 13,
    role: "query",
  };
  const n = m.sizes.length - (k ? 0 : 1);
  const more = [lineOf(m.without), guess];
  return picture(room, lossChart(m, room, { logX: true, logY: true, n, more }));
}

/** @param {Facts} m @param {Room} room */
export function drawEdit(m, room) {
  const { wide } = room;
  const rows = m.sizes.map((size, i) => [
    note(`n${i}`, localCount(size)),
    cell(`l${i}`, "value", m.losses[i], { w: 58, h: wide ? 32 : 28, digits: 2, most: 4 })
      .with({
        spin: { ...spin("losses", [0, i], localize`loss of ${size} parameters`), min: 0.1 },
      }),
  ]);
  const heads = [note("head.n", localize`parameters`), note("head.l", localize`loss`)];
  const law = row([
    label("alpha.name", "alpha", { size: 13, strong: true }),
    figure("alpha", m.yours.alpha, { digits: 2, size: 18 }),
  ]);
  const edit = column([table([heads, ...rows], { gap: 12, gapY: 4, align: ["end"] }), law], {
    gap: 10,
  });
  const plot = lossChart(m, room, {
    logX: true,
    logY: true,
    more: [{ ...lineOf(m.yours), late: 0 }],
    lower: wide ? MENU_LINE : 50,
  });
  const free = { ...room, H: room.H - (wide ? MENU_LINE : 0) };
  return picture(
    free,
    wide ? row([plot, edit], { gap: 24 }) : column([plot, edit], { gap: 8 }),
  );
}
