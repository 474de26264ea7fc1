// What YourTaste keeps for a reload.

import { EIGHT } from "./cards.js";

/** @import { LikedStep } from "./words.js" */
/** @typedef {{ texts: string[], kl: number }} Drawn eight answers of one model */
/** @typedef {{ type: "liked" | "marked", of: any }} Learned a step, and what it learned from */
/**
 * @typedef {object} Taste
 * @property {Record<string, any>} traits
 * @property {number} seed of the next answer
 * @property {Drawn[]} drawn
 * @property {LikedStep | null} step the last
 * @property {Learned[]} learned
 * @property {number[][]} written ids of the last eight
 */

/**
 * Whether what the browser kept can be gone on with: it may be of another edition of the book.
 * @param {any} found
 * @returns {found is Taste}
 */
export function isTaste(found) {
  if (!found || typeof found.traits?.prompt !== "string" || !Number.isInteger(found.seed)) {
    return false;
  }
  const { drawn, learned, written } = /** @type {Taste} */ (found);
  return [drawn, learned, written].every(Array.isArray) && drawn.length > 0 &&
    written.length === EIGHT && drawn.every(({ texts }) => texts?.length === EIGHT) &&
    learned.every(({ type, of }) => ["liked", "marked"].includes(type) && Array.isArray(of?.rows));
}
