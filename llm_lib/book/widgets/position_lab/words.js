// Positions and the turns of a pair, in words.

import { frequency } from "../../engine/positions.js";

/**
 * The table that is looked at: n positions of `size` channels, and the base of their frequencies.
 * @typedef {{ n: number, size: number, base: number }} PositionTable
 */
/**
 * What a panel has to say, and the traits that tell Python what it shows.
 * @typedef {{ words: string, traits: { shown: number[], q?: number[], k?: number[] } }} Shown
 */

/**
 * How many positions one turn of a pair takes, in words: "6.3", "5,961", "54,410".
 * @param {number} turn
 */
export function inPositions(turn) {
  return turn < 100 ? turn.toFixed(1) : Math.round(turn).toLocaleString("en");
}

/**
 * "Pair 0 turns once in 6.3 positions, the slowest, pair 15, in 35,333."
 * @param {PositionTable} table
 */
export function paceInWords({ size, base }) {
  const last = size / 2 - 1;
  const first = `Pair 0 turns once in ${inPositions(2 * Math.PI)} positions`;
  return last
    ? `${first}, the slowest, pair ${last}, in ` +
      `${inPositions((2 * Math.PI) / frequency(last, size, base))}.`
    : `${first}; it is the only one.`;
}
