// The text, and its tokens as vectors.

import { bow } from "../../moving/arrows.js";
import { column, over, picture, row, within } from "../../moving/layout.js";
import { chip, heads, label, note, vector } from "../../moving/pieces.js";
import { CHANNELS, FOUR } from "./facts.js";

/** @import { Room } from "../../moving/types.js" */
/** @import { Facts } from "./facts.js" */

/**
 * The record that answers the token that asks: of its animal, with a thing; -1 if there is none.
 * @param {Facts} m
 */
function recordOf({ tokens, row: asks }) {
  const animal = tokens[asks].split(":")[0];
  if (!tokens[asks].endsWith("?")) return -1;
  return tokens.findLastIndex((token, s) =>
    s < asks && token.startsWith(animal) && !token.endsWith("?")
  );
}

/** @param {Facts} m @param {Room} room */
export function drawText(m, room) {
  const { wide } = room;
  const tokens = FOUR.map((s) => {
    const look = s === m.row ? "asks" : "";
    const w = wide ? Math.min(176, room.W / 4 - 30) : 176;
    const size = w < 150 ? 16 : 19;
    const box = chip(`t${s}`, m.names[s], { w, h: wide ? 64 : 60, size, look });
    const place = note(`n${s}`, `${s + 1}`);
    return (wide ? column([place, box], { gap: 10 }) : row([place, box], { gap: 16 })).late(s * 90);
  });
  const text = (wide ? row : column)(tokens, { gap: wide ? 26 : 22 });
  const source = recordOf(m);
  const way = wide ? "under" : "beside";
  return picture(
    room,
    over(
      text,
      (at) =>
        source < 0 ? [] : [bow("bow", at(`t${source}`), at(`t${m.row}`), { way, delay: 700 })],
    ),
  );
}

/** @param {Facts} m @param {Room} room */
export function drawVectors(m, room) {
  const { wide } = room;
  const cells = wide ? { w: 50, h: 44, gap: 5, split: 18 } : { w: 33, h: 36, gap: 3, split: 8 };
  const three = 3 * cells.w + 2 * cells.gap;
  const group = (/** @type {string} */ key, /** @type {string} */ words) =>
    within(label(`c.${key}`, wide ? `which ${words}` : words, { size: 13, strong: true }), {
      w: three,
    });
  const groups = row([group("animal", "animal"), group("thing", "thing")], {
    gap: cells.gap + cells.split,
  });
  const numbers = FOUR.map((s) =>
    vector(`x${s}`, "x", m.x[s], cells).from(`t${s}`).late(220 + s * 130, 45)
  );
  const top = column([groups, heads("c", CHANNELS, cells)], { gap: 8 });
  const names = FOUR.map((s) =>
    chip(`t${s}`, m.names[s].replace(" ", wide ? " " : "\n"), {
      w: wide ? 132 : 66,
      h: wide ? 40 : 42,
      size: wide ? 16 : 13,
      look: s === m.row ? "asks" : "",
    })
  );
  const rows = FOUR.map((s) => row([names[s], numbers[s]], { gap: wide ? 24 : 10 }));
  return picture(room, column([top.late(400), ...rows], { gap: wide ? 14 : 22, align: "end" }));
}
