// The whole computation at once, with every number to change.

import { present } from "../../../engine/present.js";
import { column, picture, row, space, table, within } from "../../moving/layout.js";
import {
  chip,
  figure,
  heads,
  label,
  lying,
  matrix,
  note,
  rising,
  rule,
  spin,
  vector,
} from "../../moving/pieces.js";
import { isForFingers } from "../../shared/finger.js";
import { ANIMALS, CHANNELS, FOUR, PARTS, THINGS, vectorOf } from "./facts.js";
import { maskedScore } from "./softmax.js";
import { shrinking } from "./lines.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Cells } from "../../moving/pieces.js" */
/** @import { Choice, Room } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */

const CHOICES = 62; // the height of the menus, which lie over the picture where it is wide
const HINT = "↕ drag a number, or arrow keys";
const HINT_FOR_FINGERS = "↕ drag a number";
const STARRED = "↕ drag a number · * changed";

/**
 * The numbers of a vector, which can be changed.
 * @param {Facts} m
 * @param {number} s
 * @param {Cells} cells
 */
const editableX = (m, s, cells) =>
  vector(`x${s}`, "x", m.x[s], { ...cells, looks: { most: 1 } }).with((e, i) => ({
    spin: spin("x", [s, i], `${m.names[s]}, ${CHANNELS[i]}`),
    look: `edit ${e.look ?? ""}`,
  }));

/**
 * A matrix whose numbers can be changed, with the names of its rows and columns.
 * @param {Facts} m
 * @param {Cells} cells
 * @param {boolean} hint whether there is room for one
 */
function editableMatrix(m, cells, hint) {
  const part = PARTS.find((each) => each.setting === m.panel);
  const { setting, role, matrix: name, names } = present(part, `the matrix ${m.panel}`);
  const most = largestOf(m[setting]);
  const numbers = matrix(setting, role, m[setting], { ...cells, looks: { most, r: 3 } })
    .with((e, n) => {
      const [i, j] = [Math.floor(n / names.length), n % names.length];
      return {
        spin: spin(setting, [i, j], `${name}, ${CHANNELS[i]}, ${names[j]}`),
        look: `edit ${e.look ?? ""}`,
      };
    });
  return table([
    [null, label(`m.${setting}`, name, { size: 16, role, look: "formula" })],
    [null, heads(`cols.${setting}`, names, cells)],
    [heads(`rows.${setting}`, CHANNELS, { ...cells, down: true }), numbers],
    hint ? [null, note("hint", "↕ drag a number")] : [],
  ], { gap: 8, gapY: 6, align: ["end"] });
}

/** @param {Facts} m @param {Room} room */
export function drawTurn(m, room) {
  const all = room.wide ? computationWide(m, room) : computation(m, room);
  const free = { W: room.W, H: room.H - (room.wide ? CHOICES : 0) };
  return picture(free, all.with((e) => (/^[txow]/.test(e.key) ? {} : { delay: 260 })));
}

/** @param {number[][]} rows */
const largestOf = (rows) => Math.max(1, ...rows.flat().map(Math.abs));

/**
 * Token after token: vector, key, score, weight, value; the query over the keys, the output below.
 * Beside a matrix the vectors are left out.
 * @param {Facts} m
 * @param {Room} room
 */
function computationWide(m, room) {
  const f = shrinking(room, 912);
  const narrower = (/** @type {number} */ w, least = 0) => Math.max(least, Math.floor(w * f));
  const [x, key, value] = [narrower(36, 30), narrower(30), narrower(40, 30)]
    .map((w) => ({ w, h: 34, gap: 3 }));
  const sizes = { f, x: { ...x, split: 8 }, key, value };
  const rows = [...headRows(m, sizes), ...FOUR.map((s) => tokenRow(m, s, sizes)), sumRow(m, sizes)];
  if (m.panel === "x") return table(rows, { gap: Math.floor(18 * f * f), gapY: 8 });
  const others = rows.map(([first, , ...rest]) => [first, ...rest]);
  return row([
    editableMatrix(m, { w: Math.floor(40 * f), h: 32, gap: 3 }, true),
    table(others, { gap: Math.floor(16 * f), gapY: 8 }),
  ], { gap: Math.floor(40 * f) });
}

/** @typedef {{ f: number, x: Cells, key: Cells, value: Cells }} Sizes */

/**
 * What the columns are called; below, the names of the numbers, and the query.
 * @param {Facts} m
 * @param {Sizes} sizes
 */
function headRows(m, { f, x, key, value }) {
  const titles = ["vector", "query · keys", "score", "weight", "value"];
  const query = vector(`q${m.row}`, "query", m.q[m.row], {
    ...key,
    looks: { most: largestOf(m.q) },
  });
  const whose = note("whose", `of ${m.name}`, { role: "query" });
  return [
    [null, ...titles.map((title) => label(`title.${title}`, title, { strong: true }))],
    [
      null,
      heads("c", CHANNELS, x),
      query,
      within(whose, { w: Math.floor(54 * f), align: "start" }),
      null,
      heads("i", THINGS, value),
    ],
  ];
}

/**
 * @param {Facts} m
 * @param {number} s
 * @param {Sizes} sizes
 */
