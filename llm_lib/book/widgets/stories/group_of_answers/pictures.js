// The question, the eight answers with their marks and advantages, and the bars of a step.

import { column, picture, row, space, table } from "../../moving/layout.js";
import { cell, chip, figure, label, lying, note, spin } from "../../moving/pieces.js";
import { percent } from "../../shared/words.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Room } from "../../moving/types.js" */
/** @import { Facts, Group } from "./facts.js" */
/** @typedef {{ marks?: boolean, advantages?: boolean }} Shown */

/**
 * A text in lines that are as long as there is room.
 * @param {string} text
 * @param {Room} room
 * @param {number} size
 */
function lines(text, { W }, size) {
  const longest = Math.floor((W - 12) / (size * 0.55));
  /** @type {string[]} */
  const all = [""];
  for (const word of text.split(" ")) {
    const now = all[all.length - 1];
    if (now && now.length + word.length + 1 > longest) all.push(word);
    else all[all.length - 1] = now ? `${now} ${word}` : word;
  }
  return all.join("\n");
}

/** @param {Facts} m @param {Room} room */
const asked = (m, room) =>
  column([
    label("passage", lines(m.passage, room, room.wide ? 16 : 14), { size: room.wide ? 16 : 14 }),
    label("question", m.question, { size: room.wide ? 18 : 16, strong: true }),
  ], { gap: 10 });

/** @param {Facts} m @param {Room} room */
export const drawQuestion = (m, room) =>
  picture(
    room,
    column([asked(m, room), chip("model", "?", { look: "empty", w: 70 })], { gap: 20 }),
  );

/**
 * The eight with what is known of each, in one block, or on a phone in two.
 * @param {string[]} texts
 * @param {Pick<Group, "marks" | "advantages">} group
 * @param {Room} room
 * @param {Shown} shown
 */
function answers(texts, group, room, { marks = false, advantages = false }) {
  const per = room.wide ? 8 : room.W > 280 ? 4 : 2;
  const looks = { size: 13, pad: 8 };
  const least = Math.max(...texts.map((text) => chip("", text, looks).w));
  const w = room.wide ? Math.max(least, Math.min(76, Math.floor((room.W - 148) / 8))) : 58;
  const names = [
    note("head.answer", room.wide ? "answer" : ""),
    marks ? note("head.mark", "mark") : null,
    advantages ? note("head.advantage", room.wide ? "advantage" : "adv.") : null,
  ];
  const blocks = [];
  for (let start = 0; start < texts.length; start += per) {
    const places = texts.slice(start, start + per).map((_, i) => start + i);
    const rows = [
      places.map((i) =>
        chip(`a${i}`, texts[i], {
          ...looks,
          w,
          look: marks && group.marks[i] ? "answer" : "",
        })
          .from("model").late(90 * i)
      ),
      marks
        ? places.map((i) => figure(`m${i}`, group.marks[i], { size: 16, digits: 0 }).from(`a${i}`))
        : null,
      advantages
        ? places.map((i) =>
          cell(`v${i}`, "product", group.advantages[i], { w, h: 28, digits: 2, most: 2, size: 13 })
            .from(`m${i}`)
        )
        : null,
    ];
    const first = start === 0;
    blocks.push(table(
      rows.flatMap((pieces, r) => pieces ? [[first ? names[r] : space(1), ...pieces]] : []),
      { columns: [room.wide ? 72 : 32, ...places.map(() => w)], gap: room.wide ? 8 : 6, gapY: 6 },
    ));
  }
  return column(blocks, { gap: 14 });
}

/** @param {Facts} m @param {Room} room @param {Piece} below */
const under = (m, room, below) =>
  picture(
    room,
    column([
      row([
        label("question", m.question, { size: room.wide ? 17 : 15, strong: true }),
        room.wide ? note("beginning", `${m.beginning} …`) : null,
      ], { gap: 18 }),
      room.wide ? null : note("beginning", `${m.beginning} …`),
      below,
    ], { gap: room.wide ? 16 : 10 }),
    { alignY: "start" },
  );

