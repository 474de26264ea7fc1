// The text, its targets, and the table of who looks where.

import { column, over, picture, row, space, table, within } from "../../moving/layout.js";
import { around, cell, chip, figure, label, note, ribbon, spin } from "../../moving/pieces.js";

/** @import { Box, Room } from "../../moving/types.js" */
/** @import { Facts, Trained } from "./facts.js" */

const MENUS = 62; // the height of the menus, which lie over the picture where it is wide

/**
 * The width of a column of the table.
 * @param {Room} room
 */
const breadthOf = ({ W, wide }) => (W > 850 ? 80 : wide ? 54 : 35);

/**
 * A token of the text.
 * @param {Facts} m
 * @param {number} s
 * @param {Room} room
 */
const word = (m, s, room) =>
  room.wide
    ? chip(`t${s}`, m.words[s], { w: breadthOf(room), h: 34 })
    : chip(`t${s}`, m.words[s], { w: breadthOf(room), h: 30, size: 12, pad: 2 });

/**
 * The token that has to be guessed after token t.
 * @param {Facts} m
 * @param {number} t
 * @param {Room} room
 */
const target = (m, t, room) =>
  chip(`y${t}`, m.words[t + 1], {
    w: room.wide ? 70 : 40,
    h: 30,
    size: room.wide ? 14 : 12,
    pad: room.wide ? 14 : 4,
    look: "answer",
  }).from(`t${t + 1}`);

/** @param {Facts} m @param {Room} room */
const large = (m, room) =>
  m.words.map((text, s) =>
    chip(`t${s}`, text, { w: room.wide ? 112 : 54, h: 54, size: room.wide ? 18 : 14, pad: 6 })
      .late(s * 80)
  );

/** @param {Facts} m @param {Room} room */
export const drawText = (m, room) =>
  picture(room, row(large(m, room), { gap: room.wide ? 18 : 7 }));

/** @param {Facts} m @param {Room} room */
export function drawTargets(m, room) {
  const all = large(m, room).map((token, s) => {
    if (s === m.words.length - 1) return column([token, space(0, 94)], { gap: 0 });
    const guess = within(target(m, s, room), { w: token.w });
    return column([token, space(0, 64), guess.late(200 + s * 160)], { gap: 0 });
  });
  const whole = row(all, { gap: room.wide ? 18 : 7, align: "start" });
  const arrows = (/** @type {(name: string) => Box} */ at) =>
    m.words.slice(1).map((_, s) =>
      ribbon(`next${s}`, at(`t${s + 1}`), at(`y${s}`), { head: true, delay: 400 + s * 160 })
    );
  return picture(room, over(whole, arrows));
}

/**
 * One weight of the table; in the last scene its score, which can be changed, on top of it.
 * @param {Trained} run
 * @param {[t: number, s: number]} place
 * @param {Room} room
 */
function weight(run, [t, s], room) {
  const looks = { w: breadthOf(room), h: room.wide ? 38 : 34, size: room.wide ? 16 : 12 };
  const key = `w${t}.${s}`;
  if (run.mask && s > t) {
    return cell(key, "mask", 0, looks).with({ text: "0", value: undefined })
      .late(80 * (s - t));
  }
  return cell(key, "amount", run.weights[t][s], { ...looks, digits: 2, most: 1 });
}

/**
 * A score from before training, which can be changed.
 * @param {Facts} m
 * @param {[t: number, s: number]} place
 * @param {Room} room
 */
const score = (m, [t, s], room) =>
  cell(`a${t}.${s}`, "score", m.scores[t][s], { w: room.W > 850 ? 44 : 36, h: 30, look: "edit" })
    .with({ spin: spin("scores", [t, s], `${m.words[t]} looks at ${m.words[s]}`) });

/**
 * The cells in which a row can see the very word that it has to guess.
 * @param {Facts} m
 * @param {Trained} run
 */
const answersIn = ({ words }, run) =>
  run.weights.flatMap((row, t) =>
    row.map((_, s) => (words[s] === words[t + 1] && !(run.mask && s > t) ? `w${t}.${s}` : ""))
      .filter(Boolean)
  );

/**
 * Who looks where: a row for each token that guesses, with its target and the probability of that.
 * The cells in which the answer itself stands are framed.
 * @param {Facts} m
 * @param {Room} room
 * @param {Trained} run
 * @param {boolean} [edit]
 */
export function drawGrid(m, room, run, edit = false) {
  const { wide } = room;
  const strong = { size: 13, strong: true };
  const rows = run.weights.map((weights, t) => [
    label(`r${t}`, m.words[t], { mono: true, size: wide ? 14 : 12 }).from(`t${t}`),
    ...weights.map((_, s) => weight(run, [t, s], room)),
    target(m, t, room),
    figure(`p${t}`, run.p[t], { digits: 2, size: wide ? 15 : 13 }),
  ]);
  const heads = [label("name.y", wide ? "target" : "", strong), label("name.p", "p", strong)];
  const loss = [
    label("name.loss", "loss", strong),
    figure("loss", run.loss, { digits: 2, size: wide ? 17 : 13 }),
  ];
  const grid = table([
    [null, ...m.words.map((_, s) => word(m, s, room)), ...heads],
    ...rows,
    [...Array(m.words.length + 1).fill(null), ...loss],
  ], { gap: wide ? 8 : 3, gapY: 8, align: ["end"] });
  const framed = over(
    grid,
    (at) =>
      answersIn(m, run).map((key) =>
        around(`answer.${key}`, [at(key)], { room: 2, role: "ring", r: 6 })
      ),
  );
  return edit ? withScores(m, room, framed) : picture(room, framed);
}

/**
 * The table with the scores from before training beside it; on a phone, below.
 * @param {Facts} m
 * @param {Room} room
 * @param {import("../../moving/layout.js").Piece} grid
 */
function withScores(m, room, grid) {
  const scores = column([
    note("scores", "scores before training"),
    ...m.scores.map((numbers, t) => row(numbers.map((_, s) => score(m, [t, s], room)), { gap: 3 })),
  ], { gap: 4 });
  const free = { W: room.W, H: room.H - (room.wide ? MENUS : 0) };
  return picture(
    free,
    (room.wide ? row : column)([grid, scores], { gap: room.W > 850 ? 40 : room.wide ? 16 : 10 }),
  );
}

/**
 * Two tokens are there; the third is to be written.
 * @param {Facts} m
 * @param {Room} room
 */
export function drawUse(m, room) {
  const { wide } = room;
  const size = { w: wide ? 112 : 58, h: 54, size: wide ? 18 : 15 };
  const looks = { w: wide ? 84 : 50, h: 44, size: wide ? 16 : 14, digits: 2, most: 1 };
  const guess = row([
    target(m, 1, room),
    label("name.p", "p", { size: 13, strong: true }),
    figure("p1", m.inUse.p[1], { digits: 2, size: wide ? 20 : 16 }),
  ], { gap: wide ? 8 : 5 });
  return picture(
    room,
    table([
      [
        null,
        ...[0, 1].map((s) => chip(`t${s}`, m.words[s], size)),
        chip("gap", "?", {
          ...size,
          look: "empty",
        }),
      ],
      [
        note("name.w", "weight"),
        ...[0, 1].map((s) => cell(`w1.${s}`, "amount", m.inUse.weights[1][s], looks)),
        guess,
      ],
    ], { gap: wide ? 24 : 8, gapY: 20 }),
  );
}
