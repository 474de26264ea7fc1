// Scores become weights; values are mixed by them; what the output says.

import { column, layers, over, picture, row, space, within } from "../../moving/layout.js";
import {
  around,
  cell,
  chip,
  figure,
  heads,
  label,
  lying,
  note,
  pointOn,
  ribbon,
  rising,
  rule,
  solid,
  vector,
} from "../../moving/pieces.js";
import { inText } from "../../moving/ruler.js";
import { FOUR, THINGS } from "./facts.js";
import { chips, line, pitch, waiting, withFoot } from "./lines.js";

/** @import { Room } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */

/**
 * A score, or what the mask has made of it.
 * @param {Facts} m
 * @param {number} s
 * @param {import("../../moving/pieces.js").Looks} looks
 */
export const maskedScore = (m, s, looks) =>
  m.hidden(m.row, s)
    ? cell(`s${s}`, "mask", 0, looks).with({ text: "−∞", value: undefined })
    : cell(`s${s}`, "score", m.scores[m.row][s], { digits: 1, ...looks });

/**
 * Bars for e to the score, which become shares: laid end to end they fill the length 1.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} step
 */
export function drawSoftmax(m, room, step) {
  const { wide } = room;
  const tall = wide ? 112 : 110;
  const w = Math.min(64, pitch(room) - 22);
  const isHidden = (/** @type {number} */ s) => m.hidden(m.row, s);
  const bar = (/** @type {number} */ s) => {
    const late = step ? s * 90 : 150 + s * 130;
    const number = isHidden(s)
      ? label(`w${s}`, "0", { size: 17, strong: true })
      : step
      ? figure(`w${s}`, m.w[s], { size: 17, digits: 2 })
      : figure(`w${s}`, m.exps[m.row][s], { size: 17, digits: 1 });
    const share = m.w[s] > 0 ? Math.max(1.5, m.w[s] * tall) : 0;
    const column_ = column([
      number.late(late),
      rising(`b${s}`, 1, { w, h: share })
        .late(step ? 0 : late),
    ], { gap: 4 });
    return within(column_, { h: tall + 26, alignY: "end" });
  };
  const how = (/** @type {number} */ s) =>
    note(
      `f${s}`,
      isHidden(s)
        ? "hidden"
        : step
        ? `${inText(m.exps[m.row][s], 1)}${wide ? " ÷ " : " ÷\n"}${inText(m.sum, 1)}`
        : wide
        ? `exp(${inText(m.scores[m.row][s], 1)})`
        : `exp ${inText(m.scores[m.row][s], 1)}`,
    ).late(step ? s * 90 : 150 + s * 130);
  const score = (/** @type {number} */ s) =>
    maskedScore(m, s, { w: Math.min(112, pitch(room) - 10), h: 30, size: 15 });
  const top = column([
    chips(m, room),
    line(room, "score", score, { key: "sum" }),
    column([
      line(room, step ? "weight" : "exp", bar, { key: "weight" }),
      rule("base", room.W),
      line(room, "", how, { key: "how" }),
    ], { gap: 5 }),
    step ? endToEnd(m, room) : null,
  ], { gap: wide ? 12 : 16 });
  return picture(room, withFoot(room, top, waiting(m, room)));
}

/**
 * The weights as parts of one bar.
 * @param {Facts} m
 * @param {Room} room
 */
function endToEnd(m, room) {
  const long = room.wide ? 4 * pitch(room) - 32 : room.W - 8;
  const seen = FOUR.filter((s) => !m.hidden(m.row, s));
  const parts = seen.map((s, i) => {
    const w = Math.max(1, m.w[s] * (long - 2 * (seen.length - 1)));
    const text = w > 90 ? m.names[s] : "";
    return solid(`g${s}`, { w, h: 24 }, { text, size: 13, look: "inverse", z: 2 })
      .from(`b${s}`).late(420 + i * 160);
  });
  const bar = row(parts, { gap: 2 });
  const words = room.wide ? "sum 1.00" : "together 1.00";
  const sum = label("line.one", words, { size: 13, strong: true }).late(900);
  return room.wide
    ? row([
      within(sum, { w: room.W - 4 * pitch(room), align: "start" }),
      within(bar, { w: 4 * pitch(room) }),
    ], { gap: 0 })
    : column([bar, sum], { gap: 6 });
}

/**
 * Values under their weights; multiplied by them; flowing together.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} step
 */
