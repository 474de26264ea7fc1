// What is made of the row of tokens, which stands above it. A token's place in the text is in its
// keys: t8 in the text, x8 as an input, y8 as a target.

import { ribbon } from "../../moving/arrows.js";
import { column, over, picture, row, space, table, within } from "../../moving/layout.js";
import { chip, figure, label, note } from "../../moving/pieces.js";
import { storedLine } from "./bytes.js";
import { storedAs, T } from "./facts.js";
import { sizesIn, textRow, tokenAt } from "./text.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Room } from "../../moving/types.js" */
/** @import { Facts, Learned, Window } from "./facts.js" */

const MENUS = 62; // the height of the menus, which lie over the picture where it is wide
const STRONG = { size: 13, strong: true };

/**
 * The text at the top, and something below it.
 * @param {Room} room
 * @param {Piece} text
 * @param {Piece} piece
 * @param {number} [menus] room that is kept free at the foot
 */
function below(room, text, piece, menus = 0) {
  const free = { w: room.W, h: room.H - text.h - 22 - menus };
  return picture(room, column([space(0, 6), text, within(piece, free)], { gap: 8 }), {
    alignY: "start",
  });
}

/** @param {Facts} m @param {Room} room */
export function drawText(m, room) {
  const { w, h, gap } = sizesIn(room);
  const empty = m.window.x.map((_, i) => chip(`empty${i}`, "?", { w, h, look: "empty" }));
  const sees = column([note("sees", "what the model sees"), row(empty, { gap })]);
  return below(room, textRow(m, room), sees);
}

/** @param {Facts} m @param {Room} room */
export function drawIds(m, room) {
  const { w, h, size, gap } = sizesIn(room);
  const per = room.wide ? m.vocabulary.length : 6;
  const lines = [];
  for (let v = 0; v < m.vocabulary.length; v += per) {
    lines.push(row(
      m.vocabulary.slice(v, v + per).map((word, i) =>
        column([
          chip(`v${v + i}`, word, { w, h, size, pad: 2 }),
          label(`v${v + i}.id`, String(v + i), { size: 13, role: "muted" }),
        ], { gap: 3 })
      ),
      { gap },
    ));
  }
  const words = column([note("vocabulary", "the vocabulary, and its ids"), ...lines]);
  return below(room, textRow(m, room, { below: ["id"] }), words);
}

/** @param {Facts} m @param {Room} room */
export function drawFile(m, room) {
  const { w, gap } = sizesIn(room);
  const i = m.window.x[0];
  const text = textRow(m, room, { below: ["id", "bytes"], marked: [i] });
  const at = column([
    label("at.token", `token ${i}: ${m.tokens[i]}, id ${m.ids[i]}`, STRONG),
    row(
      storedAs(m.ids[i]).bytes.map((byte, k) =>
        column([
          chip(`byte${k}`, String(byte), { w: w + 16, h: 34, size: 15 }).from(`bytes${i}`),
          note(`byte${k}.at`, `byte ${2 * i + k}`),
        ], { gap: 4 })
      ),
      { gap: gap + 6 },
    ),
  ], { gap: 10 });
  return below(room, text, at);
}

/**
 * The windows in the order in which they are read; those that are read now are marked.
 * @param {Facts} m
 * @param {Room} room
 * @param {number[]} now
 */
const orderOf = (m, room, now) =>
  row([
    note("order", room.wide ? "shuffled" : "order of windows"),
    ...m.order.map((w) =>
      chip(`o${w}`, room.wide ? `window ${w}` : String(w), {
        size: 12,
        h: 28,
        w: 32,
        pad: 10,
        look: now.includes(w) ? "asks" : "",
      }).faint(!now.includes(w))
    ),
  ], { gap: 6 });

/** @param {Facts} m @param {Room} room */
export function drawWindow(m, room) {
  const { x, y } = m.window;
  const { w, gap } = sizesIn(room);
  const marked = [...x, y[y.length - 1]];
  const text = textRow(m, room, { below: ["id", "bytes"], marked, windows: true });
  const names = m.starts.map((_, i) =>
    within(note(`name${i}`, `window ${i}`), { w: T * w + (T - 1) * gap })
  );
  const start = x[0];
  const jump = label(
    "jump",
    `token ${start} is at byte ${2 * start}: read ${x.length + 1} ids`,
    STRONG,
  );
  const named = room.wide ? column([text, row(names, { gap })], { align: "start" }) : text;
  return below(room, named, column([orderOf(m, room, [m.first]), jump], { gap: 18 }));
}

/**
 * Input and target, one below the other. `later`: y begins so many columns further right. `full`:
 * so long the rows should be; what is missing is empty. `under`: below their places in the text.
 * @param {Facts} m
 * @param {Room} room
 * @param {Window} window
 * @param {{ later?: number, look?: string, arrows?: boolean, full?: number, under?: boolean }} how
 */
function pairsOf(m, room, window, { later = 0, look = "answer", arrows, full = 0, under }) {
  const { w, h, gap } = sizesIn(room);
  const columns = (/** @type {number} */ n) => (n ? space(n * (w + gap) - gap) : null);
  const line = (
    /** @type {"x" | "y"} */ side,
    /** @type {string} */ how,
    /** @type {number} */ right,
  ) =>
    row([
      under && room.wide ? columns(window.x[0] - 1) : null,
      within(label(`name.${side}`, side, STRONG), { w: 22, align: "end" }),
      columns(right),
      ...window[side].map((i) => tokenAt(m, side, i, room, how).from(`t${i}`)),
      ...Array.from({ length: Math.max(0, full - window[side].length) }, (_, i) =>
        chip(`${side}.gap${i}`, "", { w, h, look: "empty" })),
    ], { gap });
  const lines = [line("x", "", 0), line("y", look, later)];
  const both = column(lines, { gap: arrows ? 34 : 16, align: "start" });
  const whole = under && room.wide
    ? within(both, { w: m.n * (w + gap) - gap - 2 * (w - 22), align: "start" })
    : both;
  if (!arrows) return whole;
  return over(
    whole,
    (at) =>
      window.y.map((place, t) =>
        ribbon(`link${t}`, at(`x${window.x[t]}`), at(`y${place}`), { head: true, delay: 300 })
      ),
  );
}

