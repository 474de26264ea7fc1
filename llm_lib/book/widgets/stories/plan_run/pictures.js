// The runs that a budget pays for: loss over the size of the model, and the figures of one of them.

import { chart } from "../../moving/chart.js";
import { column, picture, row, table } from "../../moving/layout.js";
import { label, note } from "../../moving/pieces.js";
import { localFixed, localize } from "../../shared/localize.js";
import { BUDGETS, inShort, isLikeFitted, operations, plainly, power, spoken } from "./facts.js";

/** @import { Series } from "../../moving/chart.js" */
/** @import { Room, Sketch } from "../../moving/types.js" */
/** @import { Facts, Run } from "./facts.js" */

const MENU_ROOM = 62; // the height of the menus, which lie over the picture where it is wide
const COLOURS = ["key", "weight", "query"];
const INKS = ["key", "amount", "query"]; // of words in these colours
const SIZE_TICKS = /** @type {[number, string][]} */ ([
  [1e3, "1k"],
  [1e4, "10k"],
  [1e5, "100k"],
  [1e6, "1M"],
  [1e7, "10M"],
  [1e8, "100M"],
  [1e9, "1B"],
  [1e10, "10B"],
  [1e11, "100B"],
  [1e12, "1T"],
  [1e13, "10T"],
  [1e14, "100T"],
]);

/** @param {Run[]} runs @returns {[number, number][]} */
const pointsOf = (runs) => runs.map(({ N, loss }) => [N, loss]);

/**
 * The dots of some runs; hollow where the law has never been tried.
 * @param {Run[]} runs
 */
const runDots = (runs) => ({
  points: pointsOf(runs),
  hollow: runs.map((run) => !isLikeFitted(run)),
});

/**
 * floor: what no run can beat, if it is to be shown; beside, lower: pixels that others need.
 * @typedef {{ from: number, to: number, low: number, high: number, floor?: number,
 *   beside?: number, lower?: number }} Axes
 */

/**
 * Loss over size.
 * @param {Room} room
 * @param {Axes} axes
 * @param {Series[]} series
 */
function lossOverSize({ W, wide }, axes, series) {
  const { from, to, low, high, floor, beside = 0, lower = 0 } = axes;
  const ticks = SIZE_TICKS.filter(([n]) => n >= from * 0.99 && n <= to * 1.01)
    .map(([n, words]) => /** @type {[number, string]} */ ([n, localize(words)]));
  const tenths = [low, (low + high) / 2, high];
  return chart("c", {
    w: wide ? (W > 850 ? 560 : 390) - beside : Math.min(304, W),
    h: (wide ? 340 : 230) - lower,
    x: { from, to, log: true, ticks },
    y: { from: low, to: high, ticks: tenths.map((y) => [y, localFixed(y, 1)]) },
    legend: localize`hollow: outside the runs`,
    levels: floor
      ? [{ key: "floor", at: floor, words: localize`irreducible: ${localFixed(floor, 2)}` }]
      : [],
    xName: localize`parameters (log axis)`,
    yName: localize`predicted loss, nats per token`,
    series,
  });
}

/**
 * The figures of a run, one below the other.
 * @param {Room} room
 * @param {Run} run
 * @param {[key: string, name: string, text: string][]} [more]
 */
function figures({ wide }, run, more = []) {
  const size = wide ? 16 : 13;
  /** @type {[key: string, name: string, text: string][]} */
  const lines = [
    ["C", localize`operations`, power(run.budget)],
    ["N", localize`parameters`, spoken(run.N)],
    ["D", localize`tokens`, spoken(run.D)],
    ["each", localize`tokens per parameter`, plainly(run.each)],
    ["loss", localize`predicted loss`, localFixed(run.loss, 2)],
    ...more,
  ];
  return table(
    lines.map(([key, name, text]) => [
      note(`f.${key}.name`, name, { size: wide ? 13 : 12 }),
      label(`f.${key}`, text, { size, strong: true }),
    ]),
    { gap: 14, gapY: wide ? 10 : 3, align: ["end", "start"] },
  );
}

/** @param {Room} room @param {import("../../moving/layout.js").Piece[]} pieces */
const sideBySide = ({ W, wide }, pieces) =>
  wide ? row(pieces, { gap: W > 850 ? 40 : 14 }) : column(pieces, { gap: 8 });

const SCENE_AXES = { from: 1e8, to: 1e11, low: 2, high: 3 };

/** @param {string} key @param {Run} run @param {string} [role] @returns {Series} */
const big = (key, run, role = "value") => ({
  key,
  ...runDots([run]),
  size: 14,
  role,
});

/** @param {Facts} m @param {number} i @returns {Series} */
const best = (m, i) => ({
  ...big(`best${i}`, m.bests[i], COLOURS[i]),
  name: { text: power(m.bests[i].budget), role: INKS[i] },
});

/**
 * A scene with a chart, and the figures of a run.
 * @param {Room} room
 * @param {Series[]} series
 * @param {Run} run
 * @returns {Sketch[]}
 */
const chartWith = (room, series, run) =>
  picture(
    room,
    sideBySide(room, [lossOverSize(room, SCENE_AXES, series), figures(room, run)]),
  );

/** @param {Facts} m @param {Room} room */
export const drawLarge = (m, room) => chartWith(room, [big("large", m.tries[0])], m.tries[0]);

