// The tokens of prompt and answer, the loss of each, and below them what the model writes.

import { column, flow, layers, picture, row, space, within } from "../../moving/layout.js";
import { chip, figure, label, note, rising } from "../../moving/pieces.js";

/** @import { Piece } from "../../moving/layout.js" */
/** @import { Room, Sketch } from "../../moving/types.js" */
/** @import { Facts, Moment } from "./facts.js" */

const MENUS = 62; // the height of the menus, which lie over the picture where it is wide
const FULL_LOSS = 12.5; // nats: a loss that fills its bar
const TOP = /** @type {{ alignY: "start" }} */ ({ alignY: "start" });

/** @param {Room} room */
const typeOf = ({ wide }) => wide ? { size: 14, pad: 10, h: 32 } : { size: 12, pad: 6, h: 27 };

/** @param {Piece[]} pieces @param {Room} room */
const wrapped = (pieces, { W, wide }) => flow(pieces, W - 6, { gap: wide ? 5 : 3, align: "start" });

/**
 * One token; it stands out if it counts.
 * @param {Facts} m
 * @param {Room} room
 * @param {number} i
 * @param {boolean} counts
 * @param {boolean} waits
 */
const token = (m, room, i, counts, waits) =>
  chip(`t${i}`, m.words[i], { ...typeOf(room), look: counts ? "answer" : "" }).faint(waits);

/**
 * A name above a group of tokens.
 * @param {string} key
 * @param {string} name
 * @param {Piece} piece
 */
const headed = (key, name, piece) => column([note(key, name), piece], { gap: 4, align: "start" });

/** @param {Facts} m @param {Room} room */
export function drawText(m, room) {
  const all = m.words.map((_, i) => token(m, room, i, false, false).late(i * 50));
  const whole = column([
    headed("prompt", "the prompt, as a template writes it", wrapped(all.slice(0, m.first), room)),
    headed("answer", "the answer, and its end", wrapped(all.slice(m.first), room)),
  ], { gap: room.wide ? 34 : 26, align: "start" });
  return picture(room, column([space(1, 8), whole], { align: "start" }), TOP);
}

/**
 * Text in lines of at most so many characters.
 * @param {string} text
 * @param {number} most
 */
function inLines(text, most) {
  /** @type {string[]} */
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (longer.length > most && lines.at(-1)) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

/**
 * What the model writes.
 * @param {Facts} m
 * @param {Room} room
 * @param {Moment} now
 */
function writing(m, room, { says, steps, goesOn }) {
  const size = room.wide ? 14 : 12;
  const w = room.wide ? Math.min(430, room.W - 400) : room.W - 8;
  const all = inLines(says, Math.floor((w - 24) / (0.61 * size)));
  const lines = all.length > 4 ? [...all.slice(0, 3), `${all[3]} …`] : all;
  const words = label("writes", lines.join("\n"), { size, mono: true, anchor: "start", z: 7 });
  const look = !goesOn ? "answer" : says.startsWith(m.answer) ? "wrong" : "";
  const name = steps ? "asked, it now writes" : "asked, base Sprout writes";
  const box = layers([
    chip("writes.box", "", { w, h: Math.max(32, words.h + 12), look }),
    within(words, { w: w - 24, align: "start" }),
  ]);
  return column([note("writes.name", name), box], { gap: 4, align: "start" });
}

/** @param {Facts} m @param {Room} room */
export function drawBase(m, room) {
  const all = m.words.slice(0, m.first).map((_, i) => token(m, room, i, false, false));
  const next = chip("next", "?", { ...typeOf(room), look: "empty" });
  const whole = column([
    headed("prompt", "the prompt alone", wrapped([...all, next], room)),
    writing(m, room, m.of(true, true, 0)),
  ], { gap: room.wide ? 34 : 26, align: "start" });
  return picture(room, column([space(1, 8), whole], { align: "start" }), TOP);
}

/**
 * Every token with its loss below it; masked: only those of the answer count.
 * @param {Facts} m
 * @param {Room} room
 * @param {boolean} masked
 */
export function drawTargets(m, room, masked) {
  const now = m.of(masked, true, 0);
  const size = room.wide ? 13 : 12;
  const all = m.words.map((_, i) => {
    const box = token(m, room, i, now.counts[i], !now.counts[i]);
    const w = Math.max(box.w, room.wide ? 34 : 29);
    const loss = now.counts[i] ? figure(`l${i}`, now.loss(i), { digits: 1, size }) : space(1, 17);
    return within(column([box, loss], { gap: 2 }), { w });
  });
  const n = now.counts.filter(Boolean).length;
  const parts = [
    headed(
      "prompt",
      masked ? "the prompt: masked" : "the prompt",
      wrapped(all.slice(0, m.first), room),
    ),
    headed("answer", "the answer, and its end", wrapped(all.slice(m.first), room)),
    row([
      chip("sample", " ", { w: 24, h: 18, look: "answer" }),
      label("legend", `counts: ${n} targets, each with its loss`, { size }),
    ], { gap: 6 }),
  ];
  return picture(room, column(parts, { gap: room.wide ? 22 : 14, align: "start" }));
}

/**
 * A token of the answer, with its loss as a bar.
 * @param {Facts} m
 * @param {Room} room
 * @param {Moment} now
 * @param {number} i
 * @param {number} tall
 */
function barOf(m, room, now, i, tall) {
  const loss = now.loss(i);
  const bar = column([
    figure(`l${i}`, loss, { digits: 1, size: room.wide ? 13 : 12 }),
    rising(`b${i}`, 1, { w: room.wide ? 34 : 26, h: Math.max(1.5, loss / FULL_LOSS * tall) })
      .faint(!now.counts[i]),
  ], { gap: 2 });
  const w = room.wide ? 56 : 44;
  return column([
    within(bar, { w, h: tall + 20, alignY: "end" }),
    within(token(m, room, i, now.counts[i], !now.counts[i]), { w }),
  ], { gap: 4 });
}

/**
 * The prompt, the bars of the answer, and what is written.
 * @param {Facts} m
 * @param {Room} room
 * @param {Moment} now
 * @param {number} tall
 */
function losses(m, room, now, tall) {
  const prompt = m.words.slice(0, m.first).map((_, i) =>
    token(m, room, i, now.counts[i], !now.counts[i])
  );
  const bars = m.words.slice(m.first).map((_, j) => barOf(m, room, now, m.first + j, tall));
  const mean = row([
    label("mean.name", "mean of what counts:", { size: 13 }),
    figure("mean", now.mean, { digits: 2, size: 15 }),
  ], { gap: 6 });
  const left = column([row(bars, { gap: room.wide ? 8 : 4 }), mean], { gap: 8, align: "start" });
  const right = writing(m, room, now);
  const below = room.wide
    ? row([left, right], { gap: 30, align: "start" })
    : column([left, right], { gap: 8, align: "start" });
  const said = now.mask
    ? "the prompt: masked"
    : `the prompt counts, too: ${now.prompt.toFixed(2)} on average`;
  return column([headed("prompt", said, wrapped(prompt, room)), below], {
    gap: room.wide ? 14 : 8,
    align: "start",
  });
}

/** @param {Facts} m @param {Room} room @param {Moment} now @returns {Sketch[]} */
export const drawLosses = (m, room, now) =>
  picture(room, losses(m, room, now, room.wide ? 150 : 110));

/** @param {Facts} m @param {Room} room */
export function drawTurn(m, room) {
  const free = { W: room.W, H: room.H - (room.wide ? MENUS : 0) };
  return picture(free, losses(m, room, m.yours, room.wide ? 110 : 90), TOP);
}
