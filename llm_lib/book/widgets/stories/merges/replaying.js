// A new word, cut by replaying the merges: as trees, beside the list of merges.

import { ribbon } from "../../moving/arrows.js";
import { column, over, picture, row, space, table, within } from "../../moving/layout.js";
import { around, cell, chip, label, note } from "../../moving/pieces.js";
import { replayedAt } from "./facts.js";
import { token } from "./learning.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Room, Spin } from "../../moving/types.js" */
/** @import { Facts, Node } from "./facts.js" */

const MENUS = 62; // the height of the fields, which lie over the picture where it is wide
const MOST_COUNT = 99;

/** @param {Node} node */
const nodeKey = ({ start, end }) => `t${start}-${end}`;

/**
 * How many merges lie above each other in a token.
 * @param {Node} node
 * @returns {number}
 */
const depthOf = ({ parts }) => parts.length ? 1 + Math.max(...parts.map(depthOf)) : 0;

/**
 * A token of the new word above what it was made of; all bytes stand at the foot.
 * @param {Facts} m
 * @param {Node} node
 * @param {{ u: number, g: number, h: number, size: number, rise: number }} sizes
 * @param {string} [look]
 * @returns {Piece}
 */
function tree(m, node, sizes, look = "") {
  const { u, g, h, size, rise } = sizes;
  const key = nodeKey(node);
  if (!node.parts.length) {
    return token(m, key, node, sizes, look);
  }
  const foot = row(node.parts.map((part) => tree(m, part, sizes)), { gap: g, align: "end" });
  const type = m.isNumbers(node.id) ? 12 : size;
  const box = chip(key, m.name(node.id), { w: u + 4, h, size: type, pad: 8, look })
    .from(nodeKey(node.parts[0]));
  const made = note(`made.${key}`, String(node.made), { size: 12 });
  const top = row([made, box, space(made.w)], { gap: 2 });
  const gap = depthOf(node) * rise - foot.h;
  return column([top, space(0, gap), foot], { gap: 0 });
}

/** @param {Node} node @returns {Node[]} */
const joints = (node) => node.parts.length ? [node, ...node.parts.flatMap(joints)] : [];

/**
 * The new word after k merges, as trees with the id of each token below it.
 * @param {Facts} m
 * @param {number} k
 * @param {{ w: number, h: number, wide: boolean }} room
 */
function wordPiece(m, k, { w, h, wide }) {
  const roots = m.replay[k];
  const isDone = k === m.merges.length;
  const n = roots[roots.length - 1].end;
  const deepest = Math.max(...m.replay[m.merges.length].map(depthOf));
  const g = wide ? 4 : 2;
  const u = Math.min(wide ? 46 : 36, Math.floor((w + g) / n) - g);
  const high = wide ? 36 : 28;
  const rise = Math.min(wide ? 66 : 54, Math.floor((h - high - 20) / Math.max(1, deepest)));
  const sizes = { u, g, h: Math.min(high, rise - 8), size: u < 30 ? 13 : 17, rise };
  const pieces = roots.map((node) => tree(m, node, sizes, isDone ? "result" : ""));
  const ids = roots.map((node, i) =>
    within(note(`id.${nodeKey(node)}`, String(node.id), { size: 12 }), { w: pieces[i].w })
  );
  const trees = within(row(pieces, { gap: g, align: "end" }), {
    h: deepest * rise + sizes.h,
    alignY: "end",
  });
  return over(
    column([trees, row(ids, { gap: g })], { gap: 4 }),
    (at) =>
      roots.flatMap(joints).flatMap((node) =>
        node.parts.map((part) =>
          ribbon(`link.${nodeKey(part)}`, at(nodeKey(node)), at(nodeKey(part)), { delay: 300 })
        )
      ),
  );
}

/**
 * The merges that were learned, in order; `now` is framed, and those before it are done.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} now counted from 1; 0 for none
 */