export function drawMix(m, room, step) {
  const { wide } = room;
  const cells = wide
    ? { w: Math.min(42, Math.floor((pitch(room) - 30) / 3)), h: 40, gap: 4 }
    : { w: 56, h: 30, gap: 3, down: true };
  const long = wide ? 3 * cells.w + 2 * cells.gap : cells.w;
  const numbers = step ? m.mixed : m.v;
  const out = { w: wide ? 54 : 60, h: wide ? 46 : 44, gap: 4 };
  const looks = { size: 14.5, ...(step ? { digits: 2 } : {}) };
  const valueAt = (/** @type {number} */ s) => {
    const value = vector(`v${s}`, "value", numbers[s], { ...cells, looks }).late(120 + s * 130);
    if (step !== 1) return value;
    // a second one, which flows into the output in the next step
    const copy = vector(`y${s}`, "value", numbers[s], { ...cells, looks: { ...looks, z: 2 } });
    return layers([value, copy.late(800).into((i) => `o.${i}`)]);
  };
  const weightAt = (/** @type {number} */ s) =>
    column([
      figure(`w${s}`, m.w[s], { digits: 2, size: 17 }),
      lying(`b${s}`, m.w[s], { w: long }),
    ], { gap: 5 });
  const output = step < 2
    ? vector("o", "value", [0, 0, 0], out).with({ value: undefined, text: "", look: "empty" })
    : vector("o", "value", m.output, {
      ...out,
      looks: { digits: 2, size: 17, look: "result", z: 3 },
    })
      .late(380);
  const foot = column([output, heads("i", THINGS, { ...out, looks: { size: 13 } })], { gap: 5 });
  const whole = column([
    chips(m, room),
    line(room, "weight", weightAt),
    line(room, step ? "weight × value" : "value", valueAt, { key: "value", role: "value" }),
    space(0, wide ? 84 : 44),
    wide
      ? row([
        within(label("line.o", "output", { size: 13, strong: true, role: "value" }), {
          w: room.W - 4 * pitch(room),
          align: "start",
        }),
        within(foot, { w: 4 * pitch(room) }),
      ], { gap: 0 })
      : column([foot, label("line.o", "output", { size: 13, strong: true, role: "value" })], {
        gap: 5,
      }),
  ], { gap: wide ? 14 : 12 });
  return picture(room, over(whole, (at) => (step < 2 ? [] : ribbons(m, at, long))), {
    alignY: "start",
  });
}

/**
 * From each value to its share of the output's breadth.
 * @param {Facts} m
 * @param {(name: string) => import("../../moving/types.js").Box} at
 * @param {number} long the breadth of a value
 */
function ribbons(m, at, long) {
  const end = at("o");
  let share = 0;
  return FOUR.map((s) => {
    const w = m.w[s];
    share += w;
    if (w === 0) return null;
    return ribbon(`flow${s}`, at(`v${s}`), pointOn(end, share - w / 2), {
      role: "value",
      thick: Math.max(1, long * w),
      thick2: Math.max(1, end.w * w),
      opacity: 0.28,
      delay: 120,
    });
  });
}

/** @param {Facts} m @param {Room} room */
export function drawOutput(m, room) {
  const cells = { w: room.wide ? 84 : 78, h: 72, gap: 10 };
  const output = vector("o", "value", m.output, { ...cells, looks: { digits: 2, size: 24, z: 3 } })
    .with((_, i) => (i === m.best ? { look: "result" } : {}));
  const words = `${m.tokens[m.row].split(":")[0]}: ${m.sure ? THINGS[m.best] : "?"}`;
  const answer = chip("answer", words, { w: 168, h: 54, size: 21, look: "answer" })
    .from(`t${m.row}`).late(650);
  const whole = column([
    chips(m, room, (s) => s !== m.row),
    space(0, room.wide ? 12 : 40),
    label("line.o", "output", { size: 14, strong: true, role: "value" }),
    space(0, 2),
    output,
    heads("i", THINGS, { ...cells, looks: { size: 15 } }),
    space(0, room.wide ? 24 : 30),
    answer,
  ], { gap: 10 });
  return picture(
    room,
    over(whole, (at) => [
      around("ring", [at(`o.${m.best}`)], { role: "ring", room: 6, r: 13, delay: 300 }),
      ribbon("arrow", at(`i.${m.best}`), at("answer"), { head: true, delay: 500 }),
    ]),
    { alignY: "start" },
  );
}
