// The ranks side by side, each with the shards that it holds, and a bar of its bytes.

import { column, layers, picture, row, space, table, within } from "../../moving/layout.js";
import { cell, chip, label, lying, note, solid } from "../../moving/pieces.js";
import { BYTES, FOUR, GPU, LAYERS, STAGES } from "./facts.js";
import { inGB } from "./words.js";

/** @import { Room } from "../../moving/types.js" */
/** @import { Piece } from "../../moving/layout.js" */
/** @import { Facts, Moment, Part } from "./facts.js" */
/** @typedef {{ w: number, h: number, low: number, rank: number, gap: number }} Sizes */

const PARTS = /** @type {Part[]} */ (Object.keys(BYTES));
const ROLES = { weights: "amount", gradients: "key", optimiser: "value" };
const GAP = 3; // between places
const BETWEEN = 10; // between layers
const NAMES = 92; // the width of the names of the parts
const MENUS = 62; // the height of the menus, which lie over the picture where it is wide

/**
 * @param {Room} room
 * @returns {Sizes} w, h: of a place; low: its height for the optimiser; rank: how wide one is
 */
function sizesOf({ W, wide }) {
  const gap = wide ? 22 : 10;
  const free = wide ? (W - NAMES - 4 * gap) / 4 : (W - 3 * gap) / 4;
  const w = Math.floor(wide ? Math.min(38, (free - 2 * GAP - BETWEEN) / 4) : (free - GAP) / 2);
  const most = Math.min(w, 40);
  const rank = wide ? 4 * most + 2 * GAP + BETWEEN : 2 * most + GAP;
  return { w: most, h: wide ? 28 : 22, low: wide ? 16 : 8, rank, gap };
}

/**
 * One part of what a rank holds: both layers, with an empty place for what it doesn't hold.
 * @param {Moment} moment
 * @param {Part} part
 * @param {number} r
 * @param {Room} room
 */
function held(moment, part, r, room) {
  const { w, h, low } = sizesOf(room);
  const tall = part === "optimiser" ? low : h;
  const size = room.wide ? 14 : 12;
  const key = (/** @type {number} */ rank, /** @type {number} */ l, /** @type {number} */ i) =>
    `${part}${rank}.${l}.${i}`;
  const places = LAYERS.map((l) => {
    const four = FOUR.map((i) => {
      const value = moment[part][r][l][i];
      const free = solid(`place.${key(r, l, i)}`, { w, h: tall }, { role: "track", z: -2, r: 3 });
      if (value === null) return free;
      const full = part === "optimiser"
        ? solid(key(r, l, i), { w, h: tall }, { role: ROLES[part], level: 0.4, r: 3 })
        : cell(key(r, l, i), ROLES[part], value, { w, h: tall, most: 9, size });
      const owned = `${key(i, l, i)}`; // where it comes from, or goes to
      return layers([free, i === r ? full : full.from(owned).into(owned)]);
    });
    return column([row(four.slice(0, 2), { gap: GAP }), row(four.slice(2), { gap: GAP })], {
      gap: GAP,
    });
  });
  return room.wide ? row(places, { gap: BETWEEN }) : column(places, { gap: 6 });
}

/**
 * The bytes that a rank holds, as a bar by part.
 * @param {Moment} moment
 * @param {number} r
 * @param {Room} room
 */
function bytes(moment, r, room) {
  const { rank } = sizesOf(room);
  const unit = rank / (2 * FOUR.length * 16);
  const bars = PARTS.map((part) => {
    const n = moment[part][r].flat().filter((x) => x !== null).length;
    const size = { w: n * BYTES[part] * unit, h: 10 };
    return n ? solid(`bar.${part}${r}`, size, { role: ROLES[part], level: 0.75, r: 0 }) : null;
  });
  const bar = layers([
    solid(`bar${r}`, { w: rank, h: 10 }, { role: "track", z: -2 }),
    row(bars, { gap: 0 }),
  ], { align: "start" });
  const size = room.wide ? 15 : 12;
  return column([bar, label(`held${r}`, `${moment.held} bytes`, { size, strong: true })], {
    gap: 4,
  });
}

/**
 * All ranks with what they hold.
 * @param {Moment} moment
 * @param {Room} room
 */
function board(moment, room) {
  const { wide } = room;
  const { rank, gap, w } = sizesOf(room);
  const heads = FOUR.map((r) =>
    chip(`rank${r}`, `rank ${r}`, { w: rank, h: 26, pad: 2, size: 13 })
  );
  const bars = FOUR.map((r) => bytes(moment, r, room));
  const parts = PARTS.map((part) => FOUR.map((r) => held(moment, part, r, room)));
  const told = PARTS.map((part) => `${part}${wide ? "\n" : ": "}${BYTES[part]} bytes each`);
  if (!wide) {
    const names = told.map((text, p) => note(PARTS[p], text, { size: 12 }));
    names[0] = note(PARTS[0], `${told[0]}; layer 1 above layer 2`, { size: 12 });
    const lines = parts.flatMap((line, p) => [names[p], row(line, { gap })]);
    return column([row(heads, { gap }), ...lines, row(bars, { gap })], { gap: 6 });
  }
  const names = told.map((text, p) => note(PARTS[p], text, { size: 13 }));
  const numbers = FOUR.map((r) =>
    row(
      LAYERS.map((l) =>
        within(note(`l${r}.${l}`, `layer ${l + 1}`, { size: 12 }), {
          w: 2 * w + GAP,
        })
      ),
      { gap: BETWEEN },
    )
  );
  const lines = [[null, ...heads], [null, ...numbers], ...parts.map((l, p) => [names[p], ...l])];
  return table([...lines, [null, ...bars]], {
    columns: [NAMES, ...FOUR.map(() => rank)],
    gap,
    gapY: 7,
    align: ["end"],
  });
}

