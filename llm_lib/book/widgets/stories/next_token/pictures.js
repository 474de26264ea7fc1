// The story's beginning: the text, its tokens, and the model that reads them.

import { column, flow, over, picture, row, space } from "../../moving/layout.js";
import { chip, label } from "../../moving/pieces.js";
import { hueOf, SHOWN, shown } from "./facts.js";
import { insideBelow, insideCard, readable } from "./model.js";
import { textRow, typeOf } from "./text.js";

/** @import { Room } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */

const TOP = /** @type {{ alignY: "start" }} */ ({ alignY: "start" });
const WIDEST = { size: 30, h: 50 }; // tokens of a stage that has nothing but them and the model
const BROAD = { size: 19, pad: 15, h: 40 }; // the same on a phone

/** @param {Facts} m @param {Room} room */
export function drawText(m, room) {
  const size = room.wide ? 21 : 18;
  const words = m.words.map((word, i) => label(`w${i}`, word, { size, mono: true }));
  const dots = label("dots", "…", { size, mono: true });
  const could = m.turns[0].likeliest.slice(0, SHOWN).map(([text], i) =>
    chip(`could${i}`, `${shown(text)}?`, {
      ...{ ...typeOf(room), size: size - 4, h: size + 13, pad: 12 },
      ...{ look: "empty mono", role: hueOf(m, text), level: 0.65 },
    })
  );
  const gap = room.wide ? 10 : 7;
  const lines = flow([...words, dots], room.W - 4, { gap, gapY: 8, align: "start" });
  const below = flow(could, room.W - 4, { gap: 8, gapY: 8, align: "start" });
  return picture(room, column([lines, below], { gap: 26, align: "start" }));
}

/** @param {Facts} m @param {Room} room */
export const drawTokens = (m, room) =>
  picture(room, column([space(1, 16), textRow(m, room, [], { ids: true })]), TOP);

/** @param {Facts} m @param {Room} room */
export function drawModel(m, room) {
  const n = m.words.length;
  if (room.wide) {
    const W = room.W - 20;
    const text = textRow(m, room, [], { type: readable(m.words, W - 26, WIDEST), W: W + 99 });
    const whole = row([space(10, 1), text], { gap: 0 });
    const all = column([space(1, 2), whole], { gap: 0, align: "start" });
    return picture(room, over(all, (at) => insideBelow(m, at, n, { unit: 7.4, gap: 40 })), {
      ...TOP,
      align: "start",
    });
  }
  const text = textRow(m, room, [], { type: BROAD, W: room.W - 14 });
  const card = insideCard(m, n, room.W - 2, { unit: 8 });
  const all = column([space(1, 6), text, space(1, 26), card.piece], { gap: 0 });
  return picture(room, over(all, (at) => card.over(at)), TOP);
}