/** @param {Facts} m @param {Room} room @param {number} k */
export function drawPairs(m, room, k) {
  const { x, y } = m.window;
  const text = textRow(m, room, { marked: [...x, y[y.length - 1]], faint: true });
  const how = { later: k ? 0 : 1, arrows: k > 0, under: true };
  return below(room, text, pairsOf(m, room, m.window, how));
}

/** @param {Facts} m @param {Room} room */
export function drawPredict(m, room) {
  const { x, y } = m.window;
  const text = textRow(m, room, { marked: [...x, y[y.length - 1]], faint: true });
  const { gap } = sizesIn(room);
  const lines = y.map((place, t) => {
    const seen = x.slice(0, t + 1).map((i) =>
      t === x.length - 1 ? tokenAt(m, "x", i, room) : tokenAt(m, `p${t}.`, i, room).from(`x${i}`)
    );
    return [
      row(seen, { gap }),
      label(`arrow${t}`, "→", { size: 16 }),
      tokenAt(m, "y", place, room, "answer"),
    ];
  });
  return below(room, text, table(lines, { gap: 10, gapY: 8, align: ["end"] }));
}

/** @param {Facts} m @param {Room} room @param {number} b which batch */
export function drawBatch(m, room, b) {
  const now = m.batches[b];
  const windows = now.map((w) => m.windowOf(w));
  const text = textRow(m, room, { faint: true, marked: [] });
  const { gap } = sizesIn(room);
  const block = (/** @type {"x" | "y"} */ side, /** @type {string} */ look) =>
    column([
      label(`name.${side}`, `${side}: (${now.length}, ${windows[0].x.length})`, STRONG),
      ...windows.map((window) =>
        row(window[side].map((i) => tokenAt(m, side, i, room, look).from(`t${i}`)), { gap })
      ),
    ], { gap: 8 });
  const blocks = [block("x", ""), block("y", "answer")];
  const batch = room.wide ? row(blocks, { gap: 60 }) : column(blocks, { gap: 14 });
  return below(room, text, column([orderOf(m, room, now), batch], { gap: room.wide ? 22 : 16 }));
}

/**
 * What a counting model that was trained so writes, and its loss.
 * @param {Room} room
 * @param {string} key
 * @param {string} name
 * @param {Learned} model
 * @param {{ first: string, look: string }} how
 */
function writingOf(room, key, name, model, { first, look }) {
  const { w, h, size, gap } = sizesIn(room);
  const said = model.writes(first).map((token, i) =>
    chip(`${key}.said${i}`, token, { w, h, size, pad: 2, look: i ? look : "" }).late(200 + 120 * i)
  );
  return [
    label(`${key}.name`, name, { size: room.wide ? 14 : 12, strong: true }),
    row([note(`${key}.loss`, "loss"), figure(`${key}.is`, model.loss, { digits: 2, size: 15 })]),
    row([note(`${key}.writes`, "writes"), row(said, { gap })]),
  ];
}

/** @param {Facts} m @param {Room} room @param {number} k */
export function drawCopy(m, room, k) {
  const wrong = m.windowOf(m.first, 0);
  const text = textRow(m, room, { marked: wrong.x, faint: true });
  const pairs = pairsOf(m, room, wrong, { look: "wrong", arrows: true, under: true });
  if (!k) return below(room, text, pairs);
  const first = m.tokens[wrong.x[0]];
  const ways = [
    writingOf(room, "copy", "not moved", m.models[0], { first, look: "wrong" }),
    writingOf(room, "next", "moved by one", m.models[1], { first, look: "answer" }),
  ];
  const lines = room.wide ? table(ways, { gap: 22, gapY: 18, align: ["end"] }) : column(
    ways.map(([name, loss, said]) => column([row([name, loss], { gap: 16 }), said], { gap: 6 })),
    { gap: 16 },
  );
  return below(room, text, lines);
}

/** @param {Facts} m @param {Room} room */
export function drawEnd(m, room) {
  const text = textRow(m, room, { marked: m.over.x, faint: true });
  const pairs = pairsOf(m, room, m.over, { full: T });
  return below(room, text, pairs);
}

/** @param {Facts} m @param {Room} room */
export function drawTurn(m, room) {
  const { x } = m.yours;
  const text = textRow(m, room, { marked: x, faint: true });
  const look = m.shift === 1 ? "answer" : "wrong";
  const pairs = pairsOf(m, room, m.yours, { look, full: T, arrows: true });
  const { w, h, size, gap } = sizesIn(room);
  const said = m.yourModel.writes(m.tokens[x[0]]).map((token, i) =>
    chip(`said${i}`, token, { w, h, size, pad: 2, look: i ? look : "" })
  );
  const writes = column([note("writes", "so trained, it writes"), row(said, { gap })], { gap: 4 });
  const both = (room.wide ? row : column)([pairs, writes], { gap: room.wide ? 60 : 12 });
  const line = storedLine(m.stored, room);
  return below(room, text, column([both, line], { gap: 12 }), room.wide ? MENUS : 0);
}
