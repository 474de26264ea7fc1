// The way from the memory into cross-attention: the memory itself, and how much of each vector.

import { label } from "../../moving/pieces.js";

/** @import { Box, Room, Sketch } from "../../moving/types.js" */
/** @typedef {(name: string) => Box} At */

const FAINT = 0.02; // a smaller weight has no ribbon
const THICK = 16; // all ribbons together
const EDGE = 6; // from the left edge of a phone's picture to the arrow
const CLEAR = 7; // pixels from the memory to the lowest of them

/**
 * The arrow from the memory to cross-attention: to the right, or along the left edge and up where
 * both stand in one column.
 * @param {At} at
 * @param {Room} room
 * @param {boolean} looks
 * @returns {Sketch}
 */
export function across(at, room, looks) {
  const [memory, box] = [at("memory"), at("dc")];
  const kind = /** @type {const} */ ("link");
  const rest = { key: "across", kind, role: "key", thick: looks ? 4 : 2.5, z: 7 };
  const y = memory.y + memory.h - at("m0").h / 2;
  if (room.wide) {
    const x = memory.x + memory.w + 4;
    return { ...rest, way: "ray", x, y, turn: 0, reach: box.x - x - 2 };
  }
  const x = memory.x - 3;
  const edge = Math.min(at("half.d").x + EDGE, memory.x - 10);
  const to = { x2: box.x - 1, y2: box.y + box.h / 2 };
  return { ...rest, way: "bent", head: true, x, y, ...to, reach: x - edge };
}

/**
 * How much is fetched from each vector, as a ribbon as broad as its weight.
 * @param {At} at
 * @param {number[]} weights
 * @returns {Sketch[]}
 */
export function ribbons(at, weights) {
  const [memory, box] = [at("m0"), at("dc")];
  const shown = weights.map((weight, s) => ({ weight, s })).filter(({ weight }) => weight > FAINT);
  let top = memory.y - CLEAR - THICK;
  return shown.map(({ weight, s }) => {
    const from = at(`m${s}`);
    const thick = THICK * weight;
    const y2 = top + thick / 2;
    top += thick;
    const ends = { x: from.x + from.w / 2, y: from.y - 1, x2: box.x, y2 };
    return {
      key: `ribbon${s}`,
      kind: "link",
      role: "key",
      way: "bent",
      ...ends,
      thick,
      opacity: 0.62,
      z: 2,
    };
  });
}

/**
 * The word "memory", beside its arrow.
 * @param {At} at
 * @param {Room} room
 */
export function memoryName(at, room) {
  const { x, w } = at("memory");
  const name = label("memory.name", "memory", {
    size: room.wide ? 14 : 12,
    strong: true,
    role: "key",
    anchor: "start",
  });
  if (room.wide) return name.put(x + w + 6, at("m0").y - 8, new Map());
  const lower = at("half.e");
  return name.put(lower.x + EDGE + 9, lower.y - 17, new Map());
}
