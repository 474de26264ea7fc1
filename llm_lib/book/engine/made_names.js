// Names made by rule, for a small model to learn from: no list of real names is behind them.

import { seededRandom } from "./random.js";

const ONSETS = "b d f g h k l m n p r s t v w y br dr gl kr sh th tr".split(" ");
const INNER = "b d g k l l m n n r r s t v nd ll lm nn rr rt st".split(" ");
const ENDS = "l m n n r s th x".split(" ");
/** A name keeps to the vowels of one family: only who looks back at an earlier one can know. */
const FAMILIES = ["a a o u".split(" "), "e e i ie".split(" ")];
const LONGEST = 12; // letters

/**
 * So many different names, the same ones for each seed. A name is two to four syllables; its
 * vowels are all dark (a, o, u) or all bright (e, i), and it may end in a consonant.
 * @param {number} n
 * @param {number} [seed]
 */
export function madeNames(n, seed = 0) {
  const random = seededRandom(seed);
  const draw = (/** @type {number} */ n) => Math.floor(random() * n);
  const pick = (/** @type {string[]} */ all) => all[draw(all.length)];
  /** @type {Set<string>} */
  const names = new Set();
  while (names.size < n) {
    const vowels = FAMILIES[draw(2)];
    const more = 1 + Math.floor(random() * random() * 3); // long names are rare
    let name = (random() < 0.15 ? "" : pick(ONSETS)) + pick(vowels);
    for (let syllable = 0; syllable < more; syllable++) {
      name += pick(INNER) + pick(vowels);
    }
    if (random() < 0.6) name += pick(ENDS);
    if (name.length <= LONGEST) names.add(name);
  }
  return [...names];
}