function tokenRow(m, s, { f, x, key, value }) {
  const { h } = key;
  const size = f < 1 ? 13 : 14;
  const look = s === m.row ? "asks" : "";
  const weight = column([
    figure(`w${s}`, m.w[s], { digits: 2, size: 15 }),
    lying(`b${s}`, m.w[s], { w: Math.floor(116 * f), h: 7 }),
  ], { gap: 3, align: "start" });
  return [
    chip(`t${s}`, m.names[s], { w: Math.floor(112 * f), h, size, look }),
    editableX(m, s, x),
    vector(`k${s}`, "key", m.k[s], { ...key, looks: { most: largestOf(m.k) } }),
    maskedScore(m, s, { w: Math.floor(54 * f), h, size: 14.5 }),
    weight,
    vector(`v${s}`, "value", m.v[s], { ...value, looks: { most: largestOf(m.v) } }),
  ];
}

/**
 * @param {Facts} m
 * @param {Sizes} sizes
 */
function sumRow(m, { f, value }) {
  const hint = note(
    "hint",
    m.names.some((name) => name.endsWith("*")) ? STARRED : isForFingers() ? HINT_FOR_FINGERS : HINT,
  );
  const found = m.nothing ? "≈ 0" : m.found < 0 ? "?" : THINGS[m.found];
  const words = `output: ${found}`;
  const reads = label("reads", words, { role: "value", size: 15, strong: true });
  return [null, hint, null, null, reads, output(m, { ...value, h: 38 }, Math.max(13, 15 * f))];
}

/**
 * The output, its largest number marked.
 * @param {Facts} m
 * @param {Cells} cells
 * @param {number} size
 */
const output = (m, cells, size) =>
  vector("o", "value", m.output, { ...cells, looks: { digits: 2, size } })
    .with((_, i) => (i === m.found ? { look: "result" } : {}));

/**
 * Stacked, for a phone: the numbers, the weights as bars, the output.
 * @param {Facts} m
 * @param {Room} room
 */
function computation(m, room) {
  const cells = { w: 34, h: 36, gap: 2, split: 4 };
  const vectors = () =>
    table([
      [null, heads("c", CHANNELS, cells)],
      ...FOUR.map((s) => [
        chip(`t${s}`, m.names[s].replace(" ", "\n"), {
          w: 66,
          h: 38,
          size: 12,
          look: s === m.row ? "asks" : "",
        }),
        editableX(m, s, cells),
      ]),
    ], { gap: 6, gapY: 4 });
  const out = { w: 54, h: 34, gap: 6 };
  return column([
    m.panel === "x" ? vectors() : editableMatrix(m, { w: 46, h: 27, gap: 2 }, false),
    scoresAndWeights(m, room),
    column([output(m, out, 15), heads("i", THINGS, out)], { gap: 3 }),
  ], { gap: 8 });
}

/**
 * For a phone: the scores, and the weights as bars, of the tokens that are named below.
 * @param {Facts} m
 * @param {Room} room
 */
function scoresAndWeights(m, room) {
  const first = 50; // the width of a line's name
  const w = Math.floor((room.W - first) / 4);
  const across = (/** @type {Piece} */ name, /** @type {(s: number) => Piece} */ piece) =>
    row([
      within(name, { w: first, align: "start" }),
      ...FOUR.map((s) => within(piece(s), { w })),
    ], { gap: 0 });
  const bar = (/** @type {number} */ s) =>
    within(
      column([
        figure(`w${s}`, m.w[s], { digits: 2, size: 14 }),
        rising(`b${s}`, 1, { w: 44, h: Math.max(1, m.w[s] * 44) }),
      ], { gap: 3 }),
      { h: 66, alignY: "end" },
    );
  const name = (/** @type {number} */ s) =>
    note(`again${s}`, m.names[s].replace(" ", "\n"), { size: 12 });
  const score = (/** @type {number} */ s) => maskedScore(m, s, { w: w - 8, h: 26, size: 13 });
  return column([
    across(note("title.score", "score"), score),
    across(note("title.weight", "weight"), bar),
    rule("base", room.W),
    across(space(0), name),
  ], { gap: 3 });
}

/**
 * Read a token such as "bear: drum"; capitals and spaces don't matter.
 * @param {string} typed
 * @returns {string} the token, or "" if it is none
 */
function tokenIn(typed) {
  const [animal, thing, ...more] = typed.toLowerCase().split(":").map((word) => word.trim());
  const isOne = ANIMALS.includes(animal) && [...THINGS, "?"].includes(thing) && !more.length;
  return isOne ? `${animal}: ${thing}` : "";
}

const ALLOWED = `A token is an animal (${ANIMALS.join(", ")}), a colon, and a thing (${
  THINGS.join(", ")
}) or a question mark.`;

/**
 * A field for each token, and menus: which one asks, and which numbers can be changed.
 * @param {Facts} m
 * @returns {Choice[]}
 */
export const choicesOf = (m) => [
  ...m.tokens.map((token, s) => ({
    name: `Token ${s + 1}`,
    value: token,
    read: (/** @type {string} */ typed) => {
      const found = tokenIn(typed);
      if (!found) return `“${typed}” can't be read. ${ALLOWED}`;
      return {
        tokens: m.tokens.map((old, i) => (i === s ? found : old)),
        x: m.x.map((old, i) => (i === s ? vectorOf(found) : old)),
      };
    },
  })),
  {
    name: "Which asks",
    options: m.tokens.map((token, s) => [String(s), `${s + 1}  ${token}`]),
    value: String(m.row),
    pick: (row) => ({ row: Number(row) }),
  },
  {
    name: "Numbers",
    options: [["x", "vectors x"], ["w_q", "matrix W_Q"], ["w_k", "matrix W_K"], [
      "w_v",
      "matrix W_V",
    ]],
    value: m.panel,
    pick: (panel) => ({ panel }),
  },
];
