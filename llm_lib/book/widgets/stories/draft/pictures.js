// The text, the guesses in a row each, and what becomes of them.

import { column, flow, picture, row, space, table, within } from "../../moving/layout.js";
import { cell, chip, figure, label, lying, note, spin } from "../../moving/pieces.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Room } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */

/** @param {Room} room */
const chipsIn = ({ wide }) => wide ? { size: 15, h: 34, pad: 18 } : { size: 12, h: 28, pad: 8 };

/** @param {Piece[]} chips @param {Room} room */
const flowing = (chips, room) => flow(chips, room.W - 8);

/** @param {Facts} m @param {Room} room */
const told = (m, room) => chip("told", m.text, chipsIn(room));

/**
 * A probability as a bar and a number: the drafter's is grey, the model's dark.
 * @param {string} key
 * @param {number} x
 * @param {number} w
 */
const bar = (key, x, w) =>
  row([
    lying(key, x, { w, h: 12 })
      .with((e) => e.key === key && key[0] === "q" ? { role: "product", level: 0.6 } : {}),
    within(figure(`${key}.n`, x, { digits: x < 0.095 && x > 0 ? 3 : 2, size: 12 }), {
      w: 34,
      align: "start",
    }),
  ], { gap: 5 });

/** @param {string} key @param {string} text */
const head = (key, text) => label(`head.${key}`, text, { size: 12, strong: true });

/** @param {Facts} m @param {Room} room @param {number} i @param {string} look */
const guess = (m, room, i, look) => chip(`d${i}`, m.drafts[i].word, { ...chipsIn(room), look });

/** @param {Facts} m @param {Room} room @param {boolean} isThere */
export function drawDraft(m, room, isThere) {
  const places = m.drafts.map((_, i) =>
    isThere
      ? guess(m, room, i, "empty").late(i * 260)
      : chip(`d${i}`, "?", { ...chipsIn(room), w: 44, look: "empty" })
  );
  return picture(room, flowing([told(m, room), ...places], room));
}

/**
 * A row for each guess: q, p, and what is said of it as far as it has been judged.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} judged so many guesses
 * @param {boolean} [edit]
 */
function guesses(m, room, judged, edit = false) {
  const { wide } = room;
  const w = wide ? 140 : 14;
  const size = wide ? 14 : 12;
  const rows = m.drafts.map(({ q, p, ratio, chance, luck, ok }, i) => {
    const isJudged = i < judged;
    const isGone = isJudged && i > m.accepted;
    const isIn = isJudged && i < m.accepted;
    const u = cell(`u${i}`, "score", luck, {
      w: wide ? 48 : 36,
      h: 26,
      digits: 2,
      size: 12,
      level: 0,
    });
    const turns = {
      ...spin("luck", [0, i], `random number ${i + 1}`),
      min: 0,
      max: 0.99,
      step: 0.05,
    };
    const number = edit
      ? row([u.with({ look: "edit", spin: turns }), note(`way${i}`, "↕")], { gap: 3 })
      : u;
    const said = !isJudged ? "" : isGone ? "–" : ok ? "✓" : "✕";
    return [
      guess(m, room, i, isIn ? "answer" : isJudged && !ok && !isGone ? "wrong" : "empty").faint(
        isGone,
      ),
      bar(`q${i}`, q, w),
      bar(`p${i}`, p, w),
      isJudged || edit
        ? figure(`c${i}`, wide ? chance : ratio, { digits: 2, size: 12 }).faint(isGone && !edit)
        : space(26, 15),
      isJudged || edit ? number.faint(isGone && !edit) : space(u.w, u.h),
      within(label(`ok${i}`, said, { size: size + 3, strong: true }), { w: 20 }),
    ];
  });
  const heads = [
    null,
    head("q", wide ? "drafter: q" : "q"),
    head("p", wide ? "model: p" : "p"),
    judged || edit ? head("c", wide ? "min(1, p/q)" : "p/q") : null,
    judged || edit ? head("u", "random") : null,
    null,
  ];
  return table([heads, ...rows], { gap: wide ? 18 : 5, gapY: 8, align: ["end"] });
}

/** @param {Facts} m @param {Room} room @param {Piece} piece */
const below = (m, room, piece) =>
  picture(room, column([told(m, room), piece], { gap: room.wide ? 24 : 18 }));

/** @param {Facts} m @param {Room} room */
export const drawPass = (m, room) => below(m, room, guesses(m, room, 0));

/** @param {Facts} m @param {Room} room @param {number} k */
export const drawCheck = (m, room, k) => below(m, room, guesses(m, room, k + 1));

/** @param {Facts} m @param {Room} room */
const accepted = (m, room) => [
  told(m, room),
  ...m.drafts.slice(0, m.accepted).map((_, i) => guess(m, room, i, "answer")),
];

/**
 * What may come instead of the rejected token: q, p, what of p is not covered, and with `scaled`
 * that as shares of the whole.
 * @param {Facts} m
 * @param {Room} room
 * @param {boolean} scaled
 */
function options(m, room, scaled) {
  const { sum, options: all } = m.drafts[m.accepted];
  const w = room.wide ? 90 : 18;
  const number = (/** @type {string} */ key, /** @type {number} */ x) =>
    figure(key, x, { digits: 2, size: 14 });
  const rows = all.map(({ word, q, p, gap, share }, i) => [
    label(`left${i}`, word, { mono: true, size: room.wide ? 14 : 12 }),
    bar(`qleft${i}`, q, w),
    bar(`pleft${i}`, p, w),
    number(`gap${i}`, gap),
    scaled ? number(`share${i}`, share).from(`gap${i}`) : space(40, 18),
  ]);
  const sums = [note("all", "all tokens"), null, null, number("sum", sum)];
  const heads = [
    null,
    head("q", room.wide ? "drafter: q" : "q"),
    head("p", room.wide ? "model: p" : "p"),
    head("gap", room.wide ? "max(0, p − q)" : "p − q"),
    scaled ? head("share", `÷ ${sum.toFixed(2)}`) : null,
  ];
  return table([heads, ...rows, [...sums, scaled ? number("one", 1) : null]], {
    gap: room.wide ? 22 : 6,
    gapY: 7,
    align: ["end"],
  });
}

/** @param {Facts} m @param {Room} room @param {number} k */
export function drawReplace(m, room, k) {
  const bars = m.next.map(({ word, p }, i) => [
    label(`left${i}`, word, { mono: true, size: 14 }),
    bar(`pleft${i}`, p, room.wide ? 300 : 130),
  ]);
  const next = [[null, head("p", "model: p")], ...bars];
  const below = !m.isAll
    ? options(m, room, k > 0)
    : k
    ? table(next, { gap: 10, gapY: 8, align: ["end"] })
    : null;
  return picture(room, column([flowing(accepted(m, room), room), below], { gap: 24 }));
}

/** @param {Facts} m @param {Room} room */
export function drawResult(m, room) {
  const own = chip("own", m.own, { ...chipsIn(room), look: "answer" }).from(
    m.isAll ? "left0" : "left1",
  );
  return picture(room, flowing([...accepted(m, room), own], room));
}

/** @param {Facts} m @param {Room} room */
export const drawTurn = (m, room) => below(m, room, guesses(m, room, m.drafts.length, true));