/** @param {Facts} m @param {Room} room */
export const drawSmall = (m, room) =>
  chartWith(room, [big("large", m.tries[0], "muted"), big("small", m.tries[1])], m.tries[1]);

/** @param {Facts} m @param {number} i @param {number} late @returns {Series} */
const line = (m, i, late) => ({
  key: `b${i}`,
  ...runDots(m.curves[i]),
  role: COLOURS[i],
  size: 5,
  late,
  inside: true,
});

/** @param {Facts} m @param {Room} room */
export const drawCurve = (m, room) =>
  chartWith(
    room,
    [big("large", m.tries[0], "muted"), big("small", m.tries[1]), line(m, 1, 25)],
    m.tries[1],
  );

/** @param {Facts} m @param {Room} room */
export const drawBest = (m, room) => chartWith(room, [line(m, 1, 0), best(m, 1)], m.bests[1]);

/** @param {Facts} m @param {Room} room @param {number} k */
export function drawMore(m, room, k) {
  const budgets = k ? [0, 1, 2] : [1, 2];
  const series = [
    ...budgets.map((i) => line(m, i, i === 1 ? 0 : 12)),
    ...budgets.map((i) => best(m, i)),
  ];
  return chartWith(room, series, m.bests[k ? 0 : 2]);
}

/** @param {Facts} m @param {Room} room */
export function drawRatio(m, room) {
  const series = BUDGETS.flatMap((_, i) => [line(m, i, 0), best(m, i)]);
  const lines = m.bests.map((run, i) => [
    label(`r.C${i}`, power(run.budget), { size: 14, strong: true, role: INKS[i] }),
    label(`r.N${i}`, spoken(run.N), { size: 14 }),
    label(`r.each${i}`, plainly(run.each), { size: 15, strong: true }),
  ]);
  const heads = [localize`budget`, localize`parameters`, localize`tokens\nper parameter`].map((
    name,
    i,
  ) => note(`r.head${i}`, name, { size: 12 }));
  return picture(
    room,
    sideBySide(room, [
      lossOverSize(room, SCENE_AXES, series),
      table([heads, ...lines], { gap: 16, gapY: 12 }),
    ]),
  );
}

/** @param {number} days */
function inDays(days) {
  if (days < 1 / 24) return localize`${plainly(days * 24 * 60)} minutes`;
  if (days < 1) return localize`${plainly(days * 24)} hours`;
  return days < 730 ? plainly(days) : spoken(days);
}

/**
 * The reader's run beside the cheapest one, once tokens are served.
 * @param {Facts} m
 * @param {Room} room
 */
function bothRuns(m, { W, wide }) {
  const many = W > 850 ? spoken : inShort;
  const { yours, cheapest, total, least } = m;
  const days = [m.days, m.days * cheapest.budget / yours.budget];
  const unit = Math.min(...days) < 1 ? localize`time` : localize`days`;
  /** @type {[key: string, name: string, mine: string, other: string][]} */
  const lines = [
    ["C", localize`to train`, operations(yours.budget), operations(cheapest.budget)],
    ["N", localize`parameters`, many(yours.N), many(cheapest.N)],
    ["D", localize`tokens`, many(yours.D), many(cheapest.D)],
    ["each", localize`tokens\nper parameter`, plainly(yours.each), plainly(cheapest.each)],
    ["loss", localize`predicted loss`, localFixed(yours.loss, 2), localFixed(cheapest.loss, 2)],
    ["days", unit, inDays(days[0]), inDays(days[1])],
    ["all", localize`in all`, operations(total), operations(least)],
  ];
  const size = wide ? 14 : 13;
  const heads = [
    null,
    note("f.yours", localize`yours`, { size: 12, role: "value" }),
    note("f.other", localize`cheapest`, { size: 12, role: "query" }),
  ];
  const rows = lines.map(([key, name, mine, other]) => [
    note(`f.${key}.name`, name, { size: 12 }),
    label(`f.${key}`, mine, { size, strong: true }),
    label(`s.${key}`, other, { size, strong: true }),
  ]);
  return table([heads, ...rows], {
    gap: wide ? 10 : 8,
    gapY: wide ? 10 : 3,
    align: ["end", "start", "start"],
  });
}

/** @param {Facts} m @param {Room} room */
export function drawPlan(m, room) {
  const { N } = m.best;
  const [low, lowest] = [Math.floor(m.floor * 10) / 10, m.best.loss];
  const tall = lowest + Math.max(0.4, 0.8 * (lowest - m.floor)) - low;
  const high = low + Math.ceil(tall * 5) / 5; // an even number of tenths: the middle is one, too
  const leave = { beside: m.served ? 50 : 0, lower: room.wide ? MENU_ROOM : 20 };
  const axes = { from: N / 100, to: N * 100, low, high, floor: m.floor, ...leave };
  const series = [
    { key: "b1", ...runDots(m.around), role: "weight", size: 5, inside: true },
    ...(m.served ? [big("served", m.cheapest, "query")] : []),
    big("best1", m.yours),
  ];
  const more = /** @type {[string, string, string][]} */ ([
    ["days", m.days < 1 ? localize`time` : localize`days`, inDays(m.days)],
    ["cost", localize`dollars`, spoken(m.cost)],
  ]);
  const free = { ...room, H: room.H - (room.wide ? MENU_ROOM : 0) };
  const shown = [
    lossOverSize(room, axes, series),
    m.served ? bothRuns(m, room) : figures(room, m.yours, more),
  ];
  return picture(free, sideBySide(room, shown));
}