/**
 * The way of the windows through the model, and what has been sent.
 * @param {Moment} moment
 * @param {Room} room
 * @param {string} [way]
 */
function foot({ sent, layer }, { wide, W }, way = "") {
  const size = wide ? 15 : 13;
  const words = label("sent", `each rank ${way ? "has sent" : "sends"} ${sent} bytes`, { size });
  if (!way) return words;
  const steps = ["windows", "layer 1", "layer 2", "loss"].flatMap((name, i) => [
    i ? note(`to${i}`, way === "back" ? "←" : "→", { size: 14 }) : null,
    chip(`at${i}`, name, {
      h: 24,
      size: 12,
      pad: wide ? 14 : 6,
      look: layer === i - 1 ? "asks" : "",
    }),
  ]);
  const path = row(steps, { gap: wide ? 6 : 3 });
  return W > 850 ? row([path, space(24), words]) : column([path, words], { gap: 8 });
}

/** @param {Moment} moment @param {Room} room @param {string} [way] */
const whole = (moment, room, way) =>
  picture(room, column([board(moment, room), foot(moment, room, way)], { gap: 14 }));

/** @param {number} s */
export const drawStage = (s) => (/** @type {Facts} */ m, /** @type {Room} */ room) =>
  whole(m.stages[s], room);

/** @param {Facts} m @param {Room} room @param {number} k */
export const drawForward = (m, room, k) => whole(m.forward[k], room, "forward");

/** @param {Facts} m @param {Room} room @param {number} k */
export const drawBackward = (m, room, k) => whole(m.backward[k], room, "back");

/** @param {Facts} m @param {Room} room */
export const drawUpdate = (m, room) => whole(m.update, room);

/**
 * Both counts of each stage as bars.
 * @param {Facts} m
 * @param {Room} room
 */
export function drawCount({ stages }, room) {
  const { wide } = room;
  const size = wide ? 16 : 13;
  const w = wide ? 220 : 62;
  const number = (/** @type {string} */ key, /** @type {number} */ n) =>
    within(label(key, `${n}`, { size, strong: true }), { w: wide ? 40 : 26, align: "start" });
  const rows = STAGES.map((name, s) => [
    label(`stage${s}`, name, { size }),
    lying(`h${s}`, stages[s].held / stages[0].held, { w, h: wide ? 22 : 16 }),
    number(`h${s}.n`, stages[s].held),
    lying(`s${s}`, stages[s].sent / stages[0].held, { w, h: wide ? 22 : 16 }),
    number(`s${s}.n`, stages[s].sent),
  ]);
  const heads = ["held", "sent"].map((name) => note(`${name}.head`, `bytes ${name}`, { size }));
  return picture(
    room,
    table([[null, heads[0], null, heads[1]], ...rows], {
      gap: wide ? 14 : 6,
      gapY: 16,
      align: ["end", "start", "start", "start", "start"],
    }),
  );
}

/**
 * What one rank of a large model holds and sends, for the ranks and the stage chosen.
 * @param {Facts} m
 * @param {Room} room
 */
export function drawTurn({ yours, ranks }, room) {
  const { wide } = room;
  const size = wide ? 16 : 13;
  const w = wide ? 380 : 106;
  const most = Math.max(yours.held, yours.sent, GPU);
  /** @param {string} key @param {string} name @param {number} n @param {Piece | null} [bar] */
  const line = (key, name, n, bar = null) => [
    label(`${key}.name`, name, { size }),
    bar ?? lying(key, n / most, { w, h: wide ? 18 : 14 }),
    within(label(`${key}.gb`, inGB(n), { size, strong: true }), {
      w: wide ? 84 : 66,
      align: "start",
    }),
  ];
  const rows = [
    ...PARTS.map((part) => line(`y.${part}`, part, yours[part])),
    line("y.held", "together", yours.held),
    line("y.gpu", "room on a GPU", GPU),
    line("y.sent", "sent per step", yours.sent),
  ];
  const head = note("y.head", `one of ${ranks} ranks, 70 billion weights`, { size });
  const grid = table(rows, { gap: wide ? 14 : 8, gapY: wide ? 12 : 14, align: ["end", "start"] });
  const free = { W: room.W, H: room.H - (wide ? MENUS : 0) };
  return picture(free, column([head, grid], { gap: 16 }));
}