function listOf(m, room, now) {
  const size = room.wide ? 15 : 13;
  const rows = m.merges.map(({ left, right, id }, i) =>
    [
      note(`no${i}`, String(i + 1), { size }),
      label(`pair${i}`, `${m.name(left)} + ${m.name(right)}`, { mono: true, size }),
      note(`to${i}`, "→", { size }),
      label(`new${i}`, m.name(id), { mono: true, size, strong: i + 1 === now }),
    ].map((piece) => piece.faint(now > 0 && i + 1 > now))
  );
  if (!rows.length) return note("nothing", "no merges", { size });
  const body = table(rows, {
    gap: room.wide ? 12 : 8,
    gapY: room.wide ? 12 : 4,
    align: ["end", "start", "middle", "start"],
  });
  const framed = now
    ? over(body, (at) => [
      around("frame.now", ["no", "pair", "to", "new"].map((name) => at(`${name}${now - 1}`)), {
        room: room.wide ? 5 : 2,
      }),
    ])
    : body;
  return column([label("title.merges", "Merges, in order", { strong: true }), framed], {
    gap: room.wide ? 14 : 6,
    align: "start",
  });
}

/**
 * @param {Facts} m
 * @param {Room} room
 * @param {number} k
 */
export function drawReplay(m, room, k) {
  const done = replayedAt(m, k);
  const list = listOf(m, room, k === done ? k : 0);
  const title = label("title.word", `New word: ${m.new_word}`, { strong: true });
  const [w, h] = room.wide ? [0.5 * room.W - 16, 270] : [room.W, 220];
  const word = column([title, wordPiece(m, done, { w, h, wide: room.wide })], { gap: 12 });
  if (!room.wide) {
    const all = column([within(word, { w: room.W }), list], { gap: 18 });
    return picture(room, all);
  }
  return picture(
    room,
    row([within(word, { w: 0.5 * room.W }), within(list, { w: 0.36 * room.W, align: "start" })]),
  );
}

/**
 * The words to learn from, with counts that can be changed.
 * @param {Facts} m
 * @param {Room} room
 */
function countsOf(m, room) {
  const units = { u: room.wide ? 27 : 26, g: 3, h: 30, size: 14 };
  const done = m.merges.length;
  const rows = m.text.map(([name], w) => {
    /** @type {Spin} */
    const spin = {
      label: `how often ${name} comes`,
      setting: "text",
      path: [w, 1],
      min: 1,
      max: MOST_COUNT,
      step: 1,
    };
    const count = cell(`spin${w}`, "score", m.counts[w], {
      w: 36,
      h: units.h,
      size: 14,
      most: MOST_COUNT,
      look: "edit",
    }).with({ spin });
    const tokens = m.spans[done][w].map((span) =>
      token(m, `w${w}.${span.start}-${span.end}`, span, units)
    );
    return [count, note(`x${w}`, "×"), row(tokens, { gap: 3 })];
  });
  const head = label("title.text", room.wide ? "The text: drag a count ↕" : "Drag a count ↕", {
    strong: true,
  });
  return column([
    head,
    table(rows, { gap: 6, gapY: room.wide ? 10 : 4, align: ["end", "middle", "start"] }),
  ], { gap: room.wide ? 14 : 6, align: "start" });
}

/**
 * @param {Facts} m
 * @param {Room} room
 */
export function drawTurn(m, room) {
  const [text, list] = [countsOf(m, room), listOf(m, room, 0)];
  const title = label("title.word", `New word: ${m.new_word}`, { strong: true });
  const [w, h] = room.wide ? [0.38 * room.W, 230] : [room.W, 190];
  const word = wordPiece(m, m.merges.length, { w, h, wide: room.wide });
  if (room.wide) {
    const right = within(column([title, word], { gap: 12 }), { w: 0.39 * room.W });
    const [left, middle] = [[text, 0.33], [list, 0.25]].map(([part, share]) =>
      within(/** @type {Piece} */ (part), { w: Number(share) * room.W, align: "start" })
    );
    return picture(
      { W: room.W, H: room.H - MENUS },
      row([left, middle, right], { gap: 0.01 * room.W }),
    );
  }
  const short = m.merges.map(({ id }) => m.name(id)).join("  ") || "none";
  const merges = label("merges", `merges: ${short}`, { size: 13, mono: true, role: "muted" });
  return picture(room, column([text, merges, title, word], { gap: 10 }));
}
