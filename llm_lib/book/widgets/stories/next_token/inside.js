// What lies inside Sprout while it reads the film's text: as many numbers of each token's vector
// after each layer, and from where the last token gathers. All is measured, and a test measures it
// again; of another model or text, nothing is drawn.

import { ribbon } from "../../moving/arrows.js";

/** @import { Box, Sketch } from "../../moving/types.js" */

const WORDS = "By the lake lived Mia , a brave fox . Mia had a shiny new button".split(" ");
const FIRST = 13; // tokens that the film begins with
export const LAYERS = 4;
const NUMBERS = 6; // of 128, in each layer
/** How dark each of them is drawn, from 0 to 4: a token in a line, a layer in a group. */
const STRIPES = [
  "103022 102002 202003 212101",
  "222123 112113 202104 101104",
  "321402 111402 001403 101312",
  "314011 303011 214001 102000",
  "121414 111414 112414 101223",
  "101312 101213 102103 112112",
  "131222 022232 013133 012121",
  "213211 102321 202331 121320",
  "102043 102033 202044 202112",
  "111210 211210 322300 243201",
  "110414 201414 102414 120202",
  "012202 102312 303103 202112",
  "131222 221112 212004 121003",
  "210200 200200 101201 121111",
  "041203 131102 122102 021103",
  "302112 302202 302201 111122",
];
/** The last token's attention in each layer, in percent: the mean of its heads, by turns. */
const LOOKS = [
  [
    "6 7 1 24 3 21 5 3 3 9 3 4 11",
    "1 14 0 3 1 7 1 2 0 4 26 33 6",
    "2 0 0 20 0 5 4 6 0 22 2 36 3",
    "2 3 1 5 0 2 11 1 2 32 0 36 3",
  ],
  [
    "8 7 4 8 8 6 7 5 7 9 7 6 6 11",
    "4 2 0 9 0 9 4 7 1 10 3 25 17 8",
    "1 2 0 13 0 3 6 9 1 19 2 19 10 13",
    "0 1 0 2 0 2 5 1 2 10 0 47 9 18",
  ],
  [
    "4 10 6 8 7 7 5 5 7 10 6 5 6 5 8",
    "2 3 0 7 1 4 4 5 0 7 2 29 18 7 9",
    "1 2 0 11 0 4 4 8 0 13 1 12 3 31 11",
    "3 6 3 6 2 5 7 4 4 20 0 20 4 7 10",
  ],
  [
    "4 9 6 4 5 5 7 5 6 7 4 12 7 7 5 8",
    "1 5 0 10 1 7 5 4 0 7 1 13 14 8 17 6",
    "0 0 0 18 0 0 1 8 0 7 0 1 1 24 38 1",
    "0 0 0 0 0 0 0 0 0 0 0 28 1 44 27 0",
  ],
];

// lengths in the height of a number
const PITCH = 7 / 6;
const GAP = 22 / 6; // between two layers
export const BAND = NUMBERS * PITCH - (PITCH - 1);
export const TALL = LAYERS * BAND + (LAYERS - 1) * GAP;
const SHADES = [0.1, 0.24, 0.42, 0.66, 1];
const WHOLE = 24; // pixels of a strand that has the whole weight
const LEAST = 3; // percent: less has no strand

/**
 * Whether it is known what lies inside while these words are read.
 * @param {string[]} words
 */
export const isKnown = (words) =>
  words.length >= FIRST && words.length <= WORDS.length && words.every((w, i) => w === WORDS[i]);

/**
 * The vectors below their tokens, layer after layer, and strands to the last from where it gathers.
 * @param {Box[]} columns of the tokens that are read; the strands begin at their feet
 * @param {string[]} roles their colours
 * @param {{ y: number, unit: number }} place of the first layer, and how high a number is
 * @returns {Sketch[]}
 */
export const drawInside = (columns, roles, { y, unit }) => [
  ...columns.flatMap((column, i) => stripesOf(column, i, roles[i], y, unit)),
  ...LOOKS[columns.length - FIRST].flatMap((line, layer) => {
    const top = y + layer * (BAND + GAP) * unit;
    const feet = columns.map(({ y, h, ...at }) => ({
      ...at,
      ...(layer ? { y: top - GAP * unit, h: 0 } : { y, h }),
    }));
    return strandsOf(line.split(" ").map(Number), feet, top, {
      layer,
      role: roles[columns.length - 1],
    });
  }),
];

/** @type {(column: Box, i: number, role: string, y: number, unit: number) => Sketch[]} */
const stripesOf = ({ x, w }, i, role, y, unit) =>
  SHADES.map((opacity, dark) => {
    const rows = STRIPES[i].split(" ").flatMap((digits, layer) =>
      [...digits].flatMap((digit, n) =>
        Number(digit) === dark ? [layer * (BAND + GAP) + n * PITCH] : []
      )
    );
    return {
      ...{ key: `v${i}.${dark}`, kind: "link", way: "stripes", role, rows, opacity, z: -1 },
      ...{ x, y, x2: x + w, y2: y + TALL * unit, thick: unit, delay: 30 * i },
    };
  });

/** @typedef {{ layer: number, role: string }} Of */
/** @type {(weights: number[], feet: Box[], top: number, of: Of) => Sketch[]} */
function strandsOf(weights, feet, top, { layer, role }) {
  const last = feet[feet.length - 1];
  const seen = weights.flatMap((weight, i) => weight < LEAST ? [] : [{ i, weight }]);
  const thick = (/** @type {number} */ weight) => WHOLE * weight / 100;
  let x = last.x + (last.w - seen.reduce((sum, { weight }) => sum + thick(weight), 0)) / 2;
  return seen.map(({ i, weight }) => {
    const end = { x, y: top, w: thick(weight), h: 0 };
    x += end.w;
    const looks = { role, even: true, opacity: 0.35 + Math.min(0.5, weight / 60), z: -3 };
    return ribbon(`look${layer}.${i}`, feet[i], end, { thick: end.w, delay: 300, ...looks });
  });
}
