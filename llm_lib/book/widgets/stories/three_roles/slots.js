// A vector's numbers in their slots, the names of the slots, and the chip of a token.

import { row, space, within } from "../../moving/layout.js";
import { cell, chip, note } from "../../moving/pieces.js";
import { QUESTION, SIGN, SLOTS, TOKENS } from "./facts.js";

/** @import { Looks } from "../../moving/pieces.js" */
/** @import { Room } from "../../moving/types.js" */
/** @typedef {{ w: number, h: number, gap: number }} Cells */

/**
 * Numbers in their slots, others free; the slot for signs is left out where no role has one, and
 * those from `until` on where none has a thing.
 * @param {string} key
 * @param {string} role
 * @param {number[]} values
 * @param {number[]} at the slot of each
 * @param {Cells & { signs?: boolean, until?: number, looks?: Looks }} cells
 */
export const slotted = (key, role, values, at, { w, h, gap, signs = true, until, looks = {} }) =>
  row(
    SLOTS.slice(0, until).map((_, slot) => {
      const i = at.indexOf(slot);
      if (slot === SIGN && !signs) return space(0);
      if (i < 0) return space(w, h);
      return cell(`${key}.${slot}`, role, values[i], { w, h, ...looks });
    }),
    { gap },
  ).named(key);

/**
 * The names of the slots that are in use.
 * @param {string} key
 * @param {number[]} at
 * @param {Cells & { signs?: boolean, until?: number, sign?: string }} cells
 */
export const slotNames = (key, at, { w, gap, signs = true, until, sign = SLOTS[SIGN] }) =>
  row(
    SLOTS.slice(0, until).map((name, slot) => {
      if (slot === SIGN && !signs) return space(0);
      if (!at.includes(slot)) return space(w);
      return within(note(`${key}.${slot}`, slot === SIGN ? sign : name, { size: 12 }), { w });
    }),
    { gap, align: "end" },
  );

/**
 * The name of a token as a chip, in two lines on a phone.
 * @param {number} s
 * @param {Room} room
 * @param {number} [high] how high it is on a phone
 */
export const token = (s, { W, wide }, high = 34) =>
  chip(`t${s}`, TOKENS[s].replace(" ", wide ? " " : "\n"), {
    w: wide ? Math.floor(0.122 * W) : 48,
    h: wide ? 34 : high,
    size: wide && W > 800 ? 14 : 12,
    pad: 6,
    look: s === QUESTION ? "asks" : "",
  });
