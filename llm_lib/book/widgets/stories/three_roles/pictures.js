// One vector for each token; who agrees with whom; and how three matrices split a vector.

import { column, over, picture, row, space, table, within } from "../../moving/layout.js";
import { around, cell, label, note } from "../../moving/pieces.js";
import { FOUR } from "../attention_row/facts.js";
import { QUESTION, RECORD, SIGN, SLOTS, xs } from "./facts.js";
import { slotNames, slotted, token } from "./slots.js";

/** @import { Room } from "../../moving/types.js" */
/** @import { Facts, Played } from "./facts.js" */

/** @param {Facts} _m @param {Room} room */
export function drawVectors(_m, room) {
  const cells = room.wide
    ? { w: 50, h: 42, gap: 5, signs: false }
    : { w: 33, h: 36, gap: 3, signs: false };
  const rows = FOUR.map((s) => [
    token(s, room),
    slotted(`x${s}`, "x", xs.rows[s], xs.at, cells).from(`t${s}`).late(s * 110, 40),
  ]);
  const parts = ["x asks", "x is found", "x is handed over"].map((words, i) =>
    label(`part${i}`, words, { size: 14, strong: true, role: "x" }).late(900 + i * 250)
  );
  return picture(
    room,
    column([
      table([[null, slotNames("vn", xs.at, cells)], ...rows], { gap: 20, gapY: 12 }),
      (room.wide ? row : column)(parts, { gap: room.wide ? 40 : 6 }),
    ], { gap: 24 }),
  );
}

/**
 * All scores of all tokens; the pair that finds each other is framed.
 * @param {Facts} m
 * @param {Room} room
 */
export function drawMutual(m, room) {
  const size = room.wide ? { w: 96, h: 46, size: 18 } : { w: 52, h: 42, size: 15 };
  const asks = (/** @type {number} */ t) =>
    note(`asks${t}`, room.wide ? `${nameOf(t)} asks` : nameOf(t).replace(" ", "\n"), {
      size: room.wide ? 14 : 12,
    });
  const score = (/** @type {number} */ t, /** @type {number} */ s) =>
    cell(t === QUESTION ? `s${s}` : `z${t}.${s}`, "score", m.before.scores[t][s], {
      ...size,
      most: 5,
    }).late(t === QUESTION ? 0 : 300);
  const grid = table([
    [null, ...FOUR.map((s) => within(token(s, room), { w: size.w }))],
    ...FOUR.map((t) => [asks(t), ...FOUR.map((s) => score(t, s))]),
  ], { gap: room.wide ? 10 : 6, gapY: 8, align: ["end"] });
  return picture(
    room,
    over(grid, (at) => [
      around("there", [at(`s${RECORD}`)], { delay: 300 }),
      around("back", [at(`z${RECORD}.${QUESTION}`)], { delay: 800 }),
    ]),
  );
}

/** @param {number} s */
const nameOf = (s) => token(s, { W: 912, H: 0, wide: true }).put(0, 0, new Map())[0].text ?? "";

/**
 * Where a number of a role comes from: the same slot of x, or what it sums up.
 * @param {Played} played
 * @param {number} s
 */
const sourceOf = ({ role, at }, s) => (/** @type {number} */ i) => {
  if (at[i] !== SIGN) return `x${s}.${at[i]}`;
  const first = role === "query" ? 0 : 3;
  const found = xs.rows[s].findIndex((n, c) => n !== 0 && (role === "query" ? c < 3 : c >= 3));
  return `x${s}.${xs.at[found < 0 ? first : found]}`;
};

const NAME = 40; // the height of the name of a role, where it says what it tells
const TELLS = ["what it looks for", "how it is found", "what it gives"];
const MATRICES = ["W_Q", "W_K", "W_V"];

/**
 * The vector of the question and that of the record, and below each its roles, so many of them.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} step
 */
export function drawRoles(m, room, step) {
  const { W, wide } = room;
  const cells = wide
    ? { w: Math.floor(38 * Math.min(1, W / 912)), h: 36, gap: 3 }
    : { w: 30, h: 29, gap: 2 };
  const { query, key, value } = m.after;
  const sign = step ? SLOTS[SIGN] : "ask\n\u00a0";
  const block = (/** @type {number} */ s) => ({
    title: token(s, room),
    names: slotNames(`rn${s}`, [...xs.at, SIGN], { ...cells, sign }),
    x: slotted(`x${s}`, "x", xs.rows[s], xs.at, cells).from((i) => `k${s}.${xs.at[i]}`),
    roles: [query, key, value].map((played, p) =>
      slotted(`${"qkv"[p]}${s}`, played.role, played.rows[s], played.at, cells)
        .from(sourceOf(played, s)).late(p === step ? 300 : 0, p === step ? 110 : 0)
    ),
  });
  const name = (/** @type {number} */ p) => {
    const role = [query, key, value][p].role;
    const title = label(`n.${role}`, role, { role, size: wide ? 17 : 13, strong: true });
    const formula = label(`f.${role}`, `x ${MATRICES[p]}`, { look: "formula", role: "muted" });
    if (!wide) return title;
    const names = column([row([title, formula], { gap: 8 }), note(`d.${role}`, TELLS[p])], {
      gap: 0,
      align: "end",
    });
    return within(names, { h: NAME });
  };
  const xName = () => label("n.x", "x", { size: wide ? 17 : 13, strong: true, role: "x" });
  const empty = space(0, wide ? NAME : cells.h);
  const rowsOf = (
    /** @type {ReturnType<typeof block>[]} */ blocks,
    /** @type {boolean} */ named,
  ) => [
    [null, ...blocks.map((b) => b.title)],
    [null, ...blocks.map((b) => b.names)],
    [named ? xName() : null, ...blocks.map((b) => b.x)],
    ...[0, 1, 2].map((p) =>
      p > step ? [empty] : [named ? name(p) : null, ...blocks.map((b) => b.roles[p])]
    ),
  ];
  const blocks = [block(QUESTION), block(RECORD)];
  const options = {
    gap: wide ? 28 : 6,
    gapY: wide ? 12 : 4,
    align: /** @type {("end")[]} */ (["end"]),
  };
  if (wide) return picture(room, table(rowsOf(blocks, true), options));
  const columns = [46, blocks[0].x.w];
  return picture(
    room,
    column([
      table(rowsOf([blocks[0]], true), { ...options, columns }),
      table(rowsOf([blocks[1]], false), { ...options, columns }),
    ], { gap: 16 }),
  );
}
