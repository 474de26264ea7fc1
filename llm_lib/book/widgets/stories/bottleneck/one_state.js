// The first network: eight words go into one state, and come out of it again.

import { ribbon } from "../../moving/arrows.js";
import { column, over, picture, row, space, within } from "../../moving/layout.js";
import { figure, label, note, rising } from "../../moving/pieces.js";
import { breadthOf, gapOf, largeState, readWord, sentence, writing } from "./pieces.js";
import { sourceOf, stepIn } from "./facts.js";

/** @import { Room } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */

/** @param {Facts} m @param {Room} room */
export function drawText(m, room) {
  const english = column([
    label("english", "English", { strong: true }),
    sentence(m, room),
  ], { gap: 8 });
  const lumi = column([
    label("lumi", "Lumi", { strong: true }),
    writing(m.plain, 0, room),
  ], { gap: 8 });
  return picture(room, column([english, space(0, room.wide ? 60 : 40), lumi], { gap: 0 }));
}

/**
 * The words that have been read, the state that they made, and what is said of it.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} k
 */
export function drawRead(m, room, k) {
  const s = stepIn(m, k);
  const words = sentence(m, room, { asks: s, pale: (i) => i !== s });
  const state = column([
    largeState(m, s, room),
    note("state", `the state: ${m.plain.forth[s].length} numbers`),
  ], { gap: 8 });
  const whole = column([words, space(0, room.wide ? 56 : 36), state], { gap: 0 });
  return picture(
    room,
    over(whole, (at) => [
      ribbon("into", at(`t${s}`), at("h"), { head: true, thick: 3, role: "arrow" }),
    ]),
  );
}

/** @param {Facts} m @param {Room} room */
export function drawFade(m, room) {
  const bars = m.fade.map((share, s) =>
    column([
      figure(`fade${s}`, 100 * share, { digits: 0, size: room.wide ? 16 : 13 }),
      rising(`bar${s}`, Math.min(1, share), { w: breadthOf(room) - 8, h: room.wide ? 150 : 130 })
        .late(150 * s),
      within(readWord(m, s, room, s ? "" : "asks"), { w: breadthOf(room) }),
    ], { gap: 4 })
  );
  return picture(
    room,
    column([
      label("of", `what is left of “${m.words[0]}” in the state, in %`, {
        strong: true,
        size: room.wide ? 15 : 13,
      }),
      row(bars, { gap: gapOf(room), align: "end" }),
      note("after", "after each word"),
    ], { gap: 10 }),
  );
}

/**
 * The last state, and below it room for the translation.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} upTo how many words are written
 */
function fromState(m, room, upTo) {
  const t = upTo - 1;
  const source = t < 0 ? -1 : sourceOf(m, t);
  const words = sentence(m, room, { asks: source, pale: () => true });
  const whole = column([
    words,
    space(0, room.wide ? 26 : 18),
    largeState(m, m.n - 1, room),
    space(0, room.wide ? 50 : 40),
    writing(m.plain, upTo, room),
  ], { gap: 0 });
  return picture(
    room,
    over(whole, (at) => {
      const goals = t < 0 ? m.words.map((_, i) => i) : [t];
      return goals.map((i) =>
        ribbon(`out${i}`, at("h"), at(`y${i}`), {
          head: t >= 0,
          thick: t < 0 ? 1.5 : 3,
          delay: 40 * i,
        })
      );
    }),
  );
}

/** @param {Facts} m @param {Room} room */
export const drawHandOver = (m, room) => fromState(m, room, 0);

/** @param {Facts} m @param {Room} room @param {number} k */
export const drawWrite = (m, room, k) => fromState(m, room, stepIn(m, k) + 1);