/** @param {Facts} m @param {Room} room */
export const drawDraw = (m, room) => under(m, room, answers(m.drawn, m.group, room, {}));

/** @param {Facts} m @param {Room} room */
export const drawMarks = (m, room) =>
  under(m, room, answers(m.drawn, m.group, room, { marks: true }));

/** @param {Facts} m @param {Room} room @param {number} k */
export function drawAdvantages(m, room, k) {
  const size = room.wide ? 16 : 14;
  const sums = row([
    note("mean.name", "mean"),
    figure("mean", m.group.mean, { digits: 3, size }),
    space(room.wide ? 10 : 0),
    note("spread.name", "standard deviation"),
    figure("spread", m.group.spread, { digits: 3, size }),
  ]);
  const group = answers(m.drawn, m.group, room, { marks: true, advantages: k > 0 });
  return under(m, room, column([group, sums], { gap: 16 }));
}

/**
 * A row for each different answer: its probability before the step and, once made, after it.
 * @param {Facts} m
 * @param {Group} group
 * @param {Room} room
 * @param {{ done: boolean, edit?: boolean }} looks
 */
function bars(m, group, room, { done, edit = false }) {
  const w = room.wide ? 210 : edit ? 22 : 52;
  const bar = (/** @type {string} */ key, /** @type {number} */ p) =>
    row([
      lying(key, p, { w, h: 14 }),
      label(`${key}.n`, percent(p), { size: 13, strong: true }),
    ], { gap: 6 });
  const rows = m.short.map((text, i) =>
    [
      chip(`b${i}`, text, { size: 13, pad: 10, w: 54, h: 30, look: group.each[i] ? "answer" : "" }),
      edit
        ? row([
          cell(`mark${i}`, "score", group.each[i], { w: 36, h: 28, digits: 0, level: 0 }).with({
            look: "edit",
            spin: { ...spin("marks", [0, i], `mark of ${text}`), min: 0, max: 1, step: 1 },
          }),
          note(`way${i}`, "↕"),
        ], { gap: 3 })
        : null,
      bar(`p${i}`, group.before[i]),
      done ? bar(`q${i}`, group.after[i]).from(`p${i}`) : space(w + 52, 18),
    ].filter(Boolean)
  );
  const heads = [
    space(1),
    edit ? note("head.marks", "mark") : null,
    note("head.before", "before"),
    done ? note("head.after", "after") : space(1),
  ];
  return table([heads.filter(Boolean), ...rows], { gap: room.wide ? 20 : 6, gapY: 8 });
}

/** @param {Facts} m @param {Room} room @param {number} k */
export function drawStep(m, room, k) {
  const group = answers(m.drawn, m.group, room, { marks: true, advantages: true });
  const below = bars(m, m.group, room, { done: k > 0 });
  return under(m, room, column([group, below], { gap: room.wide ? 18 : 12 }));
}

/** @param {Facts} m @param {Room} room @param {number} k */
export function drawAlike(m, room, k) {
  const eight = Array.from({ length: 8 }, () => m.easy.text);
  const group = { marks: eight.map(() => 1), advantages: eight.map(() => 0) };
  const sums = row([
    note("mean.name", "mean"),
    figure("mean", 1, { digits: 2, size: 16 }),
    space(10),
    note("spread.name", "standard deviation"),
    figure("spread", 0, { digits: 2, size: 16 }),
  ]);
  return picture(
    room,
    column([
      label("easy", lines(m.easy.prompt, room, 16), { size: room.wide ? 17 : 15, strong: true }),
      answers(eight, group, room, { marks: true, advantages: k > 0 }),
      k ? sums : space(1, 20),
    ], { gap: 16 }),
    { alignY: "start" },
  );
}

/** @param {Facts} m @param {Room} room */
export function drawTurn(m, room) {
  const group = answers(m.drawn, m.yours, room, { marks: true, advantages: true });
  const below = bars(m, m.yours, room, { done: true, edit: true });
  return under(m, room, column([group, below], { gap: room.wide ? 18 : 12 }));
}
